from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

from .srm_scoring_method import LEVELS


class SrmEvaluation(models.Model):
    """One scoring of a risk or an aspect, with the version of the method it used."""

    _name = "srm.evaluation"
    _inherit = ["srm.step.mixin"]
    _description = "Evaluation"
    _order = "date desc, id desc"

    res_model = fields.Char(required=True, index=True)
    res_id = fields.Many2oneReference(
        model_field="res_model", required=True, index=True
    )
    method_id = fields.Many2one(
        "srm.scoring.method", required=True, ondelete="restrict"
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    user_id = fields.Many2one(
        "res.users", required=True, default=lambda self: self.env.user
    )
    residual = fields.Boolean(help="After the control measures.")
    not_compliant = fields.Boolean(string="Legal requirement not met")
    value_ids = fields.One2many("srm.evaluation.value", "evaluation_id")
    state = fields.Selection(
        [("draft", "Draft"), ("confirmed", "Confirmed")],
        required=True,
        default="draft",
        readonly=True,
    )
    score = fields.Float(readonly=True)
    level = fields.Selection(LEVELS, readonly=True)
    note = fields.Text()

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        model = values.get("res_model") or self.env.context.get("default_res_model")
        method = self.env["srm.scoring.method"].search(
            [("applies_to", "=", model), ("state", "=", "used")], limit=1
        )
        if method and "method_id" in fields_list:
            values["method_id"] = method.id
            values["value_ids"] = [
                Command.create({"criterion_id": c.id, "value": c.minimum})
                for c in method.criterion_ids
            ]
        return values

    def action_confirm(self):
        """Compute, freeze, and carry the result to the risk or aspect."""
        for evaluation in self.filtered(lambda e: e.state == "draft"):
            missing = (
                evaluation.method_id.criterion_ids - evaluation.value_ids.criterion_id
            )
            if missing:
                raise ValidationError(
                    self.env._(
                        "No value for %(criteria)s.",
                        criteria=", ".join(missing.mapped("name")),
                    )
                )
            score, level = evaluation.method_id._score(
                [(v.value, v.criterion_id.weight) for v in evaluation.value_ids],
                evaluation.not_compliant,
            )
            evaluation.write({"score": score, "level": level})
            record = self.env[evaluation.res_model].browse(evaluation.res_id)
            record._carry_evaluation(evaluation)
        self._step(["draft"], "confirmed")

    def write(self, vals):
        if self.filtered(lambda e: e.state == "confirmed"):
            raise UserError(
                self.env._("A confirmed evaluation stays: make another one.")
            )
        return super().write(vals)
