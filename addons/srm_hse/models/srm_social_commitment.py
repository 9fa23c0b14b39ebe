from odoo import api, fields, models


class SrmSocialCommitment(models.Model):
    """Who promised what, by when, and when it was kept."""

    _name = "srm.social.commitment"
    _description = "Social Commitment"
    _order = "deadline"

    claim_id = fields.Many2one(
        "srm.social.claim", required=True, index=True, ondelete="cascade"
    )
    name = fields.Char(string="Commitment", required=True)
    side = fields.Selection(
        [("company", "Company"), ("staff", "Staff")], required=True, default="company"
    )
    user_id = fields.Many2one("res.users", string="Responsible")
    deadline = fields.Date(required=True, index=True)
    kept_date = fields.Date(string="Kept on")
    proof = fields.Char()
    late = fields.Boolean(compute="_compute_late", search="_search_late")

    _proof_given = models.Constraint(
        "CHECK (kept_date IS NULL OR proof IS NOT NULL)",
        "Write what proves it was kept.",
    )

    @api.depends("deadline", "kept_date")
    def _compute_late(self):
        today = fields.Date.context_today(self)
        for commitment in self:
            commitment.late = bool(
                not commitment.kept_date
                and commitment.deadline
                and commitment.deadline < today
            )

    @api.model
    def _search_late(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return [("kept_date", "=", False), ("deadline", "<", "today")]
