from odoo import models

from .srm_campaign_print import day_text


class SrmCampaignSession(models.Model):
    """The attendance sheet of a session, with the signatures drawn on the phone."""

    _name = "srm.campaign.session"
    _inherit = ["srm.campaign.session", "srm.typst.mixin"]
    _print_template = "srm_hse/report/typst/campaign"

    def _print_title(self):
        return self.env._("Attendance sheet")

    def _print_subtitle(self):
        return " · ".join(
            filter(
                None, [self.name, day_text(self.date), self.place, self.user_id.name]
            )
        )

    def _print_blocks(self):
        return [
            self._print_sheet() | {"title": self.campaign_id.name},
            self._block_signatures([self.env._("Session leader")]),
        ]

    def _print_sheet(self) -> dict:
        """Who was expected, who came, and the signatures."""
        self.ensure_one()
        lines = self.attendance_ids.sorted(lambda item: item.worker_id.name)
        return {
            "kind": "sheet",
            "title": " · ".join(filter(None, [day_text(self.date), self.name])),
            "subtitle": self.env._(
                "%(present)s present out of %(expected)s on the sheet",
                present=self.present_count,
                expected=self.invited_count,
            ),
            "columns": [
                "",
                self.env._("Name"),
                self.env._("Employer"),
                self.env._("Status"),
                self.env._("Signature"),
            ],
            "rows": [
                line._print_sheet_row(number)
                for number, line in enumerate(lines, start=1)
            ],
        }
