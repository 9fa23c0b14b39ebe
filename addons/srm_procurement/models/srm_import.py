from odoo import fields, models


class SrmImport(models.Model):
    _inherit = "srm.import"

    kind = fields.Selection(
        selection_add=[("arrears", "Supplier arrears")],
        ondelete={"arrears": "cascade"},
    )
