from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from .srm_scoring_method import LEVELS


class SrmScoredMixin(models.AbstractModel):
    """A risk or an aspect: scored, reviewed, with its last levels stored."""

    _name = "srm.scored.mixin"
    _description = "Scored record"

    evaluation_ids = fields.One2many("srm.evaluation", "res_id", string="Evaluations")
    score = fields.Float(readonly=True, copy=False)
    level = fields.Selection(
        LEVELS, string="Gross level", readonly=True, index=True, copy=False
    )
    residual_score = fields.Float(readonly=True, copy=False)
    residual_level = fields.Selection(LEVELS, readonly=True, index=True, copy=False)
    evaluated = fields.Boolean(readonly=True, copy=False)
    evaluation_date = fields.Date(readonly=True, copy=False)
    method_id = fields.Many2one("srm.scoring.method", readonly=True, copy=False)
    review_months = fields.Integer(string="Review every (months)", default=12)
    review_due = fields.Date(compute="_compute_review_due", store=True)
    review_overdue = fields.Boolean(
        compute="_compute_review_overdue", search="_search_review_overdue"
    )

    @api.depends("evaluation_date", "review_months")
    def _compute_review_due(self):
        for record in self:
            done = record.evaluation_date
            months = relativedelta(months=record.review_months)
            record.review_due = done + months if done else False

    @api.depends("review_due")
    def _compute_review_overdue(self):
        today = fields.Date.context_today(self)
        for record in self:
            record.review_overdue = bool(
                record.review_due and record.review_due < today
            )

    @api.model
    def _search_review_overdue(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return [("review_due", "<", "today")]

    def _carry_evaluation(self, evaluation):
        """Store the result of a confirmed evaluation."""
        self.ensure_one()
        prefix = "residual_" if evaluation.residual else ""
        self._by_code().write(
            {
                f"{prefix}score": evaluation.score,
                f"{prefix}level": evaluation.level,
                "evaluated": True,
                "evaluation_date": evaluation.date,
                "method_id": evaluation.method_id.id,
            }
        )

    def action_evaluate(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Evaluate"),
            "res_model": "srm.evaluation",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_res_model": self._name,
                "default_res_id": self.id,
                "default_residual": self.evaluated,
            },
        }
