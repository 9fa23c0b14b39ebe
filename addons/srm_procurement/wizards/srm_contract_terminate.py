from odoo import fields, models


class SrmContractTerminate(models.TransientModel):
    """Why a contract is terminated, and from when (art. 69)."""

    _name = "srm.contract.terminate"
    _description = "Terminate a Contract"

    contract_id = fields.Many2one("srm.contract", required=True, readonly=True)
    date = fields.Date(
        string="Terminated on", required=True, default=fields.Date.context_today
    )
    reason = fields.Text(required=True)

    def action_confirm(self):
        self.ensure_one()
        self.contract_id._terminate(self.date, self.reason)
        return {"type": "ir.actions.act_window_close"}
