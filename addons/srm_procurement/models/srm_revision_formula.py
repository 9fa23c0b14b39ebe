from decimal import Decimal

from srm_engine.errors import RuleError
from srm_engine.statement import price_ratio, revision_coefficient

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import LazyTranslate

from odoo.addons.srm_kit.guard import Freeze, Guard

from ..amounts import exact

_lt = LazyTranslate(__name__)

#: Held by a formula that writes its terms: it checks them together.
TOGETHER = object()


class SrmRevisionFormula(models.Model):
    """Price revision P = P0 [k + a.X/X0 + ...], k of 0.15 or more, sum 1.

    Ratios and coefficient are rounded at four decimals (arrêté 3-302-15).
    """

    _name = "srm.revision.formula"
    _description = "Price Revision Formula"
    _order = "name"
    _guard = Guard(
        freezes=(
            Freeze(
                once="held_since",
                but=("active", "name"),
                children=("term_ids",),
                database=True,
                remedy=_lt("Duplicate the formula and change the copy."),
            ),
        ),
    )

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    fixed_share = fields.Float(
        string="Fixed share k", digits=(9, 4), required=True, default=0.15
    )
    term_ids = fields.One2many(
        "srm.revision.formula.term", "formula_id", string="Terms", copy=True
    )
    held_since = fields.Date(
        readonly=True,
        copy=False,
        help="A contract that follows the formula was notified: it is signed.",
    )
    expression = fields.Char(compute="_compute_expression")

    _fixed_share_valid = models.Constraint(
        "CHECK (fixed_share BETWEEN 0.15 AND 1)",
        "The fixed share of a revision formula lies between 0.15 and 1.",
    )

    @api.depends("fixed_share", "term_ids.weight", "term_ids.index_id.code")
    def _compute_expression(self):
        for formula in self:
            terms = [
                f"{term.weight:.2f} {term.index_id.code}/{term.index_id.code}0"
                for term in formula.term_ids
            ]
            formula.expression = " + ".join([f"{formula.fixed_share:.2f}", *terms])

    @api.constrains("fixed_share", "term_ids")
    def _check_weights(self):
        for formula in self:
            try:
                # At month 0 every ratio is 1: the engine checks share and weights.
                formula._coefficient({term: Decimal(1) for term in formula.term_ids})
            except RuleError as error:
                raise ValidationError(
                    self.env._(
                        "Formula %(formula)s: the fixed share must be 0.15 or more and "
                        "make 1 with the weights.",
                        formula=formula.name,
                    )
                ) from error

    @api.model_create_multi
    def create(self, vals_list):
        formulas = super(SrmRevisionFormula, self._with_terms()).create(vals_list)
        return formulas.with_env(self.env)

    def write(self, vals):
        return super(SrmRevisionFormula, self._with_terms()).write(vals)

    def _with_terms(self):
        """Terms written by the formula are checked by it, together."""
        return self.with_context(srm_formula_terms=TOGETHER)

    def _hold(self, date):
        """From now on a contract in force follows these formulas."""
        self.filtered(lambda item: not item.held_since)._by_code().write(
            {"held_since": date}
        )

    def _coefficient(self, ratios) -> Decimal:
        terms = [(exact(term.weight), ratios[term]) for term in self.term_ids]
        return revision_coefficient(exact(self.fixed_share), terms)

    def _revise(self, month0, month) -> Decimal:
        """Coefficient of the prices of ``month0`` for the works of ``month``.

        :param month0: date in the month of the bid deadline
        :raise UserError: an index has no value for one of the months
        """
        self.ensure_one()
        first, last = month0.replace(day=1), month.replace(day=1)
        values = self.term_ids.index_id._values({first, last})
        ratios = {
            term: price_ratio(
                exact(values[term.index_id, last]), exact(values[term.index_id, first])
            )
            for term in self.term_ids
        }
        return self._coefficient(ratios)
