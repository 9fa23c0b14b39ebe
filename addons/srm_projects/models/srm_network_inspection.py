import math
from collections import Counter
from decimal import Decimal

from srm_engine.sewer_grading import condition, grade_of, pipe_rating

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import LazyTranslate

from odoo.addons.srm_kit.guard import Freeze, Guard, Step

from ..amounts import exact
from .srm_network_section import GRADES

_lt = LazyTranslate(__name__)
MANAGER = "srm_projects.group_network_manager"
#: What the defects make of an inspection; judged for good once it is validated.
JUDGED = (
    "total",
    "peak",
    "mean",
    "peak_grade",
    "mean_grade",
    "grade",
    "rating",
    "rating_index",
    "quick",
)
METHODS = [
    ("camera", "Camera"),
    ("walk", "Walk-through"),
    ("acoustic", "Acoustic"),
    ("thermal", "Thermography"),
    ("visual", "Visual inspection"),
]
WORST = 5


class SrmNetworkInspection(models.Model):
    """What was seen in a section, defect by defect, and the grade it makes.

    Who enters an inspection does not validate it; a validated one does not change.
    """

    _name = "srm.network.inspection"
    _inherit = ["srm.numbered.mixin", "srm.author.mixin", "srm.evidence.mixin"]
    _description = "Inspection of a Network Section"
    _order = "date desc, id desc"
    _entered_fields = frozenset(
        {"section_id", "length_m", "scale_id", "grade_seen", "condition_factor"}
    )
    _evidence_fields = ("document_ids",)
    _guard = Guard(
        steps={
            "validate": Step(
                ("draft",),
                "validated",
                group=MANAGER,
                signs="validated_by_id",
                not_by=("entered_by_id", "author_ids"),
                check="_check_grade",
            ),
            "cancel": Step(("draft", "validated"), "cancelled", group=MANAGER),
        },
        freezes=(
            Freeze(
                ("validated", "cancelled"),
                children=("defect_ids",),
                files=True,
                database=True,
                remedy=_lt("Cancel it and enter another one."),
            ),
            Freeze(("validated",), fields=JUDGED, database=True),
        ),
        deletable=("draft",),
    )

    section_id = fields.Many2one(
        "srm.network.section", required=True, index=True, ondelete="restrict"
    )
    territory_id = fields.Many2one(
        related="section_id.territory_id", store=True, index="btree_not_null"
    )
    province_id = fields.Many2one(related="section_id.province_id", store=True)
    linear = fields.Boolean(related="section_id.linear")
    diagnosis_id = fields.Many2one(
        "srm.diagnosis", index="btree_not_null", ondelete="restrict"
    )
    date = fields.Date(required=True, default=fields.Date.context_today, index=True)
    method = fields.Selection(METHODS, required=True, default="camera")
    inspector = fields.Char()
    entered_by_id = fields.Many2one(
        "res.users", readonly=True, default=lambda self: self.env.user
    )
    validated_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    length_m = fields.Float(string="Length inspected (m)", digits=(12, 2))
    scale_id = fields.Many2one(
        "srm.grading.scale",
        ondelete="restrict",
        default=lambda self: self._default_scale_id(),
    )
    defect_ids = fields.One2many(
        "srm.network.defect", "inspection_id", string="Defects", copy=True
    )
    grade_seen = fields.Selection(
        GRADES,
        string="Grade by eye",
        help="Of a structure, or of a section that no scale grades.",
    )
    condition_factor = fields.Float(
        default=1.0,
        digits=(6, 3),
        aggregator=None,
        help="What the inspection says of the health: 1 as its age, above 1 worse.",
    )
    document_ids = fields.Many2many(
        "ir.attachment", "srm_network_inspection_document_rel", string="Photos, videos"
    )
    state = fields.Selection(
        [("draft", "Entered"), ("validated", "Validated"), ("cancelled", "Cancelled")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
    )

    total = fields.Float(
        string="Total of the scores",
        compute="_compute_grade",
        store=True,
        digits=(12, 2),
        aggregator=None,
    )
    peak = fields.Float(
        string="Peak over one metre",
        compute="_compute_grade",
        store=True,
        digits=(12, 2),
        aggregator=None,
    )
    mean = fields.Float(
        string="Mean per metre",
        compute="_compute_grade",
        store=True,
        digits=(12, 2),
        aggregator=None,
    )
    peak_grade = fields.Selection(GRADES, compute="_compute_grade", store=True)
    mean_grade = fields.Selection(GRADES, compute="_compute_grade", store=True)
    grade = fields.Selection(GRADES, compute="_compute_grade", store=True, index=True)
    rating = fields.Integer(
        compute="_compute_grade",
        store=True,
        aggregator=None,
        help="Sum of the grades of the defects: five bad ones are worse than one.",
    )
    rating_index = fields.Float(
        compute="_compute_grade",
        store=True,
        digits=(6, 2),
        aggregator=None,
        help="Rating / number of defects.",
    )
    quick = fields.Char(
        string="Quick rating",
        compute="_compute_grade",
        store=True,
        help="The two worst grades, each followed by its number of defects.",
    )
    grading_missing = fields.Char(compute="_compute_grading_missing")

    _length_positive = models.Constraint(
        "CHECK (COALESCE(length_m, 0) >= 0)", "A length is not negative."
    )
    _factor_positive = models.Constraint(
        "CHECK (condition_factor > 0)", "The condition factor is above zero."
    )
    _two_people = models.Constraint(
        "CHECK (validated_by_id IS NULL OR validated_by_id != entered_by_id)",
        "Who enters an inspection does not validate it.",
    )

    @api.model
    def _default_scale_id(self):
        return self.env["srm.grading.scale"].search(
            [("threshold_ids", "!=", False)], limit=1
        )

    @api.onchange("section_id")
    def _onchange_section_id(self):
        if self.section_id and not self.length_m:
            self.length_m = self.section_id.length_m

    # Grade

    @api.depends(
        "scale_id.worst_of",
        "scale_id.threshold_ids.peak",
        "scale_id.threshold_ids.mean",
        "section_id.kind",
        "length_m",
        "grade_seen",
        "defect_ids.score",
        "defect_ids.scored",
        "defect_ids.position",
        "defect_ids.length_m",
    )
    def _compute_grade(self):
        """A scale changed later judges nothing that was validated."""
        for inspection in self:
            if inspection.state != "draft":
                inspection.update({name: inspection[name] for name in JUDGED})
                continue
            found = inspection._engine_condition()
            inspection.update(inspection._condition_values(found))

    def _engine_condition(self):
        """``None`` when the section is not graded by its defects."""
        graded = self.linear and self.scale_id.threshold_ids and self.length_m
        if not graded or not all(self.defect_ids.mapped("scored")):
            return None
        return condition(
            self._occurrences(), exact(self.length_m), self.scale_id._engine_scale()
        )

    def _condition_values(self, found) -> dict:
        counts = self._count_grades() if found else {}
        rating = pipe_rating(counts)
        return {
            "total": float(found.total) if found else 0.0,
            "peak": float(found.peak) if found else 0.0,
            "mean": float(found.mean or 0) if found else 0.0,
            "peak_grade": str(found.peak_grade) if found else False,
            "mean_grade": str(found.mean_grade)
            if found and found.mean_grade
            else False,
            "grade": str(min(found.grade, WORST)) if found else self.grade_seen,
            "rating": rating.rating,
            "rating_index": float(rating.index or 0),
            "quick": rating.quick if found else False,
        }

    def _occurrences(self) -> list[tuple[Decimal, Decimal]]:
        """(position, score): a continuous defect counts once per metre."""
        return [
            (exact(defect.position) + step, exact(defect.score))
            for defect in self.defect_ids
            for step in range(defect._occurrence_count())
        ]

    def _count_grades(self) -> dict[int, int]:
        peaks = self.scale_id._engine_scale().peak
        return dict(
            Counter(
                min(grade_of(score, peaks), WORST)
                for _position, score in self._occurrences()
            )
        )

    @api.depends_context("lang")
    @api.depends("scale_id", "defect_ids.scored", "length_m", "section_id.kind")
    def _compute_grading_missing(self):
        for inspection in self:
            inspection.grading_missing = inspection._what_is_missing()

    def _what_is_missing(self):
        if not self.linear or not self.scale_id:
            return False
        unknown = self.defect_ids.filtered(lambda defect: not defect.scored)
        if unknown:
            return self.env._(
                "No grade: %(codes)s has no score on this scale.",
                codes=", ".join(sorted(set(unknown.mapped("code_id.code")))),
            )
        if not self.length_m:
            return self.env._("No grade: the length inspected is not entered.")
        return False

    def action_score(self):
        """Score the defects again, after their table changed."""
        self._require_state("draft")
        self.check_access("write")
        self.defect_ids._by_code()._compute_score()
        return True

    # Steps

    def action_validate(self):
        return bool(self._take_step("validate"))

    def _check_grade(self):
        for inspection in self:
            if not inspection.grade:
                raise UserError(
                    self.env._(
                        "%(inspection)s has no grade: enter the defects with the "
                        "length and a scale that scores them, or a grade by eye.",
                        inspection=inspection.name,
                    )
                )

    def action_cancel(self):
        return bool(self._take_step("cancel"))

    @api.constrains("date")
    def _check_date(self):
        today = fields.Date.context_today(self)
        for inspection in self:
            if inspection.date > today:
                raise ValidationError(
                    self.env._(
                        "%(inspection)s: an inspection is not in the future.",
                        inspection=inspection.name,
                    )
                )


class SrmNetworkDefect(models.Model):
    """A defect seen at a place; with a length, it counts once per metre."""

    _name = "srm.network.defect"
    _description = "Defect of a Network Section"
    _order = "inspection_id, position, id"
    _rec_name = "code_id"

    inspection_id = fields.Many2one(
        "srm.network.inspection", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="inspection_id.company_id", store=True, precompute=True
    )
    territory_id = fields.Many2one(related="inspection_id.territory_id", store=True)
    code_id = fields.Many2one("srm.defect.code", required=True, ondelete="restrict")
    position = fields.Float(
        string="At (m)", digits=(10, 2), aggregator=None, help="From the start."
    )
    length_m = fields.Float(
        string="Over (m)",
        digits=(10, 2),
        aggregator=None,
        help="Of a continuous defect; 0: at one place.",
    )
    score = fields.Float(
        compute="_compute_score", store=True, digits=(10, 2), aggregator=None
    )
    scored = fields.Boolean(compute="_compute_score", store=True)
    note = fields.Char()

    _places_positive = models.Constraint(
        "CHECK (COALESCE(position, 0) >= 0 AND COALESCE(length_m, 0) >= 0)",
        "Positions and lengths are not negative.",
    )

    @api.depends("code_id", "inspection_id.scale_id")
    def _compute_score(self):
        """By the scale of the inspection; a score changed later judges nothing old."""
        scales = self.inspection_id.scale_id
        scores = {
            (line.scale_id, line.code_id): line.score for line in scales.score_ids
        }
        for defect in self:
            found = scores.get((defect.inspection_id.scale_id, defect.code_id))
            defect.scored = found is not None
            defect.score = found or 0.0

    def _occurrence_count(self) -> int:
        return max(math.ceil(self.length_m), 1)

    @api.model_create_multi
    def create(self, vals_list):
        defects = super().create(vals_list)
        defects.inspection_id._add_author()
        return defects

    def write(self, vals):
        result = super().write(vals)
        self.inspection_id._add_author()
        return result

    @api.ondelete(at_uninstall=False)
    def _keep_who_deletes(self):
        self.inspection_id._add_author()
