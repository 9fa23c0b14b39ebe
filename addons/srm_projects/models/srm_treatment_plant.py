from srm_engine.errors import RuleError
from srm_engine.reuse import reuse

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import LazyTranslate

from odoo.addons.srm_kit.guard import Freeze, Guard

from ..amounts import exact

_lt = LazyTranslate(__name__)

CLIENTS = [
    ("green", "Green spaces"),
    ("golf", "Golf courses"),
    ("farming", "Farming"),
    ("industry", "Industry"),
    ("own", "Own use"),
]


class SrmTreatmentPlant(models.Model):
    """Wastewater plant: volumes, reuse against its target, quality against limits."""

    _name = "srm.treatment.plant"
    _inherit = ["srm.territory.mixin"]
    _description = "Wastewater Plant"
    _order = "name"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    process = fields.Char(help="Lagoons, activated sludge...")
    capacity = fields.Float(string="Capacity (m³/day)", digits=(12, 1))
    tertiary = fields.Boolean(string="Tertiary treatment")
    volume_ids = fields.One2many("srm.treatment.volume", "plant_id", string="Volumes")
    result_ids = fields.One2many("srm.quality.result", "plant_id", string="Quality")
    exceeded_count = fields.Integer(
        string="Limits exceeded", compute="_compute_exceeded_count"
    )

    @api.depends("result_ids.exceeded")
    def _compute_exceeded_count(self):
        for plant in self:
            plant.exceeded_count = len(plant.result_ids.filtered("exceeded"))


class SrmTreatmentVolume(models.Model):
    """Volumes of a plant in a month, and what was reused of them."""

    _name = "srm.treatment.volume"
    _description = "Monthly Volumes of a Plant"
    _order = "month desc, plant_id"
    _rec_name = "plant_id"

    plant_id = fields.Many2one(
        "srm.treatment.plant", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        related="plant_id.company_id", store=True, precompute=True
    )
    territory_id = fields.Many2one(
        related="plant_id.territory_id", store=True, index="btree_not_null"
    )
    province_id = fields.Many2one(related="plant_id.province_id", store=True)
    month = fields.Date(required=True, index=True)
    volume_in = fields.Float(string="Received (m³)", digits=(16, 1))
    treated = fields.Float(string="Treated (m³)", digits=(16, 1), required=True)
    tertiary = fields.Float(string="Tertiary (m³)", digits=(16, 1))
    reuse_ids = fields.One2many("srm.reuse.volume", "volume_id", string="Reused")
    reused = fields.Float(
        string="Reused (m³)", compute="_compute_reuse", store=True, digits=(16, 1)
    )
    rate = fields.Float(
        string="Reuse (%)",
        compute="_compute_reuse",
        store=True,
        digits=(6, 1),
        aggregator=None,
        help="Reused / treated.",
    )
    missing = fields.Float(
        string="Lacking to the target (m³)",
        compute="_compute_reuse",
        store=True,
        digits=(16, 1),
    )

    _month_uidx = models.UniqueIndex(
        "(plant_id, month)", "This plant already has its volumes of the month."
    )
    _first_day = models.Constraint(
        "CHECK (EXTRACT(DAY FROM month) = 1)", "A month is written by its first day."
    )
    _volumes_ordered = models.Constraint(
        "CHECK (COALESCE(treated, 0) >= 0 AND COALESCE(tertiary, 0) BETWEEN 0"
        " AND COALESCE(treated, 0) AND COALESCE(volume_in, 0) >= 0)",
        "Tertiary water is a part of treated water; volumes are not negative.",
    )

    @api.depends("treated", "reuse_ids.volume", "company_id.srm_reuse_target")
    def _compute_reuse(self):
        for record in self:
            found = record._engine_reuse()
            record.reused = float(found.reused) if found else 0.0
            record.rate = float(found.rate or 0) if found else 0.0
            record.missing = float(found.missing or 0) if found else 0.0

    def _engine_reuse(self):
        groups = {line: exact(line.volume) for line in self.reuse_ids}
        target = exact(self.company_id.srm_reuse_target)
        try:
            return reuse(exact(self.treated), groups, target)
        except RuleError:
            return None

    @api.constrains("treated", "reuse_ids")
    def _check_reuse(self):
        for record in self:
            if not record._engine_reuse():
                raise ValidationError(
                    self.env._(
                        "%(plant)s: more is reused than treated this month.",
                        plant=record.plant_id.name,
                    )
                )


class SrmReuseVolume(models.Model):
    """Treated water given to a group of clients."""

    _name = "srm.reuse.volume"
    _description = "Reused Volume"
    _order = "volume_id, id"
    _rec_name = "group"

    volume_id = fields.Many2one(
        "srm.treatment.volume", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="volume_id.company_id", store=True, precompute=True
    )
    territory_id = fields.Many2one(related="volume_id.territory_id", store=True)
    group = fields.Selection(CLIENTS, string="Clients", required=True)
    volume = fields.Float(string="Volume (m³)", digits=(16, 1), required=True)

    _volume_positive = models.Constraint(
        "CHECK (volume > 0)", "A reused volume is above zero."
    )
    _group_uidx = models.UniqueIndex(
        '(volume_id, "group")', "This group of clients already has its volume."
    )


class SrmQualityParameter(models.Model):
    """What is measured in treated water, and its limit."""

    _name = "srm.quality.parameter"
    _description = "Quality Parameter"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    code = fields.Char(required=True)
    name = fields.Char(required=True, translate=True)
    unit = fields.Char()
    limit = fields.Float(
        digits=(12, 3),
        aggregator=None,
        help="Highest value allowed; 0: not limited.",
    )

    _code_uidx = models.UniqueIndex("(code)", "This parameter already exists.")


class SrmQualityResult(models.Model):
    """One analysis; a value above the limit of that day is flagged for good."""

    _name = "srm.quality.result"
    _description = "Quality Result"
    _order = "date desc, plant_id"
    _rec_name = "parameter_id"
    _guard = Guard(
        freezes=(
            Freeze(
                once="exceeded",
                but=("note",),
                remedy=_lt("Say in the note what was wrong with it."),
            ),
        ),
        deletable=(),
    )

    plant_id = fields.Many2one(
        "srm.treatment.plant", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        related="plant_id.company_id", store=True, precompute=True
    )
    territory_id = fields.Many2one(
        related="plant_id.territory_id", store=True, index="btree_not_null"
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    parameter_id = fields.Many2one(
        "srm.quality.parameter", required=True, ondelete="restrict"
    )
    value = fields.Float(digits=(12, 3), required=True, aggregator="avg")
    unit = fields.Char(related="parameter_id.unit")
    limit = fields.Float(
        digits=(12, 3),
        compute="_compute_limit",
        store=True,
        readonly=True,
        precompute=True,
        aggregator=None,
    )
    exceeded = fields.Boolean(compute="_compute_exceeded", store=True, index=True)
    note = fields.Char()

    _result_uidx = models.UniqueIndex(
        "(plant_id, parameter_id, date)", "This analysis is already entered."
    )

    @api.depends("parameter_id")
    def _compute_limit(self):
        """Copied: a later limit does not judge an old result."""
        for result in self:
            result.limit = result.parameter_id.limit

    @api.depends("value", "limit")
    def _compute_exceeded(self):
        for result in self:
            result.exceeded = bool(result.limit) and result.value > result.limit
