from dateutil.relativedelta import relativedelta

from odoo import api, fields, models


class SrmPolicy(models.Model):
    """A document the system rests on: policy, scope, procedure; by versions."""

    _name = "srm.policy"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Policy or Procedure"
    _order = "kind, name"

    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(
        [
            ("policy", "Policy"),
            ("scope", "Scope"),
            ("process", "Process map"),
            ("roles", "Roles and delegations"),
            ("procedure", "Procedure"),
            ("instruction", "Work instruction"),
        ],
        required=True,
        default="policy",
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    standard_ids = fields.Many2many("srm.standard")
    clause_ids = fields.Many2many(
        "srm.standard.clause",
        string="Clauses answered",
        help="A procedure in force is evidence of the clauses it names.",
    )
    user_id = fields.Many2one("res.users", string="Owner")
    review_months = fields.Integer(default=36, required=True)
    version_ids = fields.One2many("srm.policy.version", "policy_id")
    current_version_id = fields.Many2one(
        "srm.policy.version", compute="_compute_current", store=True
    )
    version_date = fields.Date(compute="_compute_current", store=True)
    diffused = fields.Boolean(compute="_compute_current", store=True)
    review_due = fields.Date(compute="_compute_review_due", store=True)
    overdue = fields.Boolean(compute="_compute_overdue", search="_search_overdue")

    @api.depends(
        "version_ids.state", "version_ids.approved_date", "version_ids.diffusion_ids"
    )
    def _compute_current(self):
        for policy in self:
            approved = policy.version_ids.filtered(lambda v: v.state == "approved")
            policy.current_version_id = approved[:1]
            policy.version_date = approved[:1].approved_date
            policy.diffused = bool(approved[:1].diffusion_ids)

    @api.depends("version_date", "review_months")
    def _compute_review_due(self):
        for policy in self:
            months = relativedelta(months=policy.review_months)
            policy.review_due = policy.version_date and policy.version_date + months

    @api.depends("review_due")
    def _compute_overdue(self):
        today = fields.Date.context_today(self)
        for policy in self:
            policy.overdue = bool(policy.review_due and policy.review_due < today)

    @api.model
    def _search_overdue(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return [("review_due", "<", "today")]
