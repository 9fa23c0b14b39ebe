from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from srm_engine.errors import RuleError
from srm_engine.payment_plan import Claim, Outcome, Plan, simulate

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..amounts import ZERO, money
from ..constants import SMALL_FIRMS
from .srm_settlement import LIVE_STATES

#: Months that count as "paid soon" in the comparison.
QUARTER = 3


class FileRow(NamedTuple):
    """What a scenario reads of one creditor file; amounts in dirhams."""

    file_id: int
    firm_size: str
    score: Decimal
    date_registered: date
    age_days: int
    amount: Decimal
    monthly_cost: Decimal


class MonthRow(NamedTuple):
    """Cash of one month; ``agreed`` is taken by the settlements under way."""

    month: date
    ceiling: Decimal
    agreed: Decimal

    @property
    def available(self) -> Decimal:
        """Never below zero, whatever was agreed."""
        return max(self.ceiling - self.agreed, ZERO)


#: Order of payment -> priority of a file, the highest first.
PRIORITIES: dict[str, Callable[[FileRow], Decimal]] = {
    "score": lambda row: row.score,
    "oldest": lambda row: Decimal(row.age_days),
    "costliest": lambda row: row.monthly_cost / row.amount,
    "smallest": lambda row: -row.amount,
}


class SrmPaymentScenario(models.Model):
    """Computation: two readings, the engine, three writings, whatever the number."""

    _inherit = "srm.payment.scenario"

    def action_compute(self):
        """Plan the files that can be settled today, under the ceilings."""
        self.check_access("write")
        self.lock_for_update()
        self._take_step("outdate")
        for scenario in self:
            scenario._compute_plan()
        return True

    def _compute_plan(self) -> None:
        rows = self._file_rows()
        months = self._month_rows()
        priority = PRIORITIES[self.order_by]
        claims = [
            Claim(
                row.file_id,
                row.amount,
                priority(row),
                row.date_registered,
                row.monthly_cost,
            )
            for row in rows
        ]
        try:
            plan = simulate(claims, [row.available for row in months], self.partial)
        except RuleError as error:
            raise UserError(self._rule_message(error)) from error
        self._store_plan(plan, rows, months)

    def _rule_message(self, error: RuleError) -> str:
        """The engine's reason in the language of the user."""
        messages = {
            "no_month": self.env._("Give the scenario %(name)s at least one month."),
            "ceiling_negative": self.env._(
                "A month of the scenario %(name)s has a negative ceiling."
            ),
        }
        template = messages.get(error.code)
        return template % {"name": self.name} if template else str(error)

    # --- reading ---------------------------------------------------------------------
    def _debt_domain(self) -> list:
        domain = [
            ("company_id", "=", self.company_id.id),
            *self.env["srm.debt"]._settleable_domain(),
        ]
        if self.predecessor_ids:
            domain.append(("predecessor_id", "in", self.predecessor_ids.ids))
        if self.territory_id:
            domain.append(("territory_id", "child_of", self.territory_id.id))
        if self.min_score:
            domain.append(("file_id.score", ">=", self.min_score))
        return domain

    def _file_rows(self) -> list[FileRow]:
        """Files with something to settle, as the user may see them, in one query.

        The cost of one month is that of the debts (fine and interest), in proportion
        to their payable part: the contested part costs whatever the plan does.
        """
        self.env.flush_all()
        debts = self.env["srm.debt"]._search(self._debt_domain())
        rows = self.env.execute_query(
            SQL(
                """
                SELECT f.id, COALESCE(p.srm_firm_size, ''),
                       COALESCE(f.score, 0)::text, f.date_registered,
                       COALESCE(f.age_days, 0), SUM(d.amount_payable)::text,
                       SUM(ROUND(
                           (COALESCE(d.exposure_next_month, 0)
                            + COALESCE(d.interest_next_month, 0)) * d.amount_payable
                           / GREATEST(d.amount_remaining - d.amount_retention,
                                      d.amount_payable), 2))::text
                  FROM srm_debt d
                  JOIN srm_debt_file f ON f.id = d.file_id
                  JOIN res_partner p ON p.id = f.partner_id
                 WHERE d.id IN %s
                 GROUP BY f.id, p.srm_firm_size
                """,
                debts.subselect(),
            )
        )
        return [
            FileRow(key, size, Decimal(score), day, age, money(amount), money(cost))
            for key, size, score, day, age, amount, cost in rows
        ]

    def _month_rows(self) -> list[MonthRow]:
        own = {item.month: money(item.amount) for item in self.ceiling_ids}
        agreed = self._agreed_by_month() if self.deduct_agreed else {}
        usual = money(self.ceiling)
        return [
            MonthRow(month, own.get(month, usual), agreed.get(month, ZERO))
            for month in self._month_list()
        ]

    def _agreed_by_month(self) -> dict[date, Decimal]:
        """Unpaid instalments of the settlements under way; late ones come first."""
        domain = [
            ("company_id", "=", self.company_id.id),
            ("settlement_id.state", "in", LIVE_STATES),
            ("state", "not in", ("paid", "cancelled")),
        ]
        if self.territory_id:
            domain.append(("territory_id", "child_of", self.territory_id.id))
        first = self.date_start.replace(day=1)
        found: dict[date, Decimal] = {}
        for month, amount, paid in self.env["srm.settlement.instalment"]._read_group(
            domain, ["date:month"], ["amount:sum", "amount_paid:sum"]
        ):
            key = max(fields.Date.to_date(month), first)
            found[key] = found.get(key, ZERO) + money(amount) - money(paid)
        return found

    # --- writing ---------------------------------------------------------------------
    def _store_plan(
        self, plan: Plan, rows: list[FileRow], months: list[MonthRow]
    ) -> None:
        self._clear_plan()
        self._insert_lines(plan, rows, months)
        self._insert_payments(plan, months)
        self._insert_months(plan, months)
        for name in ("line", "payment", "month"):
            self.env[f"srm.payment.scenario.{name}"].invalidate_model(flush=False)
        self.invalidate_recordset(["line_ids", "payment_ids", "month_ids"], flush=False)
        self._take_step("compute", **self._prepare_figures(plan, rows, months))

    def _clear_plan(self) -> None:
        for table in ("payment", "line", "month"):
            self.env.execute_query(
                SQL(
                    "DELETE FROM %s WHERE scenario_id = %s RETURNING 1",
                    SQL.identifier(f"srm_payment_scenario_{table}"),
                    self.id,
                )
            )

    def _insert_lines(self, plan, rows, months) -> None:
        by_key = {row.file_id: row for row in rows}
        records = [
            self._line_record(outcome, by_key[outcome.key], months)
            for outcome in plan.outcomes
        ]
        if not records:
            return
        self.env.execute_query(
            SQL(
                """
                INSERT INTO srm_payment_scenario_line
                       (scenario_id, company_id, file_id, partner_id, province_id,
                        firm_size, score, date_registered, rank, amount, monthly_cost,
                        month_first, month_last, amount_planned, amount_residual,
                        waited, cost, aside)
                SELECT %s, f.company_id, f.id, f.partner_id, f.province_id,
                       p.srm_firm_size, f.score, f.date_registered, v.rank, v.amount,
                       v.monthly_cost, v.first, v.last, v.planned, v.residual,
                       v.waited, v.cost, v.aside
                  FROM unnest(%s::int[], %s::int[], %s::numeric[], %s::numeric[],
                              %s::date[], %s::date[], %s::numeric[], %s::numeric[],
                              %s::int[], %s::numeric[], %s::bool[])
                       AS v(file_id, rank, amount, monthly_cost, first, last, planned,
                            residual, waited, cost, aside)
                  JOIN srm_debt_file f ON f.id = v.file_id
                  JOIN res_partner p ON p.id = f.partner_id
             RETURNING 1
                """,
                self.id,
                *(list(column) for column in zip(*records, strict=True)),
            )
        )

    def _line_record(self, outcome: Outcome, row: FileRow, months) -> tuple:
        return (
            outcome.key,
            outcome.rank,
            row.amount,
            row.monthly_cost,
            self._month_of(outcome.first, months),
            self._month_of(outcome.last, months),
            outcome.paid,
            outcome.residual,
            outcome.waited,
            outcome.cost,
            outcome.aside,
        )

    def _month_of(self, number: int | None, months) -> date | None:
        return None if number is None else months[number].month

    def _insert_payments(self, plan, months) -> None:
        if not plan.payments:
            return
        self.env.execute_query(
            SQL(
                """
                INSERT INTO srm_payment_scenario_payment
                       (scenario_id, company_id, line_id, file_id, month, amount)
                SELECT l.scenario_id, l.company_id, l.id, l.file_id, v.month, v.amount
                  FROM unnest(%s::int[], %s::date[], %s::numeric[])
                       AS v(file_id, month, amount)
                  JOIN srm_payment_scenario_line l
                    ON l.file_id = v.file_id AND l.scenario_id = %s
             RETURNING 1
                """,
                [item.key for item in plan.payments],
                [months[item.month].month for item in plan.payments],
                [item.amount for item in plan.payments],
                self.id,
            )
        )

    def _insert_months(self, plan, months) -> None:
        records = [
            (
                row.month,
                row.ceiling,
                row.agreed,
                row.available,
                found.paid,
                row.available - found.paid,
                found.settled,
                found.remaining,
                found.cost,
            )
            for row, found in zip(months, plan.months, strict=True)
        ]
        self.env.execute_query(
            SQL(
                """
                INSERT INTO srm_payment_scenario_month
                       (scenario_id, company_id, month, ceiling, agreed, available,
                        paid, unused, settled, remaining, cost)
                SELECT %s, %s, v.*
                  FROM unnest(%s::date[], %s::numeric[], %s::numeric[], %s::numeric[],
                              %s::numeric[], %s::numeric[], %s::int[], %s::numeric[],
                              %s::numeric[]) AS v
             RETURNING 1
                """,
                self.id,
                self.company_id.id,
                *(list(column) for column in zip(*records, strict=True)),
            )
        )

    def _prepare_figures(self, plan, rows, months) -> dict:
        """What the comparison shows of this scenario."""
        small = {row.file_id for row in rows if row.firm_size in SMALL_FIRMS}
        paid = [item for item in plan.outcomes if not item.residual]
        soon = [item for item in paid if item.last < QUARTER]
        numbers = [item.month for item in plan.payments]
        return {
            "file_count": len(rows),
            "amount_total": float(plan.paid + plan.residual),
            "amount_planned": float(plan.paid),
            "amount_residual": float(plan.residual),
            "cost_total": float(plan.cost),
            "files_paid": len(paid),
            "files_first_quarter": len(soon),
            "small_files": len(small),
            "small_files_paid": sum(item.key in small for item in paid),
            "small_first_quarter": sum(item.key in small for item in soon),
            "month_first": self._month_of(min(numbers, default=None), months) or False,
            "month_last": self._month_of(max(numbers, default=None), months) or False,
            "month_end": self._month_of(plan.end_month, months) or False,
        }
