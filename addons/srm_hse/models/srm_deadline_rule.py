import ast
import datetime

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..tools.seed import load_rows, read_csv

SATURDAY = 5


class SrmDeadlineRule(models.Model):
    """A delay fixed by a law or a rule: from what moment, how long, for which cases.

    The law's text is not always known to the day: every delay is a record that a
    manager edits, never a number in the code.
    """

    _name = "srm.deadline.rule"
    _description = "Deadline Rule"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    model = fields.Selection(
        [("srm.incident", "Incident"), ("srm.committee.report", "Committee year")],
        required=True,
        default="srm.incident",
    )
    anchor = fields.Selection(
        [
            ("occurred", "From the facts"),
            ("informed", "From when the company was told"),
            ("rule", "From another deadline, once met"),
            ("year_end", "From the end of the year"),
        ],
        required=True,
        default="occurred",
    )
    anchor_rule_id = fields.Many2one("srm.deadline.rule", string="Other deadline")
    delay = fields.Integer(required=True)
    unit = fields.Selection(
        [("hours", "hours"), ("days", "days")], required=True, default="days"
    )
    counting = fields.Selection(
        [("calendar", "Calendar days"), ("working", "Working days")],
        required=True,
        default="calendar",
    )
    domain = fields.Char(
        required=True, default="[]", help="Records the rule applies to."
    )
    met_when_informed = fields.Boolean(
        help="Telling the company is the declaration itself: the moment is known."
    )
    warn_days = fields.Integer(string="Warn days ahead", default=1)
    source = fields.Char(string="Text", help="Article that fixes the delay.")
    note = fields.Text()

    _code_unique = models.UniqueIndex("(code)", "This rule exists already.")
    _delay_positive = models.Constraint(
        "CHECK (delay >= 0)", "A delay is not negative."
    )
    _anchor_given = models.Constraint(
        "CHECK ((anchor = 'rule') = (anchor_rule_id IS NOT NULL))",
        "Say from which other deadline the delay runs.",
    )

    @api.constrains("domain", "model")
    def _check_domain(self):
        for rule in self.filtered(lambda r: r.model in self.env):
            try:
                Domain(rule._get_domain()).validate(self.env[rule.model])
            except (ValueError, SyntaxError) as error:
                raise ValidationError(
                    self.env._("%(rule)s: the condition is not valid.", rule=rule.name)
                ) from error

    @api.constrains("anchor_rule_id")
    def _check_anchor_cycle(self):
        if self._has_cycle("anchor_rule_id"):
            raise ValidationError(self.env._("A deadline cannot run from itself."))

    def _get_domain(self):
        self.ensure_one()
        return ast.literal_eval(self.domain)

    def _due(self, moment):
        """When the delay ends, from ``moment`` (UTC datetime)."""
        self.ensure_one()
        if self.unit == "hours":
            return moment + relativedelta(hours=self.delay)
        if self.counting == "calendar":
            return moment + relativedelta(days=self.delay)
        return _add_working_days(moment, self.delay)

    @api.model
    def _load_seed(self):
        """Load in the order of the file: a rule may run from one written above it."""
        for row in read_csv("srm_deadline_rule"):
            load_rows(self, [row], self._seed_values)

    @api.model
    def _seed_values(self, row):
        anchor_rule = (
            row["anchor_rule"] and self.env.ref(f"srm_hse.{row['anchor_rule']}").id
        )
        names = ("code", "model", "anchor", "unit", "domain", "source")
        return {
            **{name: row[name] for name in names},
            "anchor_rule_id": anchor_rule or False,
            "delay": int(row["delay"]),
            "met_when_informed": row["met_when_informed"] == "1",
            "sequence": int(row["sequence"]),
        }


def _add_working_days(moment, days):
    """``days`` working days later, Saturdays and Sundays left out."""
    while days:
        moment += datetime.timedelta(days=1)
        if moment.weekday() < SATURDAY:
            days -= 1
    return moment
