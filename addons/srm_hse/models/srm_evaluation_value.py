from odoo import api, fields, models
from odoo.exceptions import ValidationError


class SrmEvaluationValue(models.Model):
    _name = "srm.evaluation.value"
    _description = "Value of a Criterion"

    evaluation_id = fields.Many2one(
        "srm.evaluation", required=True, index=True, ondelete="cascade"
    )
    criterion_id = fields.Many2one(
        "srm.scoring.criterion", required=True, ondelete="restrict"
    )
    value = fields.Integer(required=True)

    _criterion_unique = models.UniqueIndex(
        "(evaluation_id, criterion_id)", "A criterion has one value."
    )

    @api.constrains("value", "criterion_id")
    def _check_bounds(self):
        for line in self:
            criterion = line.criterion_id
            if not criterion.minimum <= line.value <= criterion.maximum:
                raise ValidationError(
                    self.env._(
                        "%(criterion)s: from %(low)s to %(high)s.",
                        criterion=criterion.name,
                        low=criterion.minimum,
                        high=criterion.maximum,
                    )
                )
