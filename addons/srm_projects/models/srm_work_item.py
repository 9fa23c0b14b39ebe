from decimal import Decimal

from srm_engine.errors import RuleError
from srm_engine.wbs import physical_progress, shares

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.srm_base.tools.names import joined
from odoo.addons.srm_kit.guard import Freeze, Guard

from ..amounts import exact, money


class SrmWorkItem(models.Model):
    """Item of the work breakdown: weight, budget, quantity and dates.

    Only items without parts are measured, budgeted and planned; the others add up.
    """

    _name = "srm.work.item"
    _description = "Work Item"
    _order = "project_id, sequence, code, id"
    _rec_names_search = ["code", "name"]
    _parent_store = True
    _guard = Guard(
        freezes=(Freeze(once="measured", fields=("project_id", "company_id", "unit")),)
    )

    project_id = fields.Many2one(
        "project.project", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", compute="_compute_company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="project_id.currency_id")
    territory_id = fields.Many2one(
        related="project_id.territory_id", store=True, index="btree_not_null"
    )
    parent_id = fields.Many2one(
        "srm.work.item",
        string="Part of",
        index="btree_not_null",
        ondelete="cascade",
        domain="[('project_id', '=', project_id)]",
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("srm.work.item", "parent_id", string="Parts")
    sequence = fields.Integer(default=10)
    code = fields.Char(required=True)
    name = fields.Char(required=True)
    weight = fields.Float(
        default=1.0,
        digits=(12, 4),
        aggregator=None,
        help="Among the items of the same level; it need not add up to 100.",
    )
    budget = fields.Monetary()
    quantity = fields.Float(digits=(16, 3), aggregator=None)
    unit = fields.Char(help="m, m³, connections, item...")
    planned_start = fields.Date()
    planned_finish = fields.Date()
    measure_ids = fields.One2many("srm.work.measure", "item_id", string="Measures")
    measured = fields.Float(
        compute="_compute_measured",
        store=True,
        digits=(16, 3),
        aggregator=None,
    )
    physical = fields.Float(
        string="Physical (%)", compute="_compute_physical", digits=(5, 2)
    )
    share = fields.Float(
        string="Share of the work (%)", compute="_compute_physical", digits=(5, 2)
    )
    days = fields.Integer(string="Duration (days)", compute="_compute_days")
    early_start = fields.Date(string="Earliest start", readonly=True, copy=False)
    early_finish = fields.Date(string="Earliest finish", readonly=True, copy=False)
    total_float = fields.Integer(
        string="Float (days)", readonly=True, copy=False, aggregator=None
    )
    critical = fields.Boolean(readonly=True, copy=False)

    _code_uidx = models.UniqueIndex(
        "(project_id, code)", "This code is already used in the project."
    )
    _weight_positive = models.Constraint(
        "CHECK (weight >= 0)", "A weight is not negative."
    )
    _amounts_positive = models.Constraint(
        "CHECK (COALESCE(budget, 0) >= 0 AND COALESCE(quantity, 0) >= 0)",
        "Budgets and quantities are not negative.",
    )
    _dates_ordered = models.Constraint(
        "CHECK (planned_finish >= planned_start)",
        "An item finishes after it starts.",
    )

    @api.depends("code", "name")
    def _compute_display_name(self):
        for item in self:
            item.display_name = joined(item.code, item.name, by=" ")

    @api.depends("project_id.company_id")
    def _compute_company_id(self):
        for item in self:
            item.company_id = item.project_id.company_id or self.env.company

    @api.depends("planned_start", "planned_finish")
    def _compute_days(self):
        for item in self:
            start, finish = item.planned_start, item.planned_finish
            item.days = (finish - start).days + 1 if start and finish else 0

    @api.depends("measure_ids.quantity", "measure_ids.state")
    def _compute_measured(self):
        groups = self.env["srm.work.measure"]._read_group(
            [("item_id", "in", self.ids), ("state", "=", "validated")],
            ["item_id"],
            ["quantity:array_agg"],
        )
        sums = {item.id: sum(map(exact, values), Decimal(0)) for item, values in groups}
        for item in self:
            item.measured = float(sums.get(item._origin.id, 0))

    @api.depends("project_id.srm_item_ids.measured", "weight", "quantity", "parent_id")
    def _compute_physical(self):
        for project, items in self.grouped("project_id").items():
            try:
                lines = project.srm_item_ids._engine_items()
                done, parts = physical_progress(lines), shares(lines)
            except RuleError:
                done, parts = {}, {}
            for item in items:
                item.physical = float(done.get(item._origin.id, 0))
                item.share = float(parts.get(item._origin.id, 0) * 100)

    @api.constrains("parent_id", "project_id")
    def _check_parent(self):
        if self._has_cycle():
            raise ValidationError(
                self.env._(
                    "%(item)s would be a part of itself.", item=self[:1].display_name
                )
            )
        for item in self.filtered("parent_id"):
            if item.parent_id.project_id != item.project_id:
                raise ValidationError(
                    self.env._(
                        "%(item)s and the item it is part of belong to two projects.",
                        item=item.display_name,
                    )
                )
            if item.parent_id.budget or item.parent_id.quantity:
                raise ValidationError(
                    self.env._(
                        "%(parent)s has a budget or a quantity of its own: move them "
                        "to its parts first.",
                        parent=item.parent_id.display_name,
                    )
                )

    @api.constrains("budget", "quantity")
    def _check_leaf(self):
        for item in self:
            if item.child_ids and (money(item.budget) or exact(item.quantity)):
                raise ValidationError(
                    self.env._(
                        "%(item)s has parts: budgets and quantities go on the parts.",
                        item=item.display_name,
                    )
                )
