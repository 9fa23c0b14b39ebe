from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.srm_kit.guard import Freeze, Guard, Step

from ..tools.roles import MANAGER


class SrmEmergencyPlan(models.Model):
    """What to do when it goes wrong on a site, and how often it is practised."""

    _name = "srm.emergency.plan"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Emergency Plan"
    _order = "name"
    _guard = Guard(
        steps={
            "approve": Step(("draft",), "approved", group=MANAGER),
            "withdraw": Step(("approved",), "withdrawn", group=MANAGER),
        },
        freezes=(
            Freeze(("approved",), but=("means", "user_id")),
            Freeze(("withdrawn",)),
        ),
        deletable=("draft",),
    )

    name = fields.Char(required=True)
    scenario = fields.Selection(
        [
            ("fire", "Fire"),
            ("chlorine", "Chlorine leak"),
            ("electrical", "Electrocution"),
            ("confined", "Confined space rescue"),
            ("flood", "Flood"),
            ("pollution", "Pollution"),
            ("supply", "Loss of supply"),
            ("other", "Other"),
        ],
        required=True,
        default="fire",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    site_ids = fields.Many2many("srm.site", required=True)
    user_id = fields.Many2one("res.users", string="Owner")
    procedure = fields.Html()
    means = fields.Text(string="Means and contacts")
    review_date = fields.Date(default=fields.Date.context_today)
    drill_months = fields.Integer(string="Practised every (months)", default=12)
    state = fields.Selection(
        [("draft", "Draft"), ("approved", "In force"), ("withdrawn", "Withdrawn")],
        required=True,
        default="draft",
        readonly=True,
        tracking=True,
    )
    drill_ids = fields.One2many("srm.emergency.drill", "plan_id")
    next_drill = fields.Date(compute="_compute_next_drill", store=True)
    drill_overdue = fields.Boolean(
        compute="_compute_drill_overdue", search="_search_drill_overdue"
    )

    @api.depends("drill_ids.date", "drill_ids.state", "drill_months", "review_date")
    def _compute_next_drill(self):
        for plan in self:
            held = plan.drill_ids.filtered(lambda d: d.state == "reported")
            last = max(held.mapped("date"), default=plan.review_date)
            months = relativedelta(months=plan.drill_months)
            plan.next_drill = last + months if last else False

    @api.depends("next_drill", "state")
    def _compute_drill_overdue(self):
        today = fields.Date.context_today(self)
        for plan in self:
            due = plan.state == "approved" and plan.next_drill
            plan.drill_overdue = bool(due and due < today)

    @api.model
    def _search_drill_overdue(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return Domain("state", "=", "approved") & Domain("next_drill", "<", "today")

    def action_approve(self):
        self._take_step("approve")

    def action_withdraw(self):
        self._take_step("withdraw")
