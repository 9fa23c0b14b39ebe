from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tools import LazyTranslate

from odoo.addons.srm_kit.guard import Freeze, Guard, Step

from .srm_scoring_method import LEVELS

_lt = LazyTranslate(__name__)


class SrmEvaluation(models.Model):
    """One scoring of a risk or an aspect, with the version of the method it used."""

    _name = "srm.evaluation"
    _description = "Evaluation"
    _order = "date desc, id desc"
    _guard = Guard(
        steps={
            "confirm": Step(("draft",), "confirmed", writes=("score", "level")),
        },
        freezes=(
            Freeze(always=True, fields=("res_model", "res_id")),
            Freeze(
                ("confirmed",),
                children=("value_ids",),
                database=True,
                remedy=_lt("Make another evaluation."),
            ),
        ),
        deletable=("draft",),
    )

    res_model = fields.Char(required=True, index=True)
    res_id = fields.Many2oneReference(
        model_field="res_model", required=True, index=True
    )
    method_id = fields.Many2one(
        "srm.scoring.method", required=True, ondelete="restrict"
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    user_id = fields.Many2one(
        "res.users",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
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

    @api.constrains("res_model", "method_id")
    def _check_method(self):
        for evaluation in self:
            if evaluation.method_id.applies_to != evaluation.res_model:
                raise ValidationError(
                    self.env._(
                        "“%(method)s” does not score such a record.",
                        method=evaluation.method_id.display_name,
                    )
                )

    def action_confirm(self):
        """Compute, freeze, and carry the result to the risk or aspect."""
        for evaluation in self.filtered(lambda e: e.state == "draft"):
            score, level = evaluation._score()
            evaluation._take_step("confirm", score=score, level=level)
            record = self.env[evaluation.res_model].browse(evaluation.res_id)
            record._carry_evaluation(evaluation)

    def _score(self):
        self.ensure_one()
        missing = self.method_id.criterion_ids - self.value_ids.criterion_id
        if missing:
            raise ValidationError(
                self.env._(
                    "No value for %(criteria)s.",
                    criteria=", ".join(missing.mapped("name")),
                )
            )
        return self.method_id._score(
            [(v.value, v.criterion_id.weight) for v in self.value_ids],
            self.not_compliant,
        )
