from odoo import fields, models

from odoo.addons.srm_kit.guard import Guard


class SrmScoringCriterion(models.Model):
    _name = "srm.scoring.criterion"
    _description = "Scoring Criterion"
    _order = "method_id, sequence, id"
    # Words may be corrected and translated; what the score is made of may not.
    _guard = Guard(free=("name",))

    method_id = fields.Many2one(
        "srm.scoring.method", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    minimum = fields.Integer(required=True, default=1)
    maximum = fields.Integer(required=True, default=4)
    weight = fields.Float(default=1.0)
    scale = fields.Text(translate=True, help="What each value means.")

    _bounds = models.Constraint("CHECK (maximum > minimum)", "The scale goes up.")
