from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.srm_kit.guard import Freeze, Guard, Step

from ..tools.roles import MANAGER


class SrmObjective(models.Model):
    """What is aimed at, measured by what, by when, by whom."""

    _name = "srm.objective"
    _inherit = ["srm.action.mixin", "mail.thread"]
    _description = "Objective"
    _order = "deadline, id"
    _guard = Guard(
        steps={
            "start": Step(("draft",), "running"),
            "meet": Step(("running",), "met", group=MANAGER),
            "miss": Step(("running",), "missed", group=MANAGER),
        },
        freezes=(
            # What is aimed at is not moved to where one stands.
            Freeze(
                ("running",),
                fields=(
                    "baseline",
                    "deadline",
                    "direction",
                    "indicator",
                    "target",
                    "unit",
                ),
            ),
            Freeze(("met", "missed"), children=("value_ids",), database=True),
        ),
        deletable=("draft",),
    )

    name = fields.Char(required=True, tracking=True)
    standard_ids = fields.Many2many("srm.standard")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one(
        "res.users", string="Owner", required=True, default=lambda self: self.env.user
    )
    indicator = fields.Char(required=True, help="What is measured, and how.")
    unit = fields.Char(required=True)
    baseline = fields.Float()
    target = fields.Float(required=True, tracking=True)
    direction = fields.Selection(
        [("up", "At least the target"), ("down", "At most the target")],
        required=True,
        default="up",
    )
    deadline = fields.Date(required=True, tracking=True)
    every_months = fields.Integer(string="Measured every (months)", default=3)
    resources = fields.Text()
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("running", "Running"),
            ("met", "Met"),
            ("missed", "Missed"),
        ],
        required=True,
        default="draft",
        readonly=True,
        tracking=True,
    )
    value_ids = fields.One2many("srm.objective.value", "objective_id")
    last_value = fields.Float(compute="_compute_last", store=True)
    last_value_date = fields.Date(compute="_compute_last", store=True)
    on_target = fields.Boolean(compute="_compute_last", store=True)
    late = fields.Boolean(compute="_compute_late", search="_search_late")

    _rhythm_positive = models.Constraint(
        "CHECK (every_months > 0)", "The rhythm is at least one month."
    )

    @api.depends("value_ids.date", "value_ids.value", "target", "direction")
    def _compute_last(self):
        for objective in self:
            last = objective.value_ids.sorted("date")[-1:]
            objective.last_value = last.value
            objective.last_value_date = last.date
            reached = (
                last.value >= objective.target
                if objective.direction == "up"
                else last.value <= objective.target
            )
            objective.on_target = bool(last) and reached

    @api.depends("deadline", "state")
    def _compute_late(self):
        today = fields.Date.context_today(self)
        for objective in self:
            objective.late = bool(
                objective.state == "running"
                and objective.deadline
                and objective.deadline < today
            )

    @api.model
    def _search_late(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return Domain("state", "=", "running") & Domain("deadline", "<", "today")

    def action_start(self):
        self._take_step("start")

    def action_conclude(self):
        """Met or missed, as the last measured value says."""
        met = self.filtered("on_target")
        met._take_step("meet")
        (self - met)._take_step("miss")
