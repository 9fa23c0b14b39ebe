from srm_engine.sewer_grading import Scale

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..amounts import exact

#: The worst grade needs no bound: it is what lies beyond the last one.
BOUNDED = [("1", "1"), ("2", "2"), ("3", "3"), ("4", "4")]


class SrmGradingScale(models.Model):
    """How scores of defects become a condition grade from 1 to 5.

    Standards give codes (EN 13508-2) or thresholds (WSA 05); scales are data, so that
    any of them may be used.
    """

    _name = "srm.grading.scale"
    _description = "Grading Scale"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    source = fields.Char(help="Standard or decision the scale comes from.")
    worst_of = fields.Boolean(
        string="Worst of peak and mean",
        default=True,
        help="Otherwise the peak alone gives the grade.",
    )
    threshold_ids = fields.One2many(
        "srm.grading.threshold", "scale_id", string="Bounds", copy=True
    )
    score_ids = fields.One2many("srm.defect.score", "scale_id", string="Scores")

    @api.constrains("threshold_ids")
    def _check_thresholds(self):
        for scale in self:
            rows = scale.threshold_ids.sorted("grade")
            peaks = rows.mapped("peak")
            means = rows.filtered("mean").mapped("mean")
            if len(set(peaks)) < len(peaks) or peaks != sorted(peaks):
                scale._refuse_thresholds()
            if means and (len(means) < len(rows) or means != sorted(set(means))):
                scale._refuse_thresholds()

    def _refuse_thresholds(self):
        raise ValidationError(
            self.env._(
                "%(scale)s: the bounds grow from grade 1 to grade 4, and the mean has "
                "a bound for every grade or for none.",
                scale=self.name,
            )
        )

    def _engine_scale(self) -> Scale:
        rows = self.threshold_ids.sorted("grade")
        means = [exact(row.mean) for row in rows] if any(rows.mapped("mean")) else []
        return Scale([exact(row.peak) for row in rows], means, self.worst_of)


class SrmGradingThreshold(models.Model):
    """Highest peak and mean of a grade."""

    _name = "srm.grading.threshold"
    _description = "Bound of a Grade"
    _order = "scale_id, grade"
    _rec_name = "grade"

    scale_id = fields.Many2one(
        "srm.grading.scale", required=True, index=True, ondelete="cascade"
    )
    grade = fields.Selection(BOUNDED, required=True)
    peak = fields.Float(
        string="Peak up to", digits=(10, 2), required=True, aggregator=None
    )
    mean = fields.Float(string="Mean up to", digits=(10, 2), aggregator=None)

    _grade_uidx = models.UniqueIndex(
        "(scale_id, grade)", "This grade already has its bounds."
    )
    _bounds_positive = models.Constraint(
        "CHECK (peak >= 0 AND COALESCE(mean, 0) >= 0)", "Bounds are not negative."
    )
