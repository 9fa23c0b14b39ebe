from srm_engine.urgent_plan import Candidate, choose

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.srm_base.tools.names import joined
from odoo.addons.srm_kit.guard import Freeze, Guard, Step

from ..amounts import exact, money
from .project_project import ACCESS_RATES
from .srm_priority_ranking import POINT

MANAGER = "srm_projects.group_network_manager"
REASONS = [
    ("taken", "In the plan"),
    ("no_room", "Above what is left of the ceiling"),
    ("stopped", "After the first that did not fit"),
    ("no_cost", "Cost not known"),
]


class SrmUrgentPlan(models.Model):
    """Works chosen from a ranking under a budget ceiling, each with its reason."""

    _name = "srm.urgent.plan"
    _inherit = ["srm.numbered.mixin", "srm.territory.mixin"]
    _description = "Urgent Plan"
    _order = "id desc"
    _guard = Guard(
        steps={
            "approve": Step(
                ("draft",),
                "approved",
                group=MANAGER,
                signs="approved_by_id",
                check="_check_ceiling",
            ),
            "cancel": Step(
                ("draft", "approved"),
                "cancelled",
                group=MANAGER,
                check="_check_not_started",
            ),
        },
        freezes=(
            Freeze(
                ("approved", "cancelled"), but=("project_id",), children=("line_ids",)
            ),
            Freeze(once="project_id", fields=("project_id",)),
        ),
        deletable=("draft",),
    )

    title = fields.Char(required=True)
    ranking_id = fields.Many2one(
        "srm.priority.ranking",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('state', '=', 'ranked')]",
    )
    service_id = fields.Many2one(related="ranking_id.service_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    ceiling = fields.Monetary(required=True)
    rule = fields.Selection(
        [("rank", "The most urgent first"), ("ratio", "The most urgent per dirham")],
        string="Order",
        required=True,
        default="rank",
    )
    skip = fields.Boolean(
        string="Go on with cheaper works",
        default=True,
        help="After works that do not fit, take less urgent ones that do.",
    )
    fragile_only = fields.Boolean(
        string="Fragile zones only",
        help="Communes whose access rate is below the threshold of the settings.",
    )
    considered = fields.Integer(
        string="Sections considered",
        default=500,
        required=True,
        help="Of the ranking, from the most urgent.",
    )
    line_ids = fields.One2many("srm.urgent.plan.line", "plan_id", string="Works")
    taken_count = fields.Integer(
        string="Works in the plan", compute="_compute_totals", store=True
    )
    taken_cost = fields.Monetary(
        string="Cost of the plan", compute="_compute_totals", store=True
    )
    left = fields.Monetary(
        string="Left under the ceiling", compute="_compute_totals", store=True
    )
    taken_km = fields.Float(
        string="Kilometres", compute="_compute_totals", store=True, digits=(12, 3)
    )
    state = fields.Selection(
        [("draft", "Draft"), ("approved", "Approved"), ("cancelled", "Cancelled")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
    )
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    project_id = fields.Many2one(
        "project.project", readonly=True, copy=False, index="btree_not_null"
    )

    _ceiling_positive = models.Constraint(
        "CHECK (ceiling > 0 AND considered > 0)",
        "The ceiling and the number of sections considered are above zero.",
    )

    @api.depends("title", "name")
    def _compute_display_name(self):
        for plan in self:
            plan.display_name = joined(plan.name, plan.title)

    @api.depends("line_ids.taken", "line_ids.cost", "line_ids.length_m", "ceiling")
    def _compute_totals(self):
        for plan in self:
            taken = plan.line_ids.filtered("taken")
            cost = sum(money(line.cost) for line in taken)
            plan.taken_count = len(taken)
            plan.taken_cost = float(cost)
            plan.left = float(money(plan.ceiling) - cost)
            plan.taken_km = float(sum(exact(line.length_m) for line in taken) / 1000)

    # Choice

    def action_build(self):
        """Choose again; works forced into the plan stay in it."""
        for plan in self:
            plan.check_access("write")
            plan.lock_for_update()
            plan._require_state("draft")
            forced = {
                line.section_id: line.forced_reason
                for line in plan.line_ids
                if line.forced
            }
            ranked = plan._candidates(forced)
            if not ranked:
                raise UserError(
                    self.env._(
                        "%(plan)s: the ranking has no section there.", plan=plan.name
                    )
                )
            plan._by_code().line_ids = [
                Command.clear(),
                *(Command.create(vals) for vals in plan._choices(ranked, forced)),
            ]
        return True

    def _candidates(self, forced):
        lines = self.env["srm.priority.line"]
        domain = [("ranking_id", "=", self.ranking_id.id)]
        if self.territory_id:
            domain.append(("territory_id", "child_of", self.territory_id.id))
        if self.fragile_only:
            domain.append(("territory_id", "in", self._fragile_places().ids))
        found = lines.search(domain, limit=self.considered)
        kept = lines.search(
            [
                ("ranking_id", "=", self.ranking_id.id),
                ("section_id", "in", [section.id for section in forced]),
            ]
        )
        return found | kept

    def _fragile_places(self):
        """Communes below the threshold of access to the service of the ranking."""
        rate = ACCESS_RATES.get(self.service_id.code)
        threshold = self.company_id.srm_fragile_threshold
        domain = [("level", "=", "commune"), ("households_2024", ">", 0)]
        if rate:
            domain.append((rate, "<", threshold))
        return self.env["srm.territory"].search(domain)

    def _choices(self, ranked, forced) -> list[dict]:
        by_id = {line.section_id.id: line for line in ranked}
        choices = choose(
            [
                Candidate(
                    section,
                    round(line.score * POINT),
                    money(line.cost) if line.cost else None,
                    line.section_id in forced,
                )
                for section, line in by_id.items()
            ],
            money(self.ceiling),
            self.rule,
            self.skip,
        )
        return [
            self._line_vals(order, choice, by_id[choice.key], forced)
            for order, choice in enumerate(choices, start=1)
        ]

    def _line_vals(self, order, choice, line, forced) -> dict:
        return {
            "sequence": order,
            "section_id": line.section_id.id,
            "ranked_id": line.id,
            "rank": line.rank,
            "score": line.score,
            "cost": line.cost,
            "taken": choice.taken,
            "reason": choice.reason,
            "left": float(choice.left),
            "forced": line.section_id in forced,
            "forced_reason": forced.get(line.section_id, False),
        }

    # Steps

    def action_approve(self):
        return bool(self._take_step("approve"))

    def _check_ceiling(self):
        for plan in self:
            if not plan.taken_count:
                raise UserError(
                    self.env._(
                        "%(plan)s has no works: choose them first.", plan=plan.name
                    )
                )
            if plan.left < 0:
                raise UserError(
                    self.env._(
                        "%(plan)s costs more than its ceiling: choose again.",
                        plan=plan.name,
                    )
                )

    def action_cancel(self):
        """Not once a project carries it out."""
        return bool(self._take_step("cancel"))

    def _check_not_started(self):
        started = self.filtered("project_id")
        if started:
            raise UserError(
                self.env._(
                    "%(plan)s is carried out by project %(project)s.",
                    plan=started[0].name,
                    project=started[0].project_id.display_name,
                )
            )

    def action_create_project(self):
        """Project of the plan: one item of the breakdown for each commune."""
        self.ensure_one()
        self._require_group("srm_base.group_project_manager")
        self.lock_for_update()
        self._require_state("approved")
        if not self.project_id:
            project = self.env["project.project"].create(self._project_vals())
            # Project managers read the plans of the network people.
            self.sudo().project_id = project
        return self.action_view_project()

    def _project_vals(self) -> dict:
        taken = self.line_ids.filtered("taken")
        places = taken.section_id.territory_id
        groups = taken.grouped(lambda line: line.section_id.territory_id)
        return {
            "name": self.title,
            "company_id": self.company_id.id,
            "srm_service_id": self.service_id.id,
            "srm_kind": "renewal",
            "territory_id": self.territory_id.id or places[:1].id,
            "srm_territory_ids": [Command.set(places.ids)],
            "srm_item_ids": [
                Command.create(self._item_vals(number, place, lines))
                for number, (place, lines) in enumerate(groups.items(), start=1)
            ],
        }

    def _item_vals(self, number, place, lines) -> dict:
        cost = sum(money(line.cost) for line in lines)
        metres = sum(exact(line.length_m) for line in lines)
        return {
            "code": str(number),
            "name": place.name or self.env._("No commune"),
            "weight": float(cost),
            "budget": float(cost),
            "quantity": float(metres) or len(lines),
            "unit": "m" if metres else self.env._("pieces"),
        }

    def action_view_project(self):
        self.ensure_one()
        view = self.env.ref("srm_projects.view_srm_project_form")
        return {
            "type": "ir.actions.act_window",
            "res_model": "project.project",
            "res_id": self.project_id.id,
            "views": [[view.id, "form"]],
        }

    def action_view_map(self):
        self.ensure_one()
        return self.env["srm.network.map"]._action(plan=self.id)


class SrmUrgentPlanLine(models.Model):
    """A section considered for the plan: taken or not, and why."""

    _name = "srm.urgent.plan.line"
    _description = "Works of an Urgent Plan"
    _order = "plan_id, sequence, id"
    _rec_name = "section_id"

    plan_id = fields.Many2one(
        "srm.urgent.plan", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="plan_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    sequence = fields.Integer()
    section_id = fields.Many2one(
        "srm.network.section", required=True, index=True, ondelete="restrict"
    )
    territory_id = fields.Many2one(
        related="section_id.territory_id", store=True, index="btree_not_null"
    )
    length_m = fields.Float(related="section_id.length_m", store=True)
    grade = fields.Selection(related="section_id.grade")
    ranked_id = fields.Many2one("srm.priority.line", ondelete="set null")
    rank = fields.Integer(readonly=True, aggregator=None)
    score = fields.Float(readonly=True, digits=(7, 4), aggregator="avg")
    cost = fields.Monetary(readonly=True)
    taken = fields.Boolean(string="In the plan", readonly=True)
    reason = fields.Selection(REASONS, readonly=True)
    left = fields.Monetary(string="Left after it", readonly=True, aggregator=None)
    forced = fields.Boolean(help="Taken first, whatever its score, for a reason.")
    forced_reason = fields.Char(string="Why it is forced")

    _section_uidx = models.UniqueIndex(
        "(plan_id, section_id)", "This section is already considered in the plan."
    )

    @api.constrains("forced", "forced_reason")
    def _check_forced(self):
        for line in self:
            if line.forced and not line.forced_reason:
                raise ValidationError(
                    self.env._(
                        "%(section)s is forced into the plan: say why.",
                        section=line.section_id.display_name,
                    )
                )

    def action_explain(self):
        """Where the score comes from."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.section_id.display_name,
            "res_model": "srm.priority.line",
            "res_id": self.ranked_id.id,
            "views": [[False, "form"]],
            "target": "new",
        }
