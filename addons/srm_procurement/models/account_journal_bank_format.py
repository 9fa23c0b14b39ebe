from odoo import fields, models


class AccountJournal(models.Model):
    _inherit = "account.journal"

    srm_bank_format_id = fields.Many2one(
        "srm.bank.format",
        string="Bank file format",
        help="Format of the transfer files this bank reads, unless the payment mode "
        "says another.",
    )
