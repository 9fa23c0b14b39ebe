from srm_engine.priority import Criterion

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.srm_kit.guard import Freeze, Guard

CRITERIA = [
    ("access", "Access rate of the commune (%)"),
    ("households", "Households without the service"),
    ("breaks", "Breaks in five years"),
    ("losses", "Losses of the sector (m³/km/day)"),
    ("customers", "Customers downstream"),
    ("critical", "Critical customers"),
    ("flooding", "Flooding black spot"),
    ("cost", "Cost of renewal"),
    ("grade", "Condition grade"),
    ("age", "Age (years)"),
]
CODES = tuple(code for code, _label in CRITERIA)
LOGGED = ("weight", "low", "high")


class SrmPriorityGrid(models.Model):
    """Criteria and weights that rank sections; every change of weight is logged.

    No Moroccan grid with numbers is published: weights are the company's, equal until
    it decides.
    """

    _name = "srm.priority.grid"
    _inherit = ["mail.thread"]
    _description = "Priority Grid"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True, tracking=True)
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)
    service_id = fields.Many2one(
        "srm.service", help="Empty: for sections of every service.", tracking=True
    )
    criterion_ids = fields.One2many(
        "srm.priority.criterion", "grid_id", string="Criteria", copy=True
    )

    def _engine_criteria(self) -> list[Criterion]:
        """Criteria in the order of the columns of a ranking."""
        self.ensure_one()
        rows = {row.code: row for row in self.criterion_ids if row.weight}
        return [
            Criterion(code, rows[code].weight, rows[code].low, rows[code].high)
            for code in CODES
            if code in rows
        ]

    @api.constrains("criterion_ids")
    def _check_weights(self):
        for grid in self:
            if not any(grid.criterion_ids.mapped("weight")):
                raise ValidationError(
                    self.env._(
                        "%(grid)s: give a weight above zero to one criterion at least.",
                        grid=grid.name,
                    )
                )


class SrmPriorityCriterion(models.Model):
    """Weight of a criterion, and the values that score nothing and everything."""

    _name = "srm.priority.criterion"
    _description = "Criterion of a Priority Grid"
    _order = "grid_id, sequence, id"
    _rec_name = "code"
    _guard = Guard(freezes=(Freeze(always=True, fields=("grid_id", "code")),))

    grid_id = fields.Many2one(
        "srm.priority.grid", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="grid_id.company_id", store=True, precompute=True
    )
    sequence = fields.Integer(default=10)
    code = fields.Selection(CRITERIA, string="Criterion", required=True)
    weight = fields.Integer(required=True, default=1, aggregator=None)
    part = fields.Float(
        string="Part of the score (%)", compute="_compute_part", digits=(6, 1)
    )
    low = fields.Float(
        string="Scores nothing at", digits=(16, 2), required=True, aggregator=None
    )
    high = fields.Float(
        string="Scores everything at",
        digits=(16, 2),
        required=True,
        aggregator=None,
        help="Below the other bound where less is worse, as an access rate.",
    )

    _code_uidx = models.UniqueIndex(
        "(grid_id, code)", "This criterion is already in the grid."
    )
    _weight_positive = models.Constraint(
        "CHECK (weight >= 0)", "A weight is not negative."
    )
    _bounds_differ = models.Constraint(
        "CHECK (low != high)", "The two bounds of a criterion are not the same."
    )

    @api.depends("weight", "grid_id.criterion_ids.weight")
    def _compute_part(self):
        for row in self:
            whole = sum(row.grid_id.criterion_ids.mapped("weight"))
            row.part = 100 * row.weight / whole if whole else 0.0

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        for row in rows:
            row._log(self.env._("added, weight %(weight)s", weight=row.weight))
        return rows

    def write(self, vals):
        before = {row: {name: row[name] for name in LOGGED} for row in self}
        result = super().write(vals)
        for row in self:
            changes = [
                f"{row._fields[name]._description_string(self.env)}: "
                f"{old:g} → {row[name]:g}"
                for name, old in before[row].items()
                if old != row[name]
            ]
            if changes:
                row._log(", ".join(changes))
        return result

    @api.ondelete(at_uninstall=False)
    def _log_removal(self):
        for row in self:
            row._log(self.env._("removed"))

    def _log(self, text: str):
        """Kept with the grid; what is shipped with the add-on is no change."""
        if self.env.su and self.env.context.get("install_mode"):
            return
        label = dict(self._fields["code"]._description_selection(self.env))[self.code]
        self.grid_id.message_post(
            body=self.env._("%(label)s: %(change)s", label=label, change=text)
        )
