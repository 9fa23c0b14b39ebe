from odoo import fields, models

OUTPUT_KINDS = [
    ("water", "Water supplied (m³)"),
    ("wastewater", "Wastewater treated (m³)"),
    ("electricity", "Electricity distributed (MWh)"),
    ("staff", "Staff (full-time equivalents)"),
]


class SrmCarbonOutput(models.Model):
    """What the company delivered in a month: the divisor of a carbon intensity."""

    _name = "srm.carbon.output"
    _description = "Monthly Output"
    _order = "period_id desc, kind"

    period_id = fields.Many2one(
        "srm.carbon.period", required=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(OUTPUT_KINDS, required=True)
    quantity = fields.Float(digits=(16, 3), required=True)
    source = fields.Char(required=True, help="Record the figure was read from.")
    intensity = fields.Float(
        "kg CO2e per unit", digits=(16, 6), compute="_compute_intensity"
    )

    _kind_unique = models.UniqueIndex(
        "(period_id, kind)", "This output is already given for the month."
    )
    _quantity_positive = models.Constraint(
        "CHECK (quantity > 0)", "An output must be above zero."
    )

    def _compute_intensity(self):
        for output in self:
            output.intensity = output.period_id.total / output.quantity
