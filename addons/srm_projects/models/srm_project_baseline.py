from decimal import Decimal

from srm_engine.s_curve import Spread

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, LazyTranslate

from odoo.addons.srm_kit.guard import Freeze, Guard

from ..amounts import money

_lt = LazyTranslate(__name__)

#: What a line keeps of an item.
COPIED = (
    "code",
    "name",
    "weight",
    "budget",
    "quantity",
    "unit",
    "planned_start",
    "planned_finish",
)


class SrmProjectBaseline(models.Model):
    """What was promised on a day: scope, cost and time, for ever.

    A new baseline never replaces an old one: it says why, takes force, and both stay to
    be compared.
    """

    _name = "srm.project.baseline"
    _description = "Project Baseline"
    _order = "project_id, date desc, id desc"
    _guard = Guard(
        freezes=(
            Freeze(
                once="set_by_id",
                children=("line_ids",),
                database=True,
                remedy=_lt("Set a new baseline instead."),
            ),
        ),
        deletable=(),
    )

    project_id = fields.Many2one(
        "project.project", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    territory_id = fields.Many2one(
        related="project_id.territory_id", store=True, index="btree_not_null"
    )
    name = fields.Char(required=True)
    date = fields.Date(required=True, default=fields.Date.context_today)
    reason = fields.Text(required=True)
    set_by_id = fields.Many2one(
        "res.users", readonly=True, help="Once signed, nothing changes any more."
    )
    line_ids = fields.One2many(
        "srm.project.baseline.line", "baseline_id", readonly=True
    )
    budget = fields.Monetary(readonly=True)
    planned_start = fields.Date(readonly=True)
    planned_finish = fields.Date(readonly=True)
    in_force = fields.Boolean(
        compute="_compute_in_force", help="The last one of its project."
    )

    _name_uidx = models.UniqueIndex(
        "(project_id, name)", "The project already has a baseline of this name."
    )

    def init(self):
        # A database made before the guard has triggers of its own.
        self.env.cr.execute(SQL("DROP FUNCTION IF EXISTS srm_refuse_change() CASCADE"))
        return super().init()

    @api.depends("project_id.srm_baseline_id")
    def _compute_in_force(self):
        for baseline in self:
            baseline.in_force = baseline.project_id.srm_baseline_id == baseline

    @api.model_create_multi
    def create(self, vals_list):
        self._require_group("srm_projects.group_programme_manager")
        for vals in vals_list:
            vals.update(self._prepare_snapshot(vals))
        baselines = super(SrmProjectBaseline, self._by_code()).create(vals_list)
        # Nobody writes baselines: the signature seals them.
        baselines.sudo().write({"set_by_id": self.env.uid})
        return baselines.with_env(self.env)

    def _prepare_snapshot(self, vals) -> dict:
        """Copy of the breakdown as it is."""
        project = self.env["project.project"].browse(vals["project_id"])
        items = project.srm_item_ids.filtered(lambda item: not item.child_ids)
        starts = [start for start in items.mapped("planned_start") if start]
        finishes = [finish for finish in items.mapped("planned_finish") if finish]
        if not items or len(starts) < len(items) or len(finishes) < len(items):
            raise UserError(
                self.env._(
                    "%(project)s: give every item of the breakdown its dates before "
                    "setting a baseline.",
                    project=project.display_name,
                )
            )
        return {
            "company_id": (project.company_id or self.env.company).id,
            "budget": project.srm_budget,
            "planned_start": min(starts),
            "planned_finish": max(finishes),
            "line_ids": [
                Command.create({name: item[name] for name in COPIED}) for item in items
            ],
        }

    def _spreads(self) -> list[Spread]:
        return [
            Spread(money(line.budget), line.planned_start, line.planned_finish)
            for line in self.line_ids
        ]

    def _budget(self) -> Decimal:
        return money(self.budget)

    def action_view_lines(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "srm.project.baseline.line",
            "view_mode": "list,timeline",
            "domain": [("baseline_id", "=", self.id)],
        }


class SrmProjectBaselineLine(models.Model):
    """An item as it was promised."""

    _name = "srm.project.baseline.line"
    _description = "Line of a Baseline"
    _order = "baseline_id, code, id"

    baseline_id = fields.Many2one(
        "srm.project.baseline",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    project_id = fields.Many2one(
        related="baseline_id.project_id", store=True, precompute=True
    )
    company_id = fields.Many2one(
        related="baseline_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="baseline_id.currency_id")
    code = fields.Char(required=True)
    name = fields.Char(required=True)
    weight = fields.Float(digits=(12, 4), aggregator=None)
    budget = fields.Monetary()
    quantity = fields.Float(digits=(16, 3), aggregator=None)
    unit = fields.Char()
    planned_start = fields.Date()
    planned_finish = fields.Date()
