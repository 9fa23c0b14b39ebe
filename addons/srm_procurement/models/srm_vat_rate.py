from odoo import fields, models

from ..constants import NATURES


class SrmVatRate(models.Model):
    """VAT rate proposed for an inherited debt, by nature of the supply.

    The registers of the predecessors give amounts TTC only; the tax withheld at payment
    needs the VAT inside them.
    """

    _name = "srm.vat.rate"
    _description = "VAT Rate by Nature"
    _order = "nature"
    _rec_name = "nature"

    nature = fields.Selection(NATURES, required=True)
    rate = fields.Float(
        string="VAT (%)", required=True, digits=(5, 2), help="Percent of the amount HT."
    )

    _nature_unique = models.Constraint(
        "UNIQUE (nature)", "A nature has one default VAT rate."
    )
    _rate_valid = models.Constraint(
        "CHECK (rate BETWEEN 0 AND 100)", "A VAT rate lies between 0 and 100."
    )

    def _rates(self) -> dict[str, float]:
        return {item.nature: item.rate for item in self.search([("nature", "!=", "")])}
