from odoo import fields, models


class SrmMaterial(models.Model):
    """What a pipe, a cable or a structure is made of, and how long it lives.

    No published life holds for every ground and water: a life is the company's own
    figure, and 0 says that nobody has given it yet.
    """

    _name = "srm.material"
    _description = "Material"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    code = fields.Char(required=True)
    name = fields.Char(required=True, translate=True)
    life = fields.Integer(
        string="Normal life (years)",
        aggregator=None,
        help="Of the material where nothing wears it more; 0: not known.",
    )

    _code_uidx = models.UniqueIndex("(code)", "This material already exists.")
    _life_positive = models.Constraint(
        "CHECK (COALESCE(life, 0) >= 0)", "A life is not negative."
    )
