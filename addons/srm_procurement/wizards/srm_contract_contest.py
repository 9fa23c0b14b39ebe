from odoo import fields, models


class SrmContractContest(models.TransientModel):
    """How a contested quantity is settled: granted in part, in full or not at all."""

    _name = "srm.contract.contest"
    _description = "Settle a Contested Quantity"

    line_id = fields.Many2one(
        "srm.contract.statement.line", required=True, readonly=True
    )
    quantity_contested = fields.Float(
        related="line_id.quantity_contested", digits=(16, 3)
    )
    quantity_granted = fields.Float(
        string="Granted", digits=(16, 3), help="0 when the claim is rejected."
    )
    note = fields.Char(
        string="Agreement", required=True, help="Reference of what was agreed."
    )

    def action_confirm(self):
        self.ensure_one()
        self.line_id._settle(self.quantity_granted, self.note)
        return {"type": "ir.actions.act_window_close"}
