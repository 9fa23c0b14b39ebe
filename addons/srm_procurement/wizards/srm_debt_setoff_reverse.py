from odoo import fields, models


class SrmDebtSetoffReverse(models.TransientModel):
    """Why a booked set-off is undone."""

    _name = "srm.debt.setoff.reverse"
    _description = "Reverse a Set-off"

    setoff_id = fields.Many2one("srm.debt.setoff", required=True, readonly=True)
    reason = fields.Char(required=True)

    def action_confirm(self):
        self.ensure_one()
        self.setoff_id._reverse(self.reason)
        return {"type": "ir.actions.act_window_close"}
