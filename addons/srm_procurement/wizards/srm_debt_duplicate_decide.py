from odoo import api, fields, models
from odoo.exceptions import UserError

ANSWERS = [
    ("dismissed", "No: two different invoices"),
    ("confirmed", "Yes: the same invoice twice"),
]


class SrmDebtDuplicateDecide(models.TransientModel):
    """Is it the same invoice? Remembered when it is not, blocked when it is."""

    _name = "srm.debt.duplicate.decide"
    _description = "Decide on a Probable Duplicate"

    duplicate_id = fields.Many2one("srm.debt.duplicate", required=True, readonly=True)
    debt_id = fields.Many2one(related="duplicate_id.debt_id")
    other_id = fields.Many2one(related="duplicate_id.other_id")
    answer = fields.Selection(ANSWERS, required=True, default="dismissed")
    blocked_id = fields.Many2one(
        "srm.debt",
        string="Debt to block",
        compute="_compute_blocked_id",
        store=True,
        readonly=False,
        domain="[('id', 'in', (debt_id, other_id))]",
        help="The other debt goes on.",
    )
    note = fields.Char(string="Grounds", required=True)

    @api.depends("duplicate_id")
    def _compute_blocked_id(self):
        """Proposed: the less advanced of the two, else the later one."""
        for wizard in self:
            pair = wizard.debt_id | wizard.other_id
            wizard.blocked_id = (
                pair.filtered(lambda item: not item._is_certified())[-1:] or pair[-1:]
            )

    def action_confirm(self):
        self.ensure_one()
        pair = self.duplicate_id
        if self.answer == "dismissed":
            pair._to_decide()._write_decision("dismissed", self.note)
        elif not self.blocked_id:
            raise UserError(self.env._("Choose one of the two debts to block."))
        else:
            pair._confirm(self.blocked_id, self.note)
        return {"type": "ir.actions.act_window_close"}
