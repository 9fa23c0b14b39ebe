from odoo import fields, models


class SrmInterestedParty(models.Model):
    """Who expects what, and whether the expectation became an obligation."""

    _name = "srm.interested.party"
    _inherit = ["srm.action.mixin"]
    _description = "Interested Party"
    _order = "name"

    name = fields.Char(required=True)
    kind = fields.Selection(
        [
            ("workers", "Workers"),
            ("customers", "Customers"),
            ("state", "State and region"),
            ("communes", "Communes"),
            ("contractors", "Contractors and suppliers"),
            ("neighbours", "Neighbours"),
            ("shareholders", "Shareholders"),
            ("other", "Other"),
        ],
        required=True,
        default="other",
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    needs = fields.Text(string="Needs and expectations", required=True)
    climate = fields.Boolean(string="Climate expectation")
    became_obligation = fields.Boolean()
    obligation_id = fields.Many2one("srm.obligation")
    review_date = fields.Date(string="Reviewed on", default=fields.Date.context_today)

    _obligation_named = models.Constraint(
        "CHECK (NOT became_obligation OR obligation_id IS NOT NULL)",
        "Name the obligation the expectation became.",
    )
