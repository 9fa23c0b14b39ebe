from srm_engine.budget_chain import Chain

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import LazyTranslate

from odoo.addons.srm_base.tools.names import joined
from odoo.addons.srm_kit.guard import Freeze, Guard, Step

from ..amounts import money

_lt = LazyTranslate(__name__)
MANAGER = "srm_base.group_project_manager"
APPROVER = "srm_projects.group_programme_manager"
KINDS = [
    ("commitment", "Commitment"),
    ("emission", "Order to pay"),
    ("payment", "Payment"),
]
#: What each entry rests on.
RESTS_ON = {"emission": "commitment", "payment": "emission"}
RATES = ("commitment_rate", "emission_rate", "payment_rate")


class SrmBudgetLine(models.Model):
    """Credits of a project in a year, and the chain that consumes them.

    Each rate has one denominator, the link before it: commitments over credits, orders
    to pay over commitments, payments over orders to pay. Who spends the credits neither
    sets them nor lifts their control.
    """

    _name = "srm.budget.line"
    _description = "Budget Line"
    _order = "year desc, project_id, id"
    _guard = Guard(
        freezes=(
            Freeze(once="committed", fields=("project_id", "company_id", "year")),
        ),
        reserved={"credits": APPROVER, "control": APPROVER},
        deletable=(),
    )

    project_id = fields.Many2one(
        "project.project", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    territory_id = fields.Many2one(
        related="project_id.territory_id", store=True, index="btree_not_null"
    )
    province_id = fields.Many2one(related="project_id.province_id", store=True)
    service_id = fields.Many2one(related="project_id.srm_service_id", store=True)
    year = fields.Integer(
        required=True,
        index=True,
        aggregator=None,
        default=lambda self: fields.Date.context_today(self).year,
    )
    name = fields.Char(string="Object", required=True)
    credits = fields.Monetary(required=True, default=0.0)
    control = fields.Selection(
        [("block", "Refuse"), ("warn", "Warn")],
        string="Beyond the credits",
        required=True,
        default="block",
    )
    entry_ids = fields.One2many("srm.budget.entry", "line_id", string="Entries")
    committed = fields.Monetary(compute="_compute_chain", store=True)
    issued = fields.Monetary(
        string="Orders to pay", compute="_compute_chain", store=True
    )
    paid = fields.Monetary(compute="_compute_chain", store=True)
    available = fields.Monetary(compute="_compute_chain", store=True)
    commitment_rate = fields.Float(
        string="Committed / credits (%)",
        compute="_compute_chain",
        store=True,
        digits=(6, 2),
        aggregator=None,
    )
    emission_rate = fields.Float(
        string="Orders / committed (%)",
        compute="_compute_chain",
        store=True,
        digits=(6, 2),
        aggregator=None,
    )
    payment_rate = fields.Float(
        string="Paid / orders (%)",
        compute="_compute_chain",
        store=True,
        digits=(6, 2),
        aggregator=None,
    )

    _credits_positive = models.Constraint(
        "CHECK (credits >= 0)", "Credits are not negative."
    )
    _line_uidx = models.UniqueIndex(
        "(project_id, year, name)", "This project already has this line this year."
    )

    @api.depends("project_id", "year", "name")
    def _compute_display_name(self):
        for line in self:
            line.display_name = joined(
                line.project_id.srm_number, str(line.year or ""), line.name
            )

    @api.depends("credits", "entry_ids.amount", "entry_ids.state", "entry_ids.kind")
    def _compute_chain(self):
        groups = self.env["srm.budget.entry"]._read_group(
            [("line_id", "in", self.ids), ("state", "=", "confirmed")],
            ["line_id", "kind"],
            ["amount:sum"],
        )
        sums = {(line.id, kind): money(amount) for line, kind, amount in groups}
        for line in self:
            found = [sums.get((line._origin.id, kind), money(0)) for kind, _l in KINDS]
            chain = Chain(money(line.credits), *found)
            line.committed, line.issued, line.paid = map(float, found)
            line.available = float(chain.available)
            for name in RATES:
                line[name] = float(getattr(chain, name) or 0)

    @api.constrains("credits", "committed")
    def _check_credits(self):
        for line in self:
            if line.control == "block" and money(line.available) < 0:
                line._raise_unavailable(line.committed)

    def _raise_unavailable(self, asked):
        raise UserError(
            self.env._(
                "%(line)s: %(available)s available of %(credits)s, %(asked)s asked. "
                "Have a transfer of credits approved, or lower the commitment.",
                line=self.display_name,
                available=self.currency_id.format(self.available),
                credits=self.currency_id.format(self.credits),
                asked=self.currency_id.format(asked),
            )
        )

    def action_view_entries(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "srm_projects.action_srm_budget_entry"
        )
        return action | {
            "domain": [("line_id", "=", self.id)],
            "context": {"default_line_id": self.id},
        }


class SrmBudgetEntry(models.Model):
    """Commitment, order to pay or payment on a budget line."""

    _name = "srm.budget.entry"
    _description = "Budget Entry"
    _order = "date desc, id desc"
    _rec_name = "document"
    _guard = Guard(
        steps={
            "confirm": Step(
                ("draft",), "confirmed", group=MANAGER, check="_check_room"
            ),
            "cancel": Step(
                ("draft", "confirmed"),
                "cancelled",
                group=MANAGER,
                check="_check_nothing_rests",
            ),
        },
        freezes=(
            Freeze(
                ("confirmed", "cancelled"),
                database=True,
                remedy=_lt("Cancel it and enter another one."),
            ),
        ),
        deletable=("draft",),
    )

    line_id = fields.Many2one(
        "srm.budget.line", required=True, index=True, ondelete="restrict"
    )
    project_id = fields.Many2one(
        related="line_id.project_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="line_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    territory_id = fields.Many2one(
        related="line_id.territory_id", store=True, index="btree_not_null"
    )
    kind = fields.Selection(KINDS, required=True, default="commitment", index=True)
    parent_id = fields.Many2one(
        "srm.budget.entry",
        string="Rests on",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('line_id', '=', line_id), ('state', '=', 'confirmed'),"
        " ('kind', '=', kind == 'emission' and 'commitment' or 'emission')]",
    )
    child_ids = fields.One2many("srm.budget.entry", "parent_id")
    date = fields.Date(required=True, default=fields.Date.context_today)
    document = fields.Char(required=True)
    partner_id = fields.Many2one("res.partner", string="Contractor")
    amount = fields.Monetary(required=True)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("confirmed", "Confirmed"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
    )

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "An entry is above zero."
    )
    _chain = models.Constraint(
        "CHECK ((kind = 'commitment') = (parent_id IS NULL))",
        "An order to pay rests on a commitment, a payment on an order to pay.",
    )

    @api.constrains("line_id", "parent_id")
    def _check_parent_line(self):
        for entry in self:
            if entry.parent_id and entry.parent_id.line_id != entry.line_id:
                raise ValidationError(
                    self.env._(
                        "%(document)s rests on an entry of another budget line.",
                        document=entry.document,
                    )
                )

    def action_confirm(self):
        """The entry consumes what it rests on; two at once never exceed it."""
        for entry in self.filtered(lambda one: one.state == "draft"):
            # Locked first: a second confirmation waits, then sees this one.
            entry.line_id.lock_for_update()
            entry.line_id.invalidate_recordset()
            entry._take_step("confirm")
            entry.line_id.flush_recordset()
        return True

    def _check_room(self):
        if self.kind == "commitment":
            line = self.line_id
            beyond = money(self.amount) > money(line.available)
            if beyond and line.control == "block":
                line._raise_unavailable(self.amount)
            return
        self.parent_id._require_state("confirmed")
        if self.parent_id.kind != RESTS_ON[self.kind]:
            raise UserError(
                self.env._(
                    "%(document)s rests on the wrong kind of entry.",
                    document=self.document,
                )
            )
        used = sum(
            money(child.amount)
            for child in self.parent_id.child_ids
            if child.state == "confirmed"
        )
        left = money(self.parent_id.amount) - used
        if money(self.amount) > left:
            raise UserError(
                self.env._(
                    "%(document)s: %(left)s left of %(parent)s, %(asked)s asked.",
                    document=self.document,
                    left=self.currency_id.format(float(left)),
                    parent=self.parent_id.document,
                    asked=self.currency_id.format(self.amount),
                )
            )

    def action_cancel(self):
        return bool(self._take_step("cancel"))

    def _check_nothing_rests(self):
        for entry in self:
            resting = entry.child_ids.filtered(lambda c: c.state == "confirmed")
            if resting:
                raise UserError(
                    self.env._(
                        "%(document)s carries %(child)s: cancel that first.",
                        document=entry.document,
                        child=resting[0].document,
                    )
                )


class ProjectProject(models.Model):
    _inherit = "project.project"

    srm_budget_line_ids = fields.One2many(
        "srm.budget.line", "project_id", string="Budget lines"
    )
    srm_paid = fields.Monetary(string="Paid", compute="_compute_srm_paid")
    srm_committed = fields.Monetary(string="Committed", compute="_compute_srm_paid")

    @api.depends("srm_budget_line_ids.paid", "srm_budget_line_ids.committed")
    def _compute_srm_paid(self):
        for project in self:
            lines = project.srm_budget_line_ids
            project.srm_paid = sum(lines.mapped("paid"))
            project.srm_committed = sum(lines.mapped("committed"))

    def _srm_actual_costs(self):
        """Orders to pay are what the works cost."""
        entries = self.env["srm.budget.entry"].search(
            [
                ("project_id", "in", self.ids),
                ("kind", "=", "emission"),
                ("state", "=", "confirmed"),
            ]
        )
        costs = [(entry.date, money(entry.amount)) for entry in entries]
        return super()._srm_actual_costs() + costs
