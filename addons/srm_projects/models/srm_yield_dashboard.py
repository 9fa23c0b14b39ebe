from odoo import api, fields, models
from odoo.fields import Domain

MONTHS = 12


class SrmYieldDashboard(models.AbstractModel):
    """Yield of the networks over the last twelve months, by province and sector."""

    _name = "srm.yield.dashboard"
    _inherit = "srm.dashboard.mixin"
    _description = "Yield dashboard"
    _dashboard_groups = (
        "srm_projects.group_network_officer",
        "srm_base.group_project_manager",
        "srm_base.group_director",
        "srm_base.group_administrator",
    )

    @api.model
    def _get_dashboard(self, filters):
        volumes = self.env["srm.water.balance"]._counted(self._domain(filters))
        return {
            "title": self.env._("Network yield"),
            "filters": self._filters(),
            "cards": self._cards(volumes),
            "charts": [self._months_chart(volumes), self._provinces_chart(volumes)],
            "tables": [self._sectors_table(volumes)],
        }

    @api.model
    def _domain(self, filters):
        today = fields.Date.context_today(self)
        first = fields.Date.subtract(
            fields.Date.start_of(today, "month"), months=MONTHS
        )
        domain = Domain("month", ">=", first)
        for name, field in (("service", "service_id"), ("province", "province_id")):
            value = str(filters.get(name) or "")
            if value.isdigit():
                domain &= Domain(field, "=", int(value))
        if not filters.get("service"):
            domain &= Domain("service_id.code", "=", "water")
        return domain

    @api.model
    def _filters(self):
        services = self.env["srm.service"].search([("active", "=", True)])
        provinces = self.env["srm.territory"].search([("level", "=", "province")])
        every = ("", self.env._("All"))
        water = ("", self.env._("Drinking water"))
        return [
            self._dashboard_filter(
                "service",
                self.env._("Service"),
                [
                    water,
                    *(
                        (str(one.id), one.name)
                        for one in services
                        if one.code != "water"
                    ),
                ],
            ),
            self._dashboard_filter(
                "province",
                self.env._("Prefecture or province"),
                [every, *((str(one.id), one.name) for one in provinces)],
            ),
        ]

    @api.model
    def _ratio(self, volumes):
        """Billed over brought in, in percent; ``None`` when nothing was brought in."""
        brought = sum(volumes.mapped("brought_in")) - sum(volumes.mapped("exported"))
        return (
            round(100 * sum(volumes.mapped("billed")) / brought, 2) if brought else None
        )

    @api.model
    def _open(self, volumes, name):
        return self._dashboard_action(
            "srm_projects.action_srm_water_balance", name, [("id", "in", volumes.ids)]
        )

    @api.model
    def _cards(self, volumes):
        wrong = volumes.filtered("mismatch")
        weak = volumes.filtered(lambda volume: volume.band == "weak")
        waiting = volumes.filtered(lambda volume: volume.state != "region")
        leaks = self.env["srm.leak"].search([("date_repaired", "=", False)])
        hint = self.env._("Billed / brought in, twelve months")
        cards = [
            self._dashboard_card(
                "yield",
                self.env._("Primary yield"),
                self._ratio(volumes) or 0,
                "percent",
                hint=hint,
                action=self._open(volumes, hint),
            )
        ]
        counted = (
            ("weak", self.env._("Weak months"), weak, "danger"),
            ("mismatch", self.env._("Periods that do not match"), wrong, "warning"),
            ("waiting", self.env._("Not validated by the region"), waiting, "info"),
        )
        cards += [
            self._dashboard_card(
                key, label, len(found), tone=tone, action=self._open(found, label)
            )
            for key, label, found, tone in counted
        ]
        label = self.env._("Leaks to repair")
        action = self._dashboard_action(
            "srm_projects.action_srm_leak", label, [("id", "in", leaks.ids)]
        )
        return [
            *cards,
            self._dashboard_card("leaks", label, len(leaks), action=action),
        ]

    @api.model
    def _months_chart(self, volumes):
        months = dict(sorted(volumes.grouped("month").items()))
        title = self.env._("Primary yield by month (%)")
        return self._dashboard_chart(
            "months",
            title,
            "line",
            [month.strftime("%m/%Y") for month in months],
            [(title, [self._ratio(found) for found in months.values()])],
            format="percent",
            actions=[self._open(found, title) for found in months.values()],
        )

    @api.model
    def _provinces_chart(self, volumes):
        groups = volumes.grouped("province_id")
        title = self.env._("Primary yield by province (%)")
        return self._dashboard_chart(
            "provinces",
            title,
            "bar",
            [place.name or self.env._("No province") for place in groups],
            [(title, [self._ratio(found) for found in groups.values()])],
            format="percent",
            actions=[self._open(found, title) for found in groups.values()],
        )

    @api.model
    def _sectors_table(self, volumes):
        groups = sorted(
            volumes.grouped("sector_id").items(),
            key=lambda pair: self._ratio(pair[1]) or 0,
        )
        columns = [
            (self.env._("Sector"), "text"),
            (self.env._("Brought in (m³)"), "integer"),
            (self.env._("Billed (m³)"), "integer"),
            (self.env._("Primary yield (%)"), "percent"),
        ]
        rows = [
            [
                sector.display_name,
                round(sum(found.mapped("brought_in"))),
                round(sum(found.mapped("billed"))),
                self._ratio(found),
            ]
            for sector, found in groups
        ]
        actions = [
            {
                "type": "ir.actions.act_window",
                "res_model": "srm.sector",
                "res_id": sector.id,
                "views": [[False, "form"]],
            }
            for sector, _found in groups
        ]
        title = self.env._("Sectors, the weakest first")
        return self._dashboard_table(title, columns, rows, actions)
