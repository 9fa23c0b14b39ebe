from decimal import Decimal

from srm_engine.ratios import ratio

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.srm_base.tools.names import joined
from odoo.addons.srm_kit.guard import Freeze, Guard, Step

from ..tools.engine import rates_of
from ..tools.numbers import decimal_of
from ..tools.roles import MANAGER

HOURS_DIGITS = (14, 2)
#: Occupational diseases are counted for so many persons, not hours.
BASIS_DISEASES = 10_000
SCOPES = [
    ("all", "Employees and subcontractors"),
    ("employee", "Employees"),
    ("subcontractor", "Subcontractors' workers"),
]


class SrmSafetyRate(models.Model):
    """TF, TG and TRIR of a period, with what they were computed from.

    Counts, hours and bases are stored beside the rates, because the same figures give
    TG 0.06 on 1,000 hours and 60 on 1,000,000. Without hours a rate is "not
    computable", never zero.
    """

    _name = "srm.safety.rate"
    _inherit = ["mail.thread"]
    _description = "Safety Rates"
    _order = "date_to desc, id desc"
    _guard = Guard(
        steps={
            "publish": Step(
                ("draft",), "published", group=MANAGER, check="action_compute"
            ),
        },
        freezes=(Freeze(("published",), files=True, database=True),),
        deletable=("draft",),
    )

    name = fields.Char(compute="_compute_name", store=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    date_from = fields.Date(required=True)
    date_to = fields.Date(required=True)
    scope = fields.Selection(SCOPES, required=True, default="all")
    site_id = fields.Many2one("srm.site", help="Empty: all sites.")
    employer_id = fields.Many2one("res.partner", help="Empty: all employers.")
    state = fields.Selection(
        [("draft", "Draft"), ("published", "Published")],
        required=True,
        default="draft",
        readonly=True,
        tracking=True,
    )
    lost_time_accidents = fields.Integer(readonly=True)
    recordable_accidents = fields.Integer(readonly=True)
    fatalities = fields.Integer(readonly=True)
    lost_days = fields.Integer(readonly=True)
    diseases = fields.Integer("Occupational diseases", readonly=True)
    headcount = fields.Float(
        "Mean headcount", digits=HOURS_DIGITS, readonly=True, aggregator=None
    )
    hours = fields.Float(digits=HOURS_DIGITS, readonly=True)
    estimated_hours = fields.Float(digits=HOURS_DIGITS, readonly=True)
    missing_months = fields.Char(readonly=True, help="Months without confirmed hours.")
    basis_frequency = fields.Integer("Basis of TF", readonly=True)
    basis_severity = fields.Integer("Basis of TG", readonly=True)
    basis_trir = fields.Integer("Basis of TRIR", readonly=True)
    computable = fields.Boolean(readonly=True)
    reason = fields.Char(readonly=True)
    tf = fields.Float("TF", (12, 2), readonly=True, aggregator=None)
    tg = fields.Float("TG", (12, 2), readonly=True, aggregator=None)
    trir = fields.Float("TRIR", (12, 2), readonly=True, aggregator=None)
    tf_text = fields.Char("Frequency rate TF", compute="_compute_texts")
    tg_text = fields.Char("Severity rate TG", compute="_compute_texts")
    disease_rate = fields.Float(
        "Diseases per 10,000", (12, 2), readonly=True, aggregator=None
    )
    disease_text = fields.Char(
        "Occupational diseases for 10,000 persons", compute="_compute_texts"
    )
    trir_text = fields.Char("Recordable rate TRIR", compute="_compute_texts")
    computed_on = fields.Datetime(readonly=True)

    _dates_ordered = models.Constraint(
        "CHECK (date_to >= date_from)", "A period cannot end before it starts."
    )

    @api.depends("date_from", "date_to", "site_id", "employer_id")
    def _compute_name(self):
        for rate in self:
            dates = joined(rate.date_from, rate.date_to, by=" → ")
            rate.name = joined(dates, rate.site_id.code, rate.employer_id.name)

    @api.depends("computable", "tf", "tg", "trir", "headcount", "disease_rate")
    @api.depends_context("lang")
    def _compute_texts(self):
        dash = self.env._("not computable")
        for rate in self:
            for name in ("tf", "tg", "trir"):
                rate[f"{name}_text"] = f"{rate[name]:.2f}" if rate.computable else dash
            known = bool(rate.headcount)
            rate.disease_text = f"{rate.disease_rate:.2f}" if known else dash

    @api.model_create_multi
    def create(self, vals_list):
        rates = super().create(vals_list)
        rates.action_compute()
        return rates

    def action_compute(self):
        """Count again from the incidents and the confirmed hours."""
        if any(rate.state == "published" for rate in self):
            raise UserError(self.env._("Published rates are not computed again."))
        for rate in self:
            rate._by_code().write(
                self._prepare_figures(
                    rate.company_id,
                    rate.date_from,
                    rate.date_to,
                    rate.scope,
                    rate.site_id,
                    rate.employer_id,
                )
            )

    def action_publish(self):
        """The figures of the period as it is now, whatever was computed before."""
        self._take_step("publish")

    @api.model
    def _prepare_figures(
        self, company, first, last, scope="all", site=None, employer=None
    ):
        """Every figure of a period, ready to be stored or shown.

        :return: dict of field values; rates are 0.0 with ``computable`` False when
            there are no hours
        """
        counts = self._counts(company, first, last, scope, site, employer)
        hours = self._hours(company, first, last, scope, site, employer)
        bases = (
            company.srm_basis_frequency,
            company.srm_basis_severity,
            company.srm_basis_trir,
        )
        rates = rates_of(
            decimal_of(hours["hours"], HOURS_DIGITS),
            Decimal(counts["lost_time_accidents"]),
            Decimal(counts["recordable_accidents"]),
            Decimal(counts["lost_days"]),
            bases,
        )
        return {
            **counts,
            **hours,
            "basis_frequency": bases[0],
            "basis_severity": bases[1],
            "basis_trir": bases[2],
            "computable": rates.tf is not None,
            "reason": self._reason(hours),
            "tf": float(rates.tf or 0),
            "tg": float(rates.tg or 0),
            "trir": float(rates.trir or 0),
            "disease_rate": self._disease_rate(counts["diseases"], hours["headcount"]),
            "computed_on": fields.Datetime.now(),
        }

    @api.model
    def _disease_rate(self, diseases, headcount):
        """New occupational diseases for 10,000 persons at work; 0.0 without persons."""
        heads = decimal_of(headcount, HOURS_DIGITS)
        return float(ratio(Decimal(diseases), heads, "0.01", BASIS_DISEASES) or 0)

    @api.model
    def _reason(self, hours):
        if not hours["hours"]:
            return self.env._("Not computable: no confirmed hours in the period.")
        if hours["missing_months"]:
            return self.env._(
                "Hours are missing for %(months)s: the rates are too high.",
                months=hours["missing_months"],
            )
        return False

    @api.model
    def _narrowed(self, domain, scope, site, employer):
        domain = Domain(domain)
        if scope != "all":
            domain &= Domain("kind", "=", scope)
        if site:
            domain &= Domain("site_id", "=", site.id)
        if employer:
            domain &= Domain("employer_id", "=", employer.id)
        return domain

    @api.model
    def _counts(self, company, first, last, scope, site, employer):
        Person = self.env["srm.incident.person"]
        injured = self.env["srm.incident"]._get_injuries_domain(first, last, company)
        groups = Person._read_group(
            self._narrowed(injured, scope, site, employer), ["outcome"], ["__count"]
        )
        by_outcome = dict(groups)

        def at_least(level):
            return sum(n for outcome, n in by_outcome.items() if outcome[0] >= level)

        return {
            "lost_time_accidents": at_least("3"),
            "recordable_accidents": at_least("2"),
            "fatalities": at_least("5"),
            "lost_days": self._lost_days(company, first, last, scope, site, employer),
            "diseases": self._diseases(company, first, last, scope, site, employer),
        }

    @api.model
    def _diseases(self, company, first, last, scope, site, employer):
        domain = Domain(
            [
                ("occurred_date", ">=", first),
                ("occurred_date", "<=", last),
                ("company_id", "=", company.id),
                ("kind", "in", ("employee", "subcontractor")),
                ("incident_id.state", "!=", "cancelled"),
                ("disease", "=", True),
            ]
        )
        return self.env["srm.incident.person"].search_count(
            self._narrowed(domain, scope, site, employer)
        )

    @api.model
    def _lost_days(self, company, first, last, scope, site, employer):
        """Days off that fall in the period, whenever the accident happened."""
        injured = self.env["srm.incident"]._get_injuries_domain(
            fields.Date.to_date("1900-01-01"), last, company
        )
        people = self._narrowed(injured, scope, site, employer)
        periods = self.env["srm.incident.lost.period"].search(
            Domain("person_id", "any", people)
            & Domain("date_from", "<=", last)
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", first))
        )
        return sum(period._days_between(first, last) for period in periods)

    @api.model
    def _hours(self, company, first, last, scope, site, employer):
        domain = self._narrowed(
            [
                ("company_id", "=", company.id),
                ("month", ">=", first.replace(day=1)),
                ("month", "<=", last),
                ("state", "=", "confirmed"),
            ],
            scope,
            site,
            employer,
        )
        groups = self.env["srm.worked.hours"]._read_group(
            domain, ["month:month", "source"], ["hours:sum", "headcount:sum"]
        )
        present = {month.strftime("%Y-%m") for month, *_figures in groups}
        estimated = sum(n for _m, source, n, _heads in groups if source == "estimate")
        heads = sum(heads for *_rest, heads in groups)
        return {
            "hours": sum(hours for _month, _source, hours, _heads in groups),
            "headcount": heads / len(present) if present else 0.0,
            "estimated_hours": estimated,
            "missing_months": ", ".join(
                month for month in _months(first, last) if month not in present
            ),
        }


def _months(first, last):
    """Months touched by a period, as ``YYYY-MM``."""
    year, month = first.year, first.month
    found = []
    while (year, month) <= (last.year, last.month):
        found.append(f"{year}-{month:02}")
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return found
