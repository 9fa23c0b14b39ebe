from odoo import api, fields, models

PARTIES = [("company", "The company"), ("creditor", "The creditor")]
STATES = [("open", "To be kept"), ("kept", "Kept"), ("broken", "Broken")]


class SrmDebtCommitment(models.Model):
    """Who promised what, and by when."""

    _name = "srm.debt.commitment"
    _description = "Commitment"
    _order = "state, date_due, id"
    _rec_name = "promise"

    file_id = fields.Many2one(
        "srm.debt.file",
        string="Creditor file",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="file_id.company_id", store=True)
    partner_id = fields.Many2one(related="file_id.partner_id", string="Creditor")
    party = fields.Selection(PARTIES, required=True, default="company")
    user_id = fields.Many2one("res.users", string="Followed by")
    promise = fields.Char(required=True)
    date = fields.Date(
        string="Promised on", required=True, default=fields.Date.context_today
    )
    date_due = fields.Date(string="Due on", required=True, index=True)
    state = fields.Selection(
        STATES, required=True, readonly=True, default="open", copy=False
    )
    late = fields.Boolean(compute="_compute_late", search="_search_late")

    _dates_order = models.Constraint(
        "CHECK (date_due >= date)", "A commitment cannot be due before it is made."
    )

    @api.depends("state", "date_due")
    @api.depends_context("tz")
    def _compute_late(self):
        today = fields.Date.context_today(self)
        for commitment in self:
            commitment.late = commitment.state == "open" and commitment.date_due < today

    def _search_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = [("state", "=", "open"), ("date_due", "<", "today")]
        return late if True in value else ["!", "&", *late]

    def action_keep(self):
        self._close("kept", self.env._("Commitment kept: %s"))

    def action_break(self):
        self._close("broken", self.env._("Commitment broken: %s"))

    def action_reopen(self):
        self._close("open", self.env._("Commitment reopened: %s"))

    def _close(self, state: str, text: str) -> None:
        for commitment in self.filtered(lambda item: item.state != state):
            commitment.file_id.message_post(body=text % commitment.promise)
        self.write({"state": state})
