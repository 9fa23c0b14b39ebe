from odoo import api, fields, models

from odoo.addons.srm_kit.guard import Freeze, Guard

from .srm_revision_formula import TOGETHER


class SrmRevisionFormulaTerm(models.Model):
    """Weight of one index in a revision formula."""

    _name = "srm.revision.formula.term"
    _description = "Term of a Revision Formula"
    _order = "formula_id, sequence, id"
    _guard = Guard(freezes=(Freeze(always=True, fields=("formula_id",)),))

    formula_id = fields.Many2one(
        "srm.revision.formula", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    index_id = fields.Many2one("srm.price.index", required=True, ondelete="restrict")
    weight = fields.Float(digits=(9, 4), required=True)

    _index_unique = models.Constraint(
        "UNIQUE (formula_id, index_id)", "An index appears once in a formula."
    )
    _weight_valid = models.Constraint(
        "CHECK (weight > 0 AND weight < 1)",
        "The weight of an index lies between 0 and 1.",
    )

    @api.constrains("weight", "formula_id")
    def _check_weights(self):
        self._check_formulas(self.formula_id)

    def unlink(self):
        formulas = self.formula_id
        result = super().unlink()
        self._check_formulas(formulas)
        return result

    def _check_formulas(self, formulas):
        """A term changed on its own; the formula checks those changed with it."""
        if self.env.context.get("srm_formula_terms") is not TOGETHER:
            formulas.exists()._check_weights()
