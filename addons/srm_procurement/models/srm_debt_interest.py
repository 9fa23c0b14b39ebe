from markupsafe import Markup
from srm_engine.late_interest import Interest, late_interest

from odoo import api, fields, models

from ..amounts import money
from .srm_debt_exposure import interest_claim


class SrmDebt(models.Model):
    """Late interest claimed against late interest computed (decree 2-16-344)."""

    _inherit = "srm.debt"

    interest_gap = fields.Monetary(
        string="Claimed less computed",
        compute="_compute_interest_gap",
        help="Above zero: the creditor asks for more than the decree gives.",
    )
    interest_explanation = fields.Html(
        string="How the interest is reached", compute="_compute_interest_explanation"
    )

    _interest_positive = models.Constraint(
        "CHECK (interest_claimed >= 0)", "The interest claimed cannot be negative."
    )

    @api.depends("interest_claimed", "interest_to_date")
    def _compute_interest_gap(self):
        for debt in self:
            debt.interest_gap = float(
                money(debt.interest_claimed) - money(debt.interest_to_date)
            )

    @api.depends_context("lang")
    @api.depends("interest_to_date")
    def _compute_interest_explanation(self):
        params = self._exposure_params()
        for debt in self:
            facts = debt.invoice_date and debt._exposure_facts()
            if not facts or not facts.interest_from:
                debt.interest_explanation = False
                continue
            found = late_interest(
                interest_claim(facts),
                params.as_of,
                params.interest_rates,
                params.interest_year[facts.company_id],
            )
            debt.interest_explanation = debt._explain_interest(found)

    def _explain_interest(self, found: Interest) -> Markup:
        """One row per period of one base and one rate, then what is uncertain."""
        rows = [
            (self.env._("First day of interest"), self._day(found.first_day)),
            *(
                (self._interest_title(line), self._cash(line.amount))
                for line in found.lines
            ),
        ]
        if found.missing_days:
            rows.append(
                (
                    self.env._("Late days without a known rate: no interest counted"),
                    str(found.missing_days),
                )
            )
        rows.append((self.env._("Late interest to date"), self._cash(found.total)))
        body = Markup().join(
            Markup("<tr><td>%s</td><td class='text-end'>%s</td></tr>") % row
            for row in rows
        )
        return Markup("<table class='table table-sm'><tbody>%s</tbody></table>") % body

    def _interest_title(self, line) -> str:
        template = (
            self.env._(
                "%(base)s from %(first)s to %(last)s: %(days)s days at %(rate)s %% "
                "(last known rate)"
            )
            if line.estimated
            else self.env._(
                "%(base)s from %(first)s to %(last)s: %(days)s days at %(rate)s %%"
            )
        )
        return template % {
            "base": self._cash(line.base),
            "first": self._day(line.first),
            "last": self._day(line.last),
            "days": line.days,
            "rate": line.rate,
        }
