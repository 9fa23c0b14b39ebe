from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.srm_kit.guard import Freeze, Guard, Step

#: Amounts of a debt a creditor may disagree with; ``amount_<code>`` on the debt.
SUBJECTS = [
    ("claimed", "Amount claimed"),
    ("certified", "Amount certified"),
    ("contested", "Amount contested"),
    ("rejected", "Amount rejected"),
    ("paid", "Amount paid"),
]
STATES = [
    ("open", "To answer"),
    ("accepted", "Accepted"),
    ("refused", "Refused"),
]


class SrmDebtObjection(models.Model):
    """An amount the creditor does not agree with, and our answer.

    It changes no amount: a finance officer answers it, and whoever may does what the
    answer calls for with the buttons of the debt (send back, decide on the dispute).
    """

    _name = "srm.debt.objection"
    _inherit = ["srm.portal.shared"]
    _description = "Objection of a Creditor"
    _order = "state desc, create_date desc, id desc"
    _rec_name = "debt_id"
    _guard = Guard(
        steps={
            state: Step(
                ("open",),
                state,
                signs="answered_by_id",
                dated="date_answered",
                check="_check_answer",
            )
            for state in ("accepted", "refused")
        },
        freezes=(Freeze(("accepted", "refused"), database=True),),
        deletable=(),
    )
    _portal_fields = frozenset(
        {
            "debt_id",
            "subject",
            "amount_shown",
            "amount_asked",
            "reason",
            "sent_by",
            "state",
            "answer",
            "date_answered",
        }
    )

    debt_id = fields.Many2one(
        "srm.debt", required=True, readonly=True, index=True, ondelete="cascade"
    )
    file_id = fields.Many2one(
        related="debt_id.file_id", string="Creditor file", store=True, index=True
    )
    partner_id = fields.Many2one(
        related="debt_id.partner_id", string="Creditor", store=True, index=True
    )
    company_id = fields.Many2one(related="debt_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    territory_id = fields.Many2one(related="debt_id.territory_id", store=True)
    user_id = fields.Many2one(related="file_id.user_id", string="Owner", store=True)
    subject = fields.Selection(SUBJECTS, required=True, readonly=True)
    amount_shown = fields.Monetary(
        string="Our amount", readonly=True, help="What we showed on that day."
    )
    amount_asked = fields.Monetary(string="Amount asked", readonly=True)
    reason = fields.Text(required=True, readonly=True)
    sent_by = fields.Char(string="Sent by (name)", required=True, readonly=True)
    sent_by_id = fields.Many2one(
        "res.partner", string="Sent by", readonly=True, ondelete="restrict"
    )
    state = fields.Selection(
        STATES, required=True, readonly=True, default="open", copy=False, index=True
    )
    answer = fields.Text(copy=False, help="Shown to the creditor.")
    answered_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    date_answered = fields.Date(readonly=True, copy=False)

    _open_unique = models.UniqueIndex(
        "(debt_id, subject) WHERE state = 'open'",
        "This amount is already disputed: answer that objection first.",
    )

    def _subject_label(self) -> str:
        self.ensure_one()
        options = dict(self._fields["subject"]._description_selection(self.env))
        return options[self.subject]

    def action_accept(self):
        """We agree: what follows is done on the debt, by who may do it."""
        return self._answer("accepted", self.env._("Objection accepted"))

    def action_refuse(self):
        return self._answer("refused", self.env._("Objection refused"))

    def _answer(self, state: str, text: str) -> bool:
        waiting = self.filtered(lambda item: item.state == "open")
        for objection in waiting._take_step(state):
            parts = (text, objection.debt_id.origin_reference, objection.answer)
            objection.file_id.message_post(body=" — ".join(parts))
        return True

    def _check_answer(self) -> None:
        for objection in self:
            if not (objection.answer or "").strip():
                raise UserError(
                    self.env._(
                        "Write the answer to the objection on %(debt)s: the creditor "
                        "reads it.",
                        debt=objection.debt_id.display_name,
                    )
                )

    def action_open_debt(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "srm.debt",
            "res_id": self.debt_id.id,
            "view_mode": "form",
        }
