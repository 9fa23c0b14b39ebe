from odoo import models


class SrmDebtPayment(models.Model):
    """Payments as their beneficiary sees them."""

    _name = "srm.debt.payment"
    _inherit = ["srm.debt.payment", "srm.portal.shared"]
    _portal_fields = frozenset(
        {"debt_id", "file_id", "partner_id", "date", "amount", "reference", "active"}
    )
