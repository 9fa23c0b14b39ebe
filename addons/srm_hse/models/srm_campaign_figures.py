from odoo import api, fields, models

from ..tools.coverage import by


class SrmCampaign(models.Model):
    """Figures of a campaign on its form and lists."""

    _inherit = "srm.campaign"

    target_count = fields.Integer("Persons to reach", compute="_compute_figures")
    covered_count = fields.Integer("Persons reached", compute="_compute_figures")
    not_reached_count = fields.Integer(compute="_compute_figures")
    coverage = fields.Float(
        "Coverage (%)",
        digits=(5, 1),
        compute="_compute_figures",
        aggregator=None,
        help="Persons reached out of the persons on the frozen list",
    )
    coverage_text = fields.Char("Coverage", compute="_compute_figures")
    attendance_count = fields.Integer("Attendances", compute="_compute_figures")
    training_hours = fields.Float(compute="_compute_figures")
    sessions_held = fields.Integer(compute="_compute_figures")
    sessions_planned = fields.Integer(compute="_compute_figures")
    certificate_count = fields.Integer(compute="_compute_certificate_count")

    @api.depends("state", "target_ids", "session_ids.state")
    def _compute_figures(self):
        saved = self.filtered("id")
        coverage = self.env["srm.coverage"]
        today = fields.Date.context_today(self)
        rates = by(coverage._cube(saved, today), lambda cell: cell.campaign)
        effort = coverage._effort(saved, today)
        for campaign in self:
            campaign._set_figures(
                rates.get(campaign._origin.id), effort.get(campaign._origin.id, {})
            )

    def _set_figures(self, rate, effort: dict) -> None:
        target, covered = (rate.target, rate.covered) if rate else (0, 0)
        percent = rate.rate if rate else None
        self.target_count = target
        self.covered_count = covered
        self.not_reached_count = target - covered
        self.coverage = float(percent or 0)
        self.coverage_text = (
            "—"
            if percent is None
            # Read from left to right, in the middle of an Arabic text too.
            else f"\N{LEFT-TO-RIGHT ISOLATE}{percent} % ({covered} / {target})"
            "\N{POP DIRECTIONAL ISOLATE}"
        )
        self.attendance_count = effort.get("attendances", 0)
        self.training_hours = effort.get("hours", 0)
        self.sessions_held = effort.get("held", 0)
        self.sessions_planned = effort.get("planned", 0)

    def _compute_certificate_count(self):
        counts = dict(
            self.env["srm.certificate"]._read_group(
                [("campaign_id", "in", self.ids)], ["campaign_id"], ["__count"]
            )
        )
        for campaign in self:
            campaign.certificate_count = counts.get(campaign, 0)

    def action_plan_catch_up(self):
        """Plan the sessions that would reach everybody still missing."""
        targets = self.env["srm.campaign.target"].search(
            [
                ("campaign_id", "in", self.ids),
                ("covered", "=", False),
                ("excluded", "=", False),
                "|",
                ("worker_id.end_date", "=", False),
                ("worker_id.end_date", ">=", fields.Date.context_today(self)),
            ]
        )
        return targets.action_plan_catch_up()
