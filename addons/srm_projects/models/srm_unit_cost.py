from odoo import api, fields, models

from .srm_network_section import KINDS


class SrmUnitCost(models.Model):
    """Price of renewing a metre (lines) or a piece (structures), by diameter."""

    _name = "srm.unit.cost"
    _description = "Unit Cost of Renewal"
    _order = "kind, diameter_max"
    _rec_name = "kind"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(KINDS, required=True)
    diameter_max = fields.Integer(
        string="Up to (mm)", aggregator=None, help="0: whatever the diameter."
    )
    amount = fields.Monetary(
        required=True, help="For a metre of line, or for one structure."
    )

    _kind_uidx = models.UniqueIndex(
        "(company_id, kind, COALESCE(diameter_max, 0))",
        "This kind already has its price up to this diameter.",
    )
    _amount_positive = models.Constraint(
        "CHECK (amount > 0 AND COALESCE(diameter_max, 0) >= 0)",
        "A price is above zero and a diameter is not negative.",
    )

    @api.model
    def _prices(self, companies) -> dict:
        """``{(company, kind): [(diameter, price)]}``, the last one for any diameter."""
        found = {}
        for price in self.search([("company_id", "in", companies.ids)]):
            bound = price.diameter_max or float("inf")
            found.setdefault((price.company_id, price.kind), []).append(
                (bound, price.amount)
            )
        return {key: sorted(prices) for key, prices in found.items()}
