from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.srm_kit.guard import Freeze, Guard, Step

PARTIES = [("company", "The company"), ("creditor", "The creditor")]
STATES = [("open", "To be kept"), ("kept", "Kept"), ("broken", "Broken")]


class SrmDebtCommitment(models.Model):
    """Who promised what, and by when."""

    _name = "srm.debt.commitment"
    _description = "Commitment"
    _order = "state, date_due, id"
    _rec_name = "promise"
    _guard = Guard(
        steps={
            "keep": Step(("open",), "kept", signs="closed_by_id", dated="date_closed"),
            "break": Step(
                ("open",), "broken", signs="closed_by_id", dated="date_closed"
            ),
            "reopen": Step(
                ("kept", "broken"), "open", writes=("closed_by_id", "date_closed")
            ),
        },
        freezes=(Freeze(("kept", "broken"), database=True),),
        deletable=("open",),
    )

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
    contact_id = fields.Many2one(
        "srm.debt.contact",
        string="Made during",
        index="btree_not_null",
        ondelete="set null",
        domain="[('file_id', '=', file_id)]",
    )
    promised_by = fields.Char(help="Person who gave the promise.")
    date_closed = fields.Date(string="Kept or broken on", readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    date_alerted = fields.Date(string="Last alert", readonly=True, copy=False)
    late = fields.Boolean(compute="_compute_late", search="_search_late")

    _dates_order = models.Constraint(
        "CHECK (date_due >= date)", "A commitment cannot be due before it is made."
    )

    @api.depends("state", "date_due")
    @api.depends_context("tz")
    def _compute_late(self):
        today = fields.Date.context_today(self)
        for commitment in self:
            commitment.late = bool(
                commitment.state == "open"
                and commitment.date_due
                and commitment.date_due < today
            )

    def _search_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = [("state", "=", "open"), ("date_due", "<", "today")]
        return late if True in value else ["!", "&", *late]

    @api.model_create_multi
    def create(self, vals_list):
        """A promise noted in the minutes of an exchange belongs to its file."""
        contacts = self.env["srm.debt.contact"].browse(
            [vals["contact_id"] for vals in vals_list if vals.get("contact_id")]
        )
        files = {contact.id: contact.file_id.id for contact in contacts}
        for vals in vals_list:
            if vals.get("contact_id"):
                vals.setdefault("file_id", files[vals["contact_id"]])
        return super().create(vals_list)

    @api.constrains("contact_id", "file_id")
    def _check_contact_of_file(self):
        for commitment in self.filtered("contact_id"):
            if commitment.contact_id.file_id != commitment.file_id:
                raise ValidationError(
                    self.env._(
                        "“%(promise)s” was made during an exchange with another "
                        "creditor.",
                        promise=commitment.promise,
                    )
                )

    def action_keep(self):
        self._take_step("keep")._log(self.env._("Commitment kept: %s"))

    def action_break(self):
        self._take_step("break")._log(self.env._("Commitment broken: %s"))

    def action_reopen(self):
        reopened = self._take_step("reopen", closed_by_id=False, date_closed=False)
        reopened._log(self.env._("Commitment reopened: %s"))

    def _log(self, text: str) -> None:
        for commitment in self:
            commitment.file_id.message_post(body=text % commitment.promise)
