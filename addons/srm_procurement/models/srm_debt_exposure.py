import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from markupsafe import Markup
from srm_engine.arrears import age_bucket
from srm_engine.dates import add_days
from srm_engine.errors import RuleError
from srm_engine.late_interest import (
    TERM_DAYS,
    InterestClaim,
    QuarterRate,
    late_interest,
    next_month,
)
from srm_engine.late_payment import (
    Court,
    Invoice,
    KeyRate,
    Payment,
    assess,
    due_date,
    exposure,
    scope,
)
from srm_engine.money import round_centime

from odoo import api, fields, models
from odoo.tools import SQL, LazyTranslate
from odoo.tools.misc import format_date

from ..amounts import ZERO, money

_lt = LazyTranslate(__name__)
_logger = logging.getLogger(__name__)

CHUNK = 5000
PUBLIC = "public_establishment"
#: Regime whose debts bear late interest without formality (decree 2-16-344, art. 8).
INTEREST_REGIME = "public_2_16_344"

#: Sentences of the engine's ``scope``, for the reader's language.
SCOPE_TEXTS = (
    _lt("Invoice issued before 2023-07-01, when the law took effect."),
    _lt("Invoice issued from 2025-01-01: every amount is concerned."),
    _lt("At most 10000 DH TTC and issued before 2025-01-01."),
    _lt("More than 10000 DH TTC and issued from 2023-07-01."),
)


class Facts(NamedTuple):
    """What the law looks at on one debt; amounts in dirhams TTC.

    ``service_date`` is None when the delay starts at the invoice. ``excluded`` is not
    exposed to the fine: the retention (due at the final acceptance) and what was
    rejected. ``paid_before_date`` None: the predecessor is taken to have paid in time.
    ``interest_from``: acknowledgement of service of a debt under decree 2-16-344, None
    under another regime. ``courts``: judicial actions, which suspend the fine.
    """

    debt_id: int
    company_id: int
    invoice_date: date
    service_date: date | None
    agreed_days: int | None
    claimed: Decimal
    paid_before: Decimal
    paid_before_date: date | None
    excluded: Decimal
    payments: tuple[Payment, ...]
    courts: tuple[Court, ...]
    interest_from: date | None


class Figures(NamedTuple):
    """What is stored on a debt; the names are those of the fields."""

    due_date: date
    late_days: int
    age_bucket: str
    in_scope: bool
    exposure_fine: Decimal
    exposure_next_month: Decimal
    exposure_date: date
    interest_to_date: Decimal
    interest_next_month: Decimal


class Params(NamedTuple):
    """Day of the computation, settings by company id, tables of rates."""

    as_of: date
    counting: dict[int, str]
    key_rates: tuple[KeyRate, ...]
    interest_year: dict[int, int]
    interest_rates: tuple[QuarterRate, ...]


def engine_invoice(facts: Facts) -> Invoice:
    """The engine's invoice of a debt.

    What is not exposed counts as credited on the due date, so that the amount of the
    invoice, on which the scope is judged, stays whole.
    """
    invoice = Invoice(
        invoice_date=facts.invoice_date,
        amount_ttc=facts.claimed,
        service_date=facts.service_date,
        agreed_days=facts.agreed_days,
        further_courts=facts.courts,
    )
    due = due_date(invoice)
    before = Payment(facts.paid_before_date or due, facts.paid_before)
    credited = (before, Payment(due, facts.excluded), *facts.payments)
    payments = tuple(payment for payment in credited if payment.amount > 0)
    return replace(invoice, payments=payments) if payments else invoice


def interest_claim(facts: Facts) -> InterestClaim:
    """What bears late interest: the invoice less its retention and rejected part."""
    in_time = add_days(facts.interest_from, TERM_DAYS)
    before = Payment(facts.paid_before_date or in_time, facts.paid_before)
    return InterestClaim(
        service_date=facts.interest_from,
        base=max(facts.claimed - facts.excluded, ZERO),
        payments=(before, *facts.payments),
    )


def interest_figures(facts: Facts, params: Params) -> tuple[Decimal, Decimal]:
    """Interest owed on ``params.as_of``, and what one further month adds."""
    if not facts.interest_from or not params.interest_rates:
        return ZERO, ZERO
    claim, year = interest_claim(facts), params.interest_year[facts.company_id]
    owed = late_interest(claim, params.as_of, params.interest_rates, year).total
    return owed, next_month(claim, params.as_of, params.interest_rates, year)


def figures(facts: Facts, params: Params) -> Figures:
    """Delay and exposure of one debt on ``params.as_of``."""
    invoice = engine_invoice(facts)
    found = exposure(
        invoice, params.as_of, params.counting[facts.company_id], params.key_rates
    )
    interest, interest_more = interest_figures(facts, params)
    elapsed = found.late_days or min((params.as_of - found.due_date).days, 0)
    return Figures(
        due_date=found.due_date,
        late_days=found.late_days,
        age_bucket=age_bucket(elapsed),
        in_scope=scope(invoice)[0],
        exposure_fine=found.fine_to_date,
        exposure_next_month=found.fine_next_month,
        exposure_date=params.as_of,
        interest_to_date=interest,
        interest_next_month=interest_more,
    )


class SrmDebt(models.Model):
    """Delay of payment and exposure to the fine of law 69-21.

    Public order: the fine is computed whatever the delay regime of the contract.
    """

    _inherit = "srm.debt"

    @api.depends(
        "invoice_date",
        "service_date",
        "agreed_days",
        "predecessor_id",
        "amount_claimed",
        "amount_rejected",
        "amount_retention",
        "amount_paid_before",
        "paid_before_date",
        "payment_ids.amount",
        "payment_ids.date",
        "payment_ids.active",
        "case_ids.state",
        "case_ids.date_action",
        "case_ids.date_final",
        "regime",
    )
    def _compute_exposure(self):
        ready = self.filtered("invoice_date")
        params = ready._exposure_params()
        for debt in ready:
            debt.update(figures(debt._exposure_facts(), params)._asdict())
        for debt in self - ready:
            debt.due_date = debt.exposure_date = debt.age_bucket = False
            debt.late_days = 0
            debt.in_scope = False
            debt.exposure_fine = debt.exposure_next_month = 0.0
            debt.interest_to_date = debt.interest_next_month = 0.0

    def _exposure_params(self) -> Params:
        # sudo: the nightly job and the officers read settings of every company.
        companies = (
            self.env["res.company"].sudo().search([("srm_counting", "!=", False)])
        )
        return Params(
            as_of=fields.Date.context_today(self),
            counting={item.id: item.srm_counting for item in companies},
            key_rates=self.env["srm.key.rate"].sudo()._rate_table(),
            interest_year={item.id: int(item.srm_interest_year) for item in companies},
            interest_rates=self.env["srm.interest.rate"].sudo()._rate_table(),
        )

    def _exposure_facts(self) -> Facts:
        """Facts of one record, possibly not saved yet."""
        self.ensure_one()
        return Facts(
            debt_id=self.id,
            company_id=self.company_id.id,
            invoice_date=self.invoice_date,
            service_date=self._start_service_date(),
            agreed_days=self.agreed_days or None,
            claimed=money(self.amount_claimed),
            paid_before=money(self.amount_paid_before),
            paid_before_date=self.paid_before_date or None,
            excluded=money(self.amount_retention) + money(self.amount_rejected),
            payments=tuple(
                Payment(payment.date, money(payment.amount))
                for payment in self.payment_ids
            ),
            courts=self.case_ids._engine_courts(),
            interest_from=self._interest_service_date(),
        )

    def _start_service_date(self) -> date | None:
        """The delay of a public establishment starts at the service fait.

        Source: domain/procurement 1.2 and 9 (point 3), company setting.
        """
        inherited = self.predecessor_id.kind == PUBLIC
        if inherited and self.company_id.srm_start_service_date:
            return self.service_date or None
        return None

    def _interest_service_date(self) -> date | None:
        """Acknowledgement of service under decree 2-16-344; the invoice without one."""
        if self.regime != INTEREST_REGIME:
            return None
        return self.service_date or self.invoice_date or None

    # Nightly refresh

    @api.model
    def _cron_refresh(self) -> None:
        """Refresh what the passing of time changes, in chunks that survive a kill."""
        for refresh in (self._refresh_exposure, self._refresh_scores):
            remaining = 1
            while remaining:
                done, remaining = refresh()
                left = self.env["ir.cron"]._commit_progress(done, remaining=remaining)
                if not left:
                    return  # called again soon: the next chunk is found by its date

    @api.model
    def _mark_stale(self, companies) -> None:
        """Have the figures of these companies computed again, soon and in bulk."""
        cron = self.env.ref(
            "srm_procurement.cron_refresh_exposure", raise_if_not_found=False
        )
        if not companies or not cron:
            return
        self.env.flush_all()
        for table, assignment in (
            ("srm_debt", SQL("exposure_date = NULL")),
            ("srm_debt_file", SQL("score_stale = TRUE")),
        ):
            self.env.execute_query(
                SQL(
                    "UPDATE %s SET %s WHERE company_id IN %s RETURNING 1",
                    SQL.identifier(table),
                    assignment,
                    companies._ids,
                )
            )
        self.invalidate_model(["exposure_date"], flush=False)
        self.env["srm.debt.file"].invalidate_model(["score_stale"], flush=False)
        # Whoever changes a setting or a rate has no right on scheduled actions.
        cron.sudo()._trigger()

    @api.model
    def _refresh_exposure(self, limit: int = CHUNK) -> tuple[int, int]:
        """Recompute the oldest figures of at most ``limit`` unpaid debts.

        :return: debts done, debts still to do
        """
        params = self._exposure_params()
        self.env.flush_all()  # debts, payments, court cases and files are read by SQL
        # A date to come, left by a clock that was wrong, is as stale as one gone by.
        stale = SQL(
            "exposure_date IS DISTINCT FROM %s AND amount_remaining > 0", params.as_of
        )
        facts = list(self._stale_facts(stale, limit))
        self._write_figures(self._figures_one_by_one(facts, params))
        remaining = 0
        if len(facts) == limit:
            query = SQL("SELECT count(*) FROM srm_debt WHERE %s", stale)
            remaining = self.env.execute_query(query)[0][0]
        return len(facts), remaining

    @api.model
    def _figures_one_by_one(self, facts: list[Facts], params: Params) -> list[tuple]:
        """``(debt id, figures)``; a debt that has none does not stop the others."""
        found, broken = [], []
        for item in facts:
            try:
                found.append((item.debt_id, figures(item, params)))
            except (RuleError, ArithmeticError) as error:
                _logger.error("Debt %s has no exposure: %s", item.debt_id, error)
                broken.append(item.debt_id)
        if broken:
            # Looked at again tomorrow; the figures of before stay, the log says why.
            self.env.execute_query(
                SQL(
                    "UPDATE srm_debt SET exposure_date = %s WHERE id = ANY(%s)"
                    " RETURNING 1",
                    params.as_of,
                    broken,
                )
            )
        return found

    @api.model
    def _refresh_scores(self, limit: int = CHUNK) -> tuple[int, int]:
        """Score again the files whose score is of another day, or of other weights.

        :return: files done, files still to do
        """
        domain = [
            ("open_debt_count", ">", 0),
            ("score_date", "!=", False),
            "|",
            "|",
            ("score_date", "<", "today"),
            ("score_date", ">=", "today +1d"),
            ("score_stale", "=", True),
        ]
        files = self.env["srm.debt.file"].search(domain, limit=limit, order="id")
        files._compute_scores(self.env._("Daily refresh"))
        remaining = 0
        if len(files) == limit:
            remaining = self.env["srm.debt.file"].search_count(domain)
        return len(files), remaining

    def _stale_facts(self, stale: SQL, limit: int) -> Iterator[Facts]:
        """Facts of the stale debts, files together, in one query."""
        query = SQL(
            """
            WITH stale AS (
                SELECT * FROM srm_debt WHERE %(stale)s
                ORDER BY file_id, id LIMIT %(limit)s
            )
            SELECT d.id, d.company_id, d.invoice_date,
                   CASE WHEN p.kind = %(public)s AND c.srm_start_service_date
                        THEN d.service_date END,
                   NULLIF(d.agreed_days, 0),
                   d.amount_claimed::text, COALESCE(d.amount_paid_before, 0)::text,
                   d.paid_before_date,
                   (COALESCE(d.amount_retention, 0)
                    + COALESCE(d.amount_rejected, 0))::text,
                   CASE WHEN d.regime = %(regime)s
                        THEN COALESCE(d.service_date, d.invoice_date) END,
                   pay.dates, pay.amounts, court.starts, court.untils
              FROM stale d
              JOIN res_company c ON c.id = d.company_id
              LEFT JOIN srm_predecessor p ON p.id = d.predecessor_id
              LEFT JOIN (
                    SELECT debt_id, array_agg(date) AS dates,
                           array_agg(amount::text) AS amounts
                      FROM srm_debt_payment
                     WHERE active AND debt_id IN (SELECT id FROM stale)
                     GROUP BY debt_id
                   ) pay ON pay.debt_id = d.id
              LEFT JOIN (
                    SELECT debt_id, array_agg(date_action) AS starts,
                           array_agg(date_final) AS untils
                      FROM srm_debt_case
                     WHERE state != 'cancelled'
                       AND debt_id IN (SELECT id FROM stale) GROUP BY debt_id
                   ) court ON court.debt_id = d.id
             ORDER BY d.file_id, d.id
            """,
            stale=stale,
            limit=limit,
            public=PUBLIC,
            regime=INTEREST_REGIME,
        )
        for row in self.env.execute_query(query):
            yield self._row_facts(row)

    def _row_facts(self, row: tuple) -> Facts:
        """Facts of one row; amounts come as texts: the driver would make floats."""
        *plain, claimed, before, before_date, excluded, interest_from = row[:10]
        dates, amounts, starts, untils = row[10:]
        payments = zip(dates or (), amounts or (), strict=True)
        courts = zip(starts or (), untils or (), strict=True)
        return Facts(
            *plain,
            claimed=Decimal(claimed),
            paid_before=Decimal(before),
            paid_before_date=before_date,
            excluded=Decimal(excluded),
            payments=tuple(Payment(day, Decimal(amount)) for day, amount in payments),
            courts=tuple(Court(start, until) for start, until in courts),
            interest_from=interest_from,
        )

    def _write_figures(self, found: list[tuple[int, Figures]]) -> None:
        """Store figures in one statement and let the files add them up again."""
        if not found:
            return
        ids = [debt_id for debt_id, _figures in found]
        columns = list(zip(*(values for _id, values in found), strict=True))
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE srm_debt d
                   SET due_date = v.due_date, late_days = v.late_days,
                       age_bucket = v.age_bucket, in_scope = v.in_scope,
                       exposure_fine = v.fine, exposure_next_month = v.next_month,
                       exposure_date = v.as_of, interest_to_date = v.interest,
                       interest_next_month = v.interest_more
                  FROM unnest(%s::int[], %s::date[], %s::int[], %s::varchar[],
                              %s::bool[], %s::numeric[], %s::numeric[], %s::date[],
                              %s::numeric[], %s::numeric[])
                       AS v(id, due_date, late_days, age_bucket, in_scope, fine,
                            next_month, as_of, interest, interest_more)
                 WHERE d.id = v.id
             RETURNING d.file_id
                """,
                ids,
                *map(list, columns),
            )
        )
        self.browse(ids).invalidate_recordset(Figures._fields, flush=False)
        files = self.env["srm.debt.file"].browse({file_id for (file_id,) in rows})
        files._refresh_delays()

    # Explanation

    @api.depends_context("lang")
    @api.depends("due_date", "exposure_fine")
    def _compute_explanation(self):
        texts = {text._source: text for text in SCOPE_TEXTS}
        params = self._exposure_params()
        for debt in self:
            if not debt.invoice_date:
                debt.scope_reason = debt.explanation = False
                continue
            invoice = engine_invoice(debt._exposure_facts())
            reason = scope(invoice)[1]
            debt.scope_reason = str(texts.get(reason, reason))
            debt.explanation = debt._explain(invoice, params)

    def _explain(self, invoice: Invoice, params: Params) -> Markup:
        """Table: the term, then each line with its months, then each quarter."""
        found = assess(
            invoice,
            params.as_of,
            params.counting[self.company_id.id],
            params.key_rates,
        )
        rows = [
            (self.env._("Start of the delay"), self._day(found.start_date)),
            (self.env._("Due date"), self._day(found.due_date)),
        ]
        rows += [
            (self._line_title(line), self._cash(line.fine)) for line in found.lines
        ]
        rows += [
            (
                self.env._("of which quarter %(quarter)s", quarter=quarter),
                self._cash(amount),
            )
            for quarter, amount in found.by_quarter.items()
        ]
        rows.append((self.env._("Fine to date"), self._cash(found.fine)))
        body = Markup().join(
            Markup("<tr><td>%s</td><td class='text-end'>%s</td></tr>") % row
            for row in rows
        )
        return Markup("<table class='table table-sm'><tbody>%s</tbody></table>") % body

    def _line_title(self, line) -> str:
        template = (
            self.env._(
                "%(amount)s paid late on %(day)s: %(months)s months, "
                "%(first)s %% + 0.85 %% per further month = %(rate)s %%"
            )
            if line.paid
            else self.env._(
                "%(amount)s unpaid on %(day)s: %(months)s months, "
                "%(first)s %% + 0.85 %% per further month = %(rate)s %%"
            )
        )
        return template % {
            "amount": self._cash(line.amount),
            "day": self._day(line.until),
            "months": line.months,
            "first": line.first_rate,
            "rate": line.rate,
        }

    def _cash(self, amount: Decimal) -> str:
        return self.currency_id.format(float(round_centime(amount)))

    def _day(self, day: date) -> str:
        return format_date(self.env, day)
