from odoo import fields, models


class SrmImport(models.Model):
    _inherit = "srm.import"

    kind = fields.Selection(
        selection_add=[
            ("arrears", "Supplier arrears"),
            ("bank_credits", "Bank credit dates"),
        ],
        ondelete={"arrears": "cascade", "bank_credits": "cascade"},
    )
