from odoo import models

from odoo.addons.srm_kit.guard import Guard


class AccountPaymentWithholdingLine(models.Model):
    """Taxes kept from a payment: they change what the bank pays."""

    _inherit = "account.payment.withholding.line"
    _guard = Guard(held=("payment_id", "tax_id", "base_amount", "amount", "account_id"))
