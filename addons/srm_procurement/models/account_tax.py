from odoo import fields, models

CODES = [
    ("vat_75", "VAT, 75 %"),
    ("vat_100", "VAT, 100 %"),
    ("is_5", "Corporate tax on fees, 5 %"),
    ("ir_10", "Income tax on fees, 10 %"),
    ("nr_10", "Tax of non-residents, 10 %"),
]


class AccountTax(models.Model):
    """Taxes withheld from suppliers: proposed by rule, never chosen on a product.

    The base of a tax on VAT is the VAT itself (75 % of it, or all of it), whatever its
    rate; the base of a tax on income is the amount HT.
    """

    _inherit = "account.tax"

    srm_withheld = fields.Selection(
        CODES, string="Withheld by rule", readonly=True, copy=False
    )

    _srm_withheld_unique = models.UniqueIndex(
        "(company_id, srm_withheld) WHERE srm_withheld IS NOT NULL",
        "This withheld tax exists already.",
    )

    def _srm_by_code(self, company) -> dict:
        """``{code: tax}`` of a company, in one query."""
        taxes = self.search(
            [("company_id", "=", company.id), ("srm_withheld", "!=", False)]
        )
        return {tax.srm_withheld: tax for tax in taxes}
