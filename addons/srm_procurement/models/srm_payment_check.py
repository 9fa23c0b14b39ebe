from odoo import fields, models

CODES = [
    ("payer_status", "Status of the payer"),
    ("settlement", "Settlement scheduled"),
    ("supply", "What is paid"),
    ("bank", "Bank account approved"),
    ("certificate", "Tax certificate"),
    ("blocked", "Debt not blocked"),
    ("remaining", "Amount left to pay"),
    ("duties", "Separation of duties"),
]


class SrmPaymentCheck(models.Model):
    """One check of a payment order before its release: green, or red with a remedy."""

    _name = "srm.payment.check"
    _description = "Check before Release"
    _order = "order_id, passed, sequence, id"
    _rec_name = "code"

    order_id = fields.Many2one(
        "account.payment.order",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    sequence = fields.Integer(readonly=True)
    code = fields.Selection(CODES, string="Check", required=True, readonly=True)
    passed = fields.Boolean(readonly=True)
    subject = fields.Char(string="Concerns", readonly=True)
    reason = fields.Char(string="Finding", readonly=True)
    remedy = fields.Char(readonly=True)
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)

    def action_open(self):
        """Open the record to mend."""
        self.ensure_one()
        if not self.res_model:
            return False
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
            "views": [[False, "form"]],
        }
