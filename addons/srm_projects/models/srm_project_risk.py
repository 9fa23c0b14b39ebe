from odoo import api, fields, models

from odoo.addons.srm_kit.guard import Freeze, Guard, Step

SCALE = [(str(n), str(n)) for n in range(1, 6)]


class SrmProjectRisk(models.Model):
    """What may go wrong on a project, and the reserve kept for it."""

    _name = "srm.project.risk"
    _description = "Risk of a Project"
    _order = "score desc, id"
    _guard = Guard(
        steps={
            "happen": Step(("open",), "happened"),
            "close": Step(("open", "happened"), "closed"),
            "reopen": Step(("closed", "happened"), "open"),
        },
        freezes=(Freeze(("closed",)),),
        deletable=("open",),
    )

    project_id = fields.Many2one(
        "project.project", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    territory_id = fields.Many2one(
        related="project_id.territory_id", store=True, index="btree_not_null"
    )
    name = fields.Char(required=True)
    probability = fields.Selection(SCALE, required=True, default="3")
    impact = fields.Selection(SCALE, required=True, default="3")
    score = fields.Integer(compute="_compute_score", store=True, aggregator="max")
    reserve = fields.Monetary(help="Set aside if it happens.")
    reserve_used = fields.Monetary()
    response = fields.Text(string="What is done about it")
    user_id = fields.Many2one("res.users", string="Owner")
    state = fields.Selection(
        [("open", "Open"), ("happened", "Happened"), ("closed", "Closed")],
        required=True,
        readonly=True,
        default="open",
        index=True,
    )

    _reserve_within = models.Constraint(
        "CHECK (COALESCE(reserve_used, 0) BETWEEN 0 AND COALESCE(reserve, 0))",
        "What is used of a reserve is a part of it.",
    )

    @api.depends("probability", "impact")
    def _compute_score(self):
        for risk in self:
            risk.score = int(risk.probability or 0) * int(risk.impact or 0)

    def action_happened(self):
        self._take_step("happen")

    def action_close(self):
        self._take_step("close")

    def action_reopen(self):
        self._take_step("reopen")


class ProjectProject(models.Model):
    _inherit = "project.project"

    srm_risk_ids = fields.One2many("srm.project.risk", "project_id", string="Risks")
