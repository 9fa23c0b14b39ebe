from odoo import fields, models


class SrmWaterBalanceReject(models.TransientModel):
    """Why volumes are refused."""

    _name = "srm.water.balance.reject"
    _description = "Refuse Volumes"

    volume_id = fields.Many2one("srm.water.balance", required=True, readonly=True)
    reason = fields.Char(required=True)

    def action_confirm(self):
        self.ensure_one()
        self.volume_id._reject(self.reason)
        return {"type": "ir.actions.act_window_close"}
