from odoo import models


class SrmSettlementInstalment(models.Model):
    """Instalments of an agreement, as the creditor reads them."""

    _name = "srm.settlement.instalment"
    _inherit = ["srm.settlement.instalment", "srm.portal.shared"]
    _portal_fields = frozenset(
        {
            "name",
            "settlement_id",
            "number",
            "date",
            "amount",
            "state",
            "amount_paid",
            "credit_date",
            "partner_id",
            "file_id",
        }
    )
