from odoo import fields, models


class SrmSettlementCancel(models.TransientModel):
    """Why agreements are cancelled, for the history of the creditors' files."""

    _name = "srm.settlement.cancel"
    _description = "Cancel Settlements"

    settlement_ids = fields.Many2many("srm.settlement", required=True)
    reason = fields.Char(required=True)

    def action_confirm(self):
        self.ensure_one()
        self.settlement_ids._cancel(self.reason)
        return {"type": "ir.actions.act_window_close"}
