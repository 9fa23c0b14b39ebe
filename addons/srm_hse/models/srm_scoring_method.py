from math import prod

from odoo import api, fields, models
from odoo.exceptions import UserError

LEVELS = [("1_low", "Low"), ("2_medium", "Medium"), ("3_high", "High, significant")]


class SrmScoringMethod(models.Model):
    """How risks or aspects are scored: criteria, formula, thresholds; by versions.

    The result must be the same whoever scores, so a version in use is never edited:
    a change is a new version, and each evaluation keeps the version it used.
    """

    _name = "srm.scoring.method"
    _inherit = ["srm.step.mixin", "mail.thread"]
    _description = "Scoring Method"
    _order = "applies_to, version desc"

    name = fields.Char(required=True, translate=True)
    applies_to = fields.Selection(
        [("srm.risk", "Risks and hazards"), ("srm.aspect", "Environmental aspects")],
        required=True,
    )
    version = fields.Integer(required=True, default=1, readonly=True, copy=False)
    state = fields.Selection(
        [("draft", "Draft"), ("used", "In use"), ("retired", "Retired")],
        required=True,
        default="draft",
        readonly=True,
        tracking=True,
    )
    formula = fields.Selection(
        [("product", "Product of the criteria"), ("sum", "Weighted sum")],
        required=True,
        default="product",
    )
    medium_from = fields.Float(string="Medium from", required=True)
    high_from = fields.Float(string="High from", required=True)
    legal_is_high = fields.Boolean(
        string="Legal non-compliance is always significant", default=True
    )
    criterion_ids = fields.One2many("srm.scoring.criterion", "method_id", copy=True)

    _one_in_use = models.UniqueIndex(
        "(applies_to) WHERE state = 'used'", "One method is in use at a time."
    )
    _thresholds_ordered = models.Constraint(
        "CHECK (medium_from <= high_from)", "Thresholds go up."
    )

    @api.depends("name", "version")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for method in self:
            method.display_name = method.name and f"{method.name} v{method.version}"

    def action_use(self):
        """Put in use; the version before is retired."""
        self._require_group("srm_hse.group_hse_manager")
        for method in self.filtered(lambda m: m.state == "draft"):
            if not method.criterion_ids:
                raise UserError(self.env._("A method needs criteria."))
            former = self.search(
                [("applies_to", "=", method.applies_to), ("state", "=", "used")]
            )
            former._step(["used"], "retired")
            former.flush_recordset(["state"])
        self._step(["draft"], "used")

    def action_new_version(self):
        """A draft copy to edit, one version further."""
        self.ensure_one()
        last = max(
            self.search([("applies_to", "=", self.applies_to)]).mapped("version")
        )
        new = self.copy({"name": self.name, "version": last + 1})
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": new.id,
            "view_mode": "form",
        }

    def write(self, vals):
        frozen = {
            "formula",
            "medium_from",
            "high_from",
            "legal_is_high",
            "criterion_ids",
        }
        if frozen.intersection(vals) and self.filtered(lambda m: m.state != "draft"):
            raise UserError(
                self.env._("A method in use is not edited: make a new version.")
            )
        return super().write(vals)

    def _score(self, values, not_compliant=False):
        """Score and level of criterion values.

        :param values: list of (value, weight)
        :param not_compliant: a legal requirement is not met
        :return: (score, level)
        """
        self.ensure_one()
        if self.formula == "product":
            score = prod(value for value, _weight in values)
        else:
            score = sum(value * weight for value, weight in values)
        if (not_compliant and self.legal_is_high) or score >= self.high_from:
            return score, "3_high"
        return score, "2_medium" if score >= self.medium_from else "1_low"
