import datetime

from odoo import models
from odoo.fields import Domain

from odoo.addons.srm_base.tools.xlsx import Column, Report, Sheet

FIGURES = (
    "lost_time_accidents",
    "recordable_accidents",
    "fatalities",
    "lost_days",
    "hours",
    "estimated_hours",
    "diseases",
    "headcount",
)


class SrmCommitteeReport(models.Model):
    """The figures of the yearly report as a workbook, each incident on its row."""

    _inherit = "srm.committee.report"

    def action_xlsx(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/srm/xlsx/{self._name}/year?ids={self.id}",
            "target": "self",
        }

    def _xlsx_report_year(self):
        self.ensure_one()
        first, last = datetime.date(self.year, 1, 1), datetime.date(self.year, 12, 31)
        return Report(
            f"{self.committee_id.name} {self.year}",
            [
                self._rates_sheet(first, last),
                self._incidents_sheet(first, last),
                self._meetings_sheet(first, last),
            ],
        )

    def _rates_sheet(self, first, last):
        rates = self.env["srm.safety.rate"]
        figures = rates._prepare_figures(self.company_id, first, last)
        labels = rates.fields_get([*FIGURES, "tf", "tg", "trir"], ["string"])
        shown = [(labels[name]["string"], figures[name], "") for name in FIGURES]
        for name, basis in (
            ("tf", "basis_frequency"),
            ("tg", "basis_severity"),
            ("trir", "basis_trir"),
        ):
            value = figures[name] if figures["computable"] else None
            hint = self.env._("per %(hours)s h", hours=figures[basis])
            if value is None:
                hint = self.env._("not computable")
            shown.append((labels[name]["string"], value, hint))
        return Sheet(
            self.env._("Rates"),
            [
                Column(self.env._("Figure"), 34),
                Column(self.env._("Value"), kind="decimal"),
                Column(self.env._("Basis"), 24),
            ],
            shown,
        )

    def _incidents_sheet(self, first, last):
        incidents = self.env["srm.incident"].search(
            Domain("occurred_date", ">=", first)
            & Domain("occurred_date", "<=", last)
            & Domain("company_id", "=", self.company_id.id)
            & Domain("state", "!=", "cancelled"),
            order="occurred_date, id",
        )
        labels = {
            name: dict(incidents._fields[name]._description_selection(self.env))
            for name in ("severity", "state")
        }
        return Sheet(
            self.env._("Incidents of the year"),
            [
                Column(self.env._("Number"), 16),
                Column(self.env._("Date"), 12, "date"),
                Column(self.env._("What happened"), 50),
                Column(self.env._("Severity"), 26),
                Column(self.env._("Site"), 30),
                Column(self.env._("Lost days"), kind="integer"),
                Column(self.env._("State"), 20),
            ],
            [
                (
                    incident.name,
                    incident.occurred_date,
                    incident.title,
                    labels["severity"].get(incident.severity),
                    incident.site_id.display_name,
                    incident.lost_days,
                    labels["state"].get(incident.state),
                )
                for incident in incidents
            ],
        )

    def _meetings_sheet(self, first, last):
        held = self.committee_id.meeting_ids.filtered(
            lambda m: m.state in ("held", "approved") and first <= m.date.date() <= last
        )
        return Sheet(
            self.env._("Meetings held"),
            [
                Column(self.env._("Date"), 12, "date"),
                Column(self.env._("Present"), kind="integer"),
                Column(self.env._("Quorum"), kind="integer"),
                Column(self.env._("Decisions"), kind="integer"),
            ],
            [
                (m.date.date(), m.present_count, m.quorum, m.action_count)
                for m in held.sorted("date")
            ],
        )
