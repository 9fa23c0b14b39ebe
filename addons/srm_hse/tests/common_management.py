from odoo import fields

from .common import HseCase


class ManagementCase(HseCase):
    """HSE users of every role, two sites and helpers for carbon.

    Attributes: ``manager``, ``second_officer``, ``committee``, ``staff`` (users),
    ``site``, ``other_site``, ``diesel`` and ``grid`` (factor versions).
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._user("t_hse_manager", "srm_hse.group_hse_manager")
        cls.second_officer = cls._user("t_hse_2", "srm_base.group_hse_officer")
        cls.committee = cls._user("t_committee", "srm_hse.group_committee")
        cls.staff = cls._user("t_staff", "srm_base.group_contributor")
        cls.site, cls.other_site = cls.env["srm.site"].create(
            [
                {
                    "name": "Head office",
                    "code": "T-HQ",
                    "territory_id": cls.province.id,
                },
                {
                    "name": "Wastewater plant",
                    "code": "T-WW",
                    "kind": "wastewater_plant",
                    "territory_id": cls.other_province.id,
                },
            ]
        )
        cls.grid = cls.env.ref("srm_hse.emission_factor_el_ma_ember_2024")
        cls.diesel = cls.env.ref("srm_hse.emission_factor_fu_diesel_100_desnz26")

    @classmethod
    def _source(cls, code, factor=None, site=None, **vals):
        """An included source, by default of the first site."""
        return cls.env["srm.emission.source"].create(
            {
                "name": code,
                "code": code,
                "site_id": (site or cls.site).id,
                "factor_id": factor.id if factor else False,
                "kind": "factor" if factor else "gas",
                "scope": (factor.scope if factor else False) or "1",
                "perimeter": "included",
                "perimeter_reason": "Paid by the company",
                **vals,
            }
        )

    @classmethod
    def _period(cls, month="2026-06-01"):
        return cls.env["srm.carbon.period"].create(
            {"month": fields.Date.to_date(month), "target": 5000}
        )

    def _statement(self, period, site=None):
        return period.current_statement_ids.filtered(
            lambda s: s.site_id == (site or self.site)
        )

    def _line(self, statement, source):
        return statement.line_ids.filtered(lambda line: line.source_id == source)

    def _validate(self, statement):
        """Take a statement through the whole circuit, with three persons."""
        statement.with_user(self.hse).action_submit()
        statement.with_user(self.second_officer).action_check()
        statement.with_user(self.manager).action_validate()
