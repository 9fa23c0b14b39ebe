from odoo import fields, models


class SrmPpeItem(models.Model):
    """A kind of personal protective equipment and how long it may serve."""

    _name = "srm.ppe.item"
    _description = "Protective Equipment"
    _order = "name"

    name = fields.Char(required=True, translate=True)
    norm = fields.Char(help="Number of the norm on the label.")
    life_months = fields.Integer(string="Serves for (months)", help="0: no limit.")
    active = fields.Boolean(default=True)

    _life_positive = models.Constraint(
        "CHECK (life_months >= 0)", "A life is not negative."
    )
