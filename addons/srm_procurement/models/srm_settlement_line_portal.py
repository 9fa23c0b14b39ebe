from odoo import models


class SrmSettlementLine(models.Model):
    """Debts of an agreement, as the creditor reads them."""

    _name = "srm.settlement.line"
    _inherit = ["srm.settlement.line", "srm.portal.shared"]
    _portal_owner_path = "settlement_id.partner_id"
    _portal_fields = frozenset(
        {"settlement_id", "debt_id", "amount", "amount_paid", "due_date", "state"}
    )
