from odoo import fields, models


class AccountPaymentMode(models.Model):
    _inherit = "account.payment.mode"

    srm_bank_format_id = fields.Many2one(
        "srm.bank.format",
        string="Bank file format",
        help="Empty: the format of the bank journal, else the payment method's own "
        "file (pain.001).",
    )
