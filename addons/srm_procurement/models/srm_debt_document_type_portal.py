from odoo import models


class SrmDebtDocumentType(models.Model):
    """Names of the documents, for the creditor that has to send them."""

    _name = "srm.debt.document.type"
    _inherit = ["srm.debt.document.type", "srm.portal.shared"]
    _portal_fields = frozenset({"name", "display_name", "sequence"})
