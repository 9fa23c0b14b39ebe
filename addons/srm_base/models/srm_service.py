from odoo import fields, models


class SrmService(models.Model):
    """One of the services of the company: electricity, water, sanitation."""

    _name = "srm.service"
    _inherit = "srm.search.mixin"
    _description = "Service"
    _order = "sequence, id"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    unit = fields.Char(
        "Unit of the quantity", translate=True, help="For instance kWh or m³"
    )

    _code_unique = models.Constraint(
        "UNIQUE (code)", "Two services cannot have the same code."
    )
