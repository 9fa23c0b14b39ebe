from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import LazyTranslate

from odoo.addons.srm_base.tools.names import joined
from odoo.addons.srm_kit.guard import Freeze, Guard, Step

from ..amounts import money

_lt = LazyTranslate(__name__)
APPROVER = "srm_projects.group_programme_manager"
HEADS = [
    ("water", "Drinking water"),
    ("sanitation", "Sanitation"),
    ("electricity", "Electricity"),
    ("common", "Common"),
]


class SrmProgramme(models.Model):
    """Investments of several years by head; an approved version does not change."""

    _name = "srm.programme"
    _inherit = ["mail.thread"]
    _description = "Investment Programme"
    _order = "year_from desc, version desc, id desc"
    _guard = Guard(
        steps={
            "approve": Step(
                ("draft",),
                "approved",
                group=APPROVER,
                signs="approved_by_id",
                dated="date_approved",
                check="_replace_before",
            ),
            "supersede": Step(("approved",), "superseded", group=APPROVER),
        },
        freezes=(
            Freeze(
                ("approved", "superseded"),
                children=("line_ids",),
                database=True,
                remedy=_lt("It changes by a transfer or a new version."),
            ),
            Freeze(("superseded",), fields=(), children=("transfer_ids",)),
        ),
        deletable=("draft",),
    )

    name = fields.Char(required=True, tracking=True)
    version = fields.Integer(default=1, readonly=True, copy=False, aggregator=None)
    origin_id = fields.Many2one(
        "srm.programme", string="Version before", readonly=True, copy=False
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    year_from = fields.Integer(
        required=True,
        aggregator=None,
        default=lambda self: fields.Date.context_today(self).year,
    )
    year_to = fields.Integer(
        required=True,
        aggregator=None,
        default=lambda self: fields.Date.context_today(self).year + 4,
    )
    line_ids = fields.One2many("srm.programme.line", "programme_id", copy=True)
    transfer_ids = fields.One2many("srm.programme.transfer", "programme_id")
    amount = fields.Monetary(compute="_compute_amounts")
    allocated = fields.Monetary(compute="_compute_amounts")
    note = fields.Text()
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("approved", "Approved"),
            ("superseded", "Superseded"),
        ],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
    )
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    date_approved = fields.Date(readonly=True, copy=False)

    _years_ordered = models.Constraint(
        "CHECK (year_to >= year_from)", "A programme ends after it begins."
    )
    _version_uidx = models.UniqueIndex(
        "(company_id, name, version)", "This version of the programme already exists."
    )
    _one_approved = models.UniqueIndex(
        "(company_id, name) WHERE state = 'approved'",
        "Another version of this programme is in force.",
    )

    @api.depends("name", "version")
    def _compute_display_name(self):
        for programme in self:
            programme.display_name = (
                programme.name and f"{programme.name} v{programme.version}"
            )

    @api.depends("line_ids.ceiling", "line_ids.allocated")
    def _compute_amounts(self):
        for programme in self:
            programme.amount = sum(programme.line_ids.mapped("ceiling"))
            programme.allocated = sum(programme.line_ids.mapped("allocated"))

    def action_approve(self):
        """Takes force; the version before is superseded."""
        return bool(self._take_step("approve"))

    def _replace_before(self):
        for programme in self:
            if not programme.line_ids:
                raise UserError(
                    self.env._(
                        "%(programme)s has no line: enter its heads and years first.",
                        programme=programme.display_name,
                    )
                )
            before = self.search(
                [
                    ("company_id", "=", programme.company_id.id),
                    ("name", "=", programme.name),
                    ("state", "=", "approved"),
                ]
            )
            before._take_step("supersede")

    def action_new_version(self):
        """Copy to work on, while this one stays in force."""
        self.ensure_one()
        last = self.search(
            [("company_id", "=", self.company_id.id), ("name", "=", self.name)],
            order="version desc",
            limit=1,
        )
        new = self._by_code().copy(
            {"name": self.name, "version": last.version + 1, "origin_id": self.id}
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": new.id,
            "view_mode": "form",
        }

    def action_view_lines(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "srm_projects.action_srm_programme_line"
        )
        return action | {"domain": [("programme_id", "=", self.id)], "context": {}}


class SrmProgrammeLine(models.Model):
    """Ceiling of one head, service and place in one year."""

    _name = "srm.programme.line"
    _inherit = ["srm.territory.mixin"]
    _description = "Programme Line"
    _order = "programme_id, year, head, id"

    programme_id = fields.Many2one(
        "srm.programme", required=True, index=True, ondelete="cascade"
    )
    state = fields.Selection(related="programme_id.state", store=True)
    company_id = fields.Many2one(
        related="programme_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    head = fields.Selection(HEADS, required=True)
    year = fields.Integer(required=True, index=True, aggregator=None)
    name = fields.Char(string="Object")
    initial = fields.Monetary(string="Initial amount", required=True)
    transferred = fields.Monetary(compute="_compute_ceiling", store=True)
    ceiling = fields.Monetary(compute="_compute_ceiling", store=True)
    allocation_ids = fields.One2many("srm.programme.allocation", "line_id")
    allocated = fields.Monetary(compute="_compute_allocated", store=True)
    free = fields.Monetary(
        string="Not allocated", compute="_compute_allocated", store=True
    )
    transfer_in_ids = fields.One2many("srm.programme.transfer", "to_id")
    transfer_out_ids = fields.One2many("srm.programme.transfer", "from_id")

    _initial_positive = models.Constraint(
        "CHECK (initial >= 0)", "A ceiling is not negative."
    )

    @api.depends("programme_id", "head", "year", "name")
    def _compute_display_name(self):
        labels = dict(self._fields["head"]._description_selection(self.env))
        for line in self:
            line.display_name = joined(
                labels.get(line.head), str(line.year or ""), line.name
            )

    @api.depends(
        "initial",
        "transfer_in_ids.state",
        "transfer_in_ids.amount",
        "transfer_out_ids.state",
        "transfer_out_ids.amount",
    )
    def _compute_ceiling(self):
        for line in self:
            come = line.transfer_in_ids.filtered(lambda t: t.state == "approved")
            gone = line.transfer_out_ids.filtered(lambda t: t.state == "approved")
            moved = sum(map(money, come.mapped("amount"))) - sum(
                map(money, gone.mapped("amount"))
            )
            line.transferred = float(moved)
            line.ceiling = float(money(line.initial) + moved)

    @api.depends("ceiling", "allocation_ids.amount")
    def _compute_allocated(self):
        for line in self:
            amounts = map(money, line.allocation_ids.mapped("amount"))
            line.allocated = float(sum(amounts))
            line.free = float(money(line.ceiling) - money(line.allocated))

    @api.constrains("year", "programme_id")
    def _check_year(self):
        for line in self:
            programme = line.programme_id
            if not programme.year_from <= line.year <= programme.year_to:
                raise ValidationError(
                    self.env._(
                        "%(year)s is outside %(programme)s (%(first)s to %(last)s).",
                        year=line.year,
                        programme=programme.display_name,
                        first=programme.year_from,
                        last=programme.year_to,
                    )
                )

    @api.constrains("allocated", "ceiling")
    def _check_ceiling(self):
        for line in self:
            if money(line.free) < 0:
                raise ValidationError(
                    self.env._(
                        "%(line)s: %(allocated)s would be allocated of %(ceiling)s. "
                        "Lower an allocation, or have a transfer approved.",
                        line=line.display_name,
                        allocated=line.currency_id.format(line.allocated),
                        ceiling=line.currency_id.format(line.ceiling),
                    )
                )


class SrmProgrammeAllocation(models.Model):
    """Part of a programme line that a project uses."""

    _name = "srm.programme.allocation"
    _description = "Programme Allocation"
    _order = "line_id, id"
    _rec_name = "project_id"

    line_id = fields.Many2one(
        "srm.programme.line", required=True, index=True, ondelete="restrict"
    )
    project_id = fields.Many2one(
        "project.project", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        related="line_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(required=True)

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "An allocation is above zero."
    )
    _pair_uidx = models.UniqueIndex(
        "(line_id, project_id)", "This project already uses this line: change that."
    )


class SrmProgrammeTransfer(models.Model):
    """Amount moved between two lines of an approved programme, with its reason."""

    _name = "srm.programme.transfer"
    _description = "Programme Transfer"
    _order = "id desc"
    _rec_name = "reason"
    _guard = Guard(
        steps={
            "approve": Step(
                ("draft",),
                "approved",
                group=APPROVER,
                signs="decided_by_id",
                not_by=("asked_by_id",),
                check="_check_transfer",
            ),
            "refuse": Step(
                ("draft",), "refused", group=APPROVER, signs="decided_by_id"
            ),
        },
        freezes=(Freeze(("approved", "refused"), database=True),),
        deletable=("draft",),
    )

    programme_id = fields.Many2one(
        "srm.programme", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="programme_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    from_id = fields.Many2one(
        "srm.programme.line",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('programme_id', '=', programme_id)]",
    )
    to_id = fields.Many2one(
        "srm.programme.line",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('programme_id', '=', programme_id)]",
    )
    amount = fields.Monetary(required=True)
    reason = fields.Char(required=True)
    state = fields.Selection(
        [("draft", "To approve"), ("approved", "Approved"), ("refused", "Refused")],
        required=True,
        readonly=True,
        default="draft",
    )
    asked_by_id = fields.Many2one(
        "res.users", readonly=True, default=lambda self: self.env.user
    )
    decided_by_id = fields.Many2one("res.users", readonly=True, copy=False)

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "A transfer is above zero."
    )
    _two_lines = models.Constraint(
        "CHECK (from_id != to_id)", "A transfer goes to another line."
    )

    @api.constrains("programme_id", "from_id", "to_id")
    def _check_lines(self):
        for transfer in self:
            lines = transfer.from_id | transfer.to_id
            if lines.programme_id != transfer.programme_id:
                raise ValidationError(
                    self.env._(
                        "A transfer of %(programme)s moves credits between its own "
                        "lines.",
                        programme=transfer.programme_id.display_name,
                    )
                )

    def action_approve(self):
        # One after the other: what a transfer takes is no more free for the next one.
        for transfer in self:
            transfer._take_step("approve")

    def _check_transfer(self):
        self.from_id.lock_for_update()
        if money(self.amount) > money(self.from_id.free):
            raise UserError(
                self.env._(
                    "%(line)s has only %(free)s left to give.",
                    line=self.from_id.display_name,
                    free=self.currency_id.format(self.from_id.free),
                )
            )
        if self.programme_id.state != "approved":
            raise UserError(
                self.env._(
                    "%(programme)s is not in force: change its lines instead.",
                    programme=self.programme_id.display_name,
                )
            )

    def action_refuse(self):
        self._take_step("refuse")


class ProjectProject(models.Model):
    _inherit = "project.project"

    srm_allocation_ids = fields.One2many(
        "srm.programme.allocation", "project_id", string="In the programme"
    )
