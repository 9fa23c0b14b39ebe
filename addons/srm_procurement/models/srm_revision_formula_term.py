from odoo import api, fields, models


class SrmRevisionFormulaTerm(models.Model):
    """Weight of one index in a revision formula."""

    _name = "srm.revision.formula.term"
    _description = "Term of a Revision Formula"
    _order = "formula_id, sequence, id"

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
        """A term changed on its own; the formula checks those changed with it."""
        if not self.env.context.get("srm_formula_terms"):
            self.formula_id._check_weights()
