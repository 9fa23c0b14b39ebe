from math import prod

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate

from odoo.addons.srm_kit.guard import Freeze, Guard, Step

from ..tools.roles import MANAGER

_lt = LazyTranslate(__name__)
LEVELS = [("1_low", "Low"), ("2_medium", "Medium"), ("3_high", "High, significant")]


class SrmScoringMethod(models.Model):
    """How risks or aspects are scored: criteria, formula, thresholds; by versions.

    The result must be the same whoever scores, so a version in use is never edited:
    a change is a new version, and each evaluation keeps the version it used.
    """

    _name = "srm.scoring.method"
    _inherit = ["mail.thread"]
    _description = "Scoring Method"
    _order = "applies_to, version desc"
    _guard = Guard(
        steps={
            "use": Step(("draft",), "used", group=MANAGER, check="_replace_former"),
            "retire": Step(("used",), "retired", group=MANAGER),
        },
        freezes=(
            Freeze(
                ("used", "retired"),
                but=("name",),
                children=("criterion_ids",),
                remedy=_lt("Make a new version."),
            ),
        ),
        deletable=("draft",),
    )

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
        for method in self:
            method._take_step("use")

    def _replace_former(self):
        if not self.criterion_ids:
            raise UserError(self.env._("A method needs criteria."))
        former = self.search(
            [("applies_to", "=", self.applies_to), ("state", "=", "used")]
        )
        former._take_step("retire")

    def action_new_version(self):
        """A draft copy to edit, one version further."""
        self.ensure_one()
        last = max(
            self.search([("applies_to", "=", self.applies_to)]).mapped("version")
        )
        new = self.copy({"name": self.name})
        new._by_code().version = last + 1
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": new.id,
            "view_mode": "form",
        }

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
