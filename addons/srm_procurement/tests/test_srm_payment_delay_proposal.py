from datetime import date, timedelta
from decimal import Decimal
from unittest.mock import patch

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from srm_engine.delay_declaration import periods_between
from srm_engine.late_payment import Invoice, Payment, assess

from odoo.tests import tagged

from ..models import srm_payment_delay_proposal as proposal
from .delay_common import DelayCase

#: invoice date, term agreed (0: nothing), amount, paid on, quarter, fine by counting.
PUBLISHED = {
    "F01": ("2023-07-20", 60, 10169.50, "2023-09-10", (2023, 3), 0, 0),
    "F02": ("2023-07-20", 60, 10169.50, "2023-09-25", (2023, 3), 305.09, 305.09),
    "F04": ("2023-07-20", 80, 50847.46, "2023-10-15", (2023, 4), 1525.42, 1525.42),
    "F05": ("2023-07-20", 60, 152542.37, "2023-10-18", (2023, 4), 5872.88, 4576.27),
    "F06b": (
        *("2023-07-20", 120, 508474.58, "2024-01-20", (2024, 1)),
        *(23898.31, 23898.31),
    ),
}
#: invoice date such that the delay starts on the published day, first rate.
RATES = {
    "R01": ("2024-03-31", date(2024, 5, 31), 3.00, (2024, 2)),
    "R02": ("2024-04-01", date(2024, 6, 1), 2.75, (2024, 2)),
    "R04": ("2024-10-01", date(2024, 12, 1), 2.50, (2024, 4)),
    "R05": ("2024-12-30", date(2025, 3, 1), 2.25, (2025, 1)),
}
SCOPE = {
    "T02": ("2024-12-31", 9999.99, False),
    "T03": ("2024-12-31", 10000.00, False),
    "T05": ("2025-01-01", 800, True),
    "T06": ("2025-04-23", 800, True),
}


@tagged("post_install", "-at_install")
class TestProposal(DelayCase):
    # --- published cases, as vendor bills and as debts -----------------------------
    def test_f_published_fines(self):
        for counting, column in (("calendar", 5), ("date_to_date", 6)):
            for key, case in PUBLISHED.items():
                issued, days, amount, paid, period, expected = *case[:5], case[column]
                with self.subTest(f"{key} {counting}"), self._undone():
                    self.company.srm_counting = counting
                    bill = self._bill(amount, issued, srm_agreed_days=days)
                    self._pay(bill, paid)
                    debt = self._law_debt(amount, issued, agreed_days=days)
                    self._credit(debt, paid, amount)
                    declaration = self._declare(*period)
                    fines = {
                        line.move_id or line.debt_id: line.fine
                        for line in declaration.line_ids
                    }
                    wanted = {bill: expected, debt: expected} if expected else {}
                    self.assertEqual(fines, wanted)
                    self.assertEqual(declaration.kind, "normal" if expected else "nil")

    def test_f07_real_declaration_first_month(self):
        bill = self._bill(245595.80, "2026-01-15")
        declaration = self._declare(2026, 1)
        self.assertLines(declaration, ("unpaid", 245595.80, 1, 5525.91))
        self.assertEqual(declaration.line_ids.due_date, date(2026, 3, 16))
        self.assertEqual(declaration.line_ids.invoice_number, bill.ref)

    def test_f09_real_declaration_later_month(self):
        bill = self._bill(3050, "2025-10-16")
        self._filed(2025, 4)
        self._pay(bill, "2026-01-20")
        declaration = self._declare(2026, 1)
        self.assertLines(declaration, ("paid", 3050, 1, 25.93))
        self.assertEqual(declaration.line_ids.months_before, 1)

    def test_d_start_and_due_dates(self):
        for key, issued, start in (
            ("D02", "2023-07-31", date(2023, 7, 31)),
            ("D03", "2023-08-31", date(2023, 7, 31)),
        ):
            with self.subTest(key), self._undone():
                bill = self._bill(50000, issued, delivery_date="2023-07-01")
                line = self._declare(2023, 4).line_ids
                self.assertEqual(line.move_id, bill)
                self.assertEqual(
                    (line.start_date, line.due_date), (start, date(2023, 9, 29))
                )

    def test_r_first_rates(self):
        for key, (issued, first, rate, period) in RATES.items():
            with self.subTest(key), self._undone():
                self._bill(50000, issued)
                line = self._declare(*period).line_ids
                self.assertEqual(line.first_rate, rate)
                self.assertEqual(line.steps[0][0], str(first))

    def test_t_scope(self):
        for key, (issued, amount, within) in SCOPE.items():
            with self.subTest(key), self._undone():
                self._bill(amount, issued)
                declaration = self._declare(2025, 4)
                self.assertEqual(bool(declaration.line_ids), within)

    # --- which lines ---------------------------------------------------------------
    def test_parts_of_a_bill(self):
        bill = self._bill(100000, "2025-01-10")  # due 2025-03-11
        self._pay(bill, "2025-03-01", 40000)
        self._pay(bill, "2025-03-20", 5000)
        self._pay(bill, "2025-05-02", 30000)
        first = self._filed(2025, 1)
        self.assertLines(
            first, ("paid", 5000, 1, 112.50), ("unpaid", 55000, 1, 1237.50)
        )
        second = self._declare(2025, 2)
        self.assertLines(
            second, ("paid", 30000, 2, 510.00), ("unpaid", 25000, 3, 637.50)
        )
        self.assertEqual(second.fine_total, 1147.50)
        self.assertEqual((second.line_count, second.invoice_count), (2, 1))
        paid = second.line_ids.filtered("payment_date")
        self.assertEqual(paid.payment_date, date(2025, 5, 2))
        self.assertEqual(paid.payment_mode, "4")
        self.assertTrue(paid.payment_reference)

    def test_a_skipped_quarter_is_caught_up_and_flagged(self):
        self._bill(100000, "2025-01-10")
        declaration = self._declare(2025, 2)
        self.assertLines(declaration, ("unpaid", 100000, 4, 4800.00))
        self.assertEqual(declaration.line_ids.months_caught_up, 1)
        declaration.action_check()
        self.assertIn("caught_up", declaration.check_ids.mapped("code"))

    def test_declared_elsewhere(self):
        self.company.srm_delay_declared_until = "2025-03-31"
        self._bill(100000, "2025-01-10")
        declaration = self._declare(2025, 2)
        self.assertLines(declaration, ("unpaid", 100000, 3, 2550.00))
        self.assertFalse(declaration.caught_up_count)

    def test_nil(self):
        declaration = self._declare(2025, 2)
        self.assertEqual((declaration.kind, declaration.state), ("nil", "proposed"))
        self.assertFalse(declaration.fine_total)

    def test_repeatable(self):
        bill = self._bill(100000, "2025-01-10")
        declaration = self._declare(2025, 1)
        declaration.action_propose()
        self.assertEqual(len(declaration.line_ids), 1)
        self._pay(bill, "2025-02-01")
        declaration.action_propose()
        self.assertFalse(declaration.line_ids)
        self.assertEqual(declaration.kind, "nil")

    def test_chunks_cover_everything_once(self):
        bills = [self._bill(1000 + rank, "2025-01-10") for rank in range(5)]
        debts = [self._law_debt(50000 + rank, "2025-01-10") for rank in range(4)]
        with patch.object(
            proposal.SrmPaymentDelayDeclaration._propose_chunk, "__defaults__", (2,)
        ):
            declaration = self._declare(2025, 1)
        lines = declaration.line_ids
        self.assertEqual(lines.move_id.ids, [bill.id for bill in bills])
        self.assertEqual(set(lines.debt_id.ids), {debt.id for debt in debts})
        self.assertEqual(declaration.progress_done, 9)
        self.assertEqual(declaration.progress_total, 9)

    def test_a_long_proposal_goes_to_the_background(self):
        self._bill(1000, "2025-01-10")
        with patch.object(proposal, "DIRECT", 0):
            declaration = self._declare(2025, 1)
        self.assertTrue(declaration.computing)
        with self.assertRefused("still being computed"):
            declaration._check_not_computing()
        with patch.object(
            type(self.env["ir.cron"]), "_commit_progress", return_value=60
        ):
            self.env["srm.payment.delay.declaration"]._cron_propose()
        self.assertEqual(
            (declaration.computing, declaration.state), (False, "proposed")
        )
        self.assertEqual(declaration.line_count, 1)

    # --- vendor bills --------------------------------------------------------------
    def test_only_posted_bills_of_the_company(self):
        self._bill(1000, "2025-01-10", post=False)
        cancelled = self._bill(1000, "2025-01-10")
        cancelled.button_draft()
        cancelled.button_cancel()
        self.assertFalse(self._declare(2025, 1).line_ids)

    def test_a_credit_note_was_never_owed(self):
        bill = self._bill(1000, "2025-01-10")
        refund = self._bill(400, "2025-03-25", move_type="in_refund")
        (bill | refund).line_ids.filtered(
            lambda line: line.account_id.account_type == "liability_payable"
        ).reconcile()
        self.assertLines(self._declare(2025, 1), ("unpaid", 600, 1, 13.50))

    def test_the_bank_statement_gives_the_credit_date(self):
        """Ordered before the due date, credited after it: late."""
        bill = self._bill(1000, "2025-01-10")
        payment = self._pay(bill, "2025-03-10")
        liquidity, _counterpart, _writeoff = payment._seek_for_lines()
        statement = self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.journal.id,
                "date": "2025-03-14",
                "payment_ref": "Virement",
                "amount": -1000,
            }
        )
        suspense = statement.move_id.line_ids.filtered(
            lambda line: line.account_id == self.journal.suspense_account_id
        )
        suspense.account_id = liquidity.account_id
        (suspense | liquidity).reconcile()
        declaration = self._declare(2025, 1)
        self.assertLines(declaration, ("paid", 1000, 1, 22.50))
        self.assertEqual(declaration.line_ids.payment_date, date(2025, 3, 14))

    def test_terms_of_a_bill(self):
        agreed = self._bill(1000, "2025-01-01", srm_agreed_days=150)
        sector = self._bill(1000, "2025-01-01", srm_sector_days=150)
        periodic = self._bill(1000, "2025-01-01", srm_periodic_month="2025-01-15")
        lines = self._declare(2025, 2).line_ids
        due = {line.move_id: line for line in lines}
        self.assertEqual(due[agreed].agreed_date, date(2025, 5, 1))
        self.assertFalse(due[agreed].expected_date)
        self.assertEqual(due[sector].sector_date, date(2025, 5, 31))
        self.assertEqual(due[sector].expected_date, date(2025, 5, 31))
        self.assertEqual(due[periodic].start_event, "periodic")
        self.assertEqual(due[periodic].due_date, date(2025, 4, 2))

    def test_court_on_a_bill(self):
        bill = self._bill(1000, "2025-01-10", srm_court_from="2025-04-01")
        self._filed(2025, 1)
        second = self._filed(2025, 2)
        self.assertLines(second, ("court", 1000, 0, 0))
        self.assertEqual(second.line_ids.amount_disputed, 1000)
        bill.write({"srm_court_until": "2025-08-31", "srm_judged_amount": 900})
        third = self._declare(2025, 3)
        self.assertLines(third, ("unpaid", 1000, 1, 8.50))
        self.assertEqual(third.line_ids.amount_judged, 900)
        self.assertEqual(third.line_ids.judgment_date, date(2025, 8, 31))

    # --- debts ---------------------------------------------------------------------
    def test_debts_use_their_own_facts(self):
        """Retention and rejected parts, court case: as in the figures of the debt."""
        debt = self._law_debt(100000, "2025-01-10", amount_retention=10000)
        self.env["srm.debt.case"].create(
            {
                "debt_id": debt.id,
                "date_action": "2025-05-01",
                "date_final": "2025-06-30",
                "amount_contested": 40000,
                "amount_judged": 35000,
            }
        )
        declaration = self._declare(2025, 3)
        self.assertLines(declaration, ("unpaid", 90000, 5, 5085.00))
        self.assertEqual(declaration.line_ids.court_date, date(2025, 5, 1))
        self.assertEqual(declaration.line_ids.amount_ttc, 100000)
        self.assertEqual(declaration.line_ids.amount_disputed, 40000)
        self.assertEqual(declaration.line_ids.amount_judged, 35000)

    def test_debts_borne_by_another_are_not_declared(self):
        self._law_debt(50000, "2025-01-10", bearer="onee")
        nobody = self._law_debt(50000, "2025-01-10", bearer=False)
        declaration = self._declare(2025, 1)
        self.assertEqual(declaration.line_ids.debt_id, nobody)
        declaration.action_check()
        self.assertIn("bearer", declaration.check_ids.mapped("code"))

    def test_payment_of_the_predecessor(self):
        debt = self._law_debt(
            50000,
            "2025-01-10",
            amount_paid_before=20000,
            paid_before_date="2025-03-20",
        )
        declaration = self._declare(2025, 1)
        self.assertLines(
            declaration, ("paid", 20000, 1, 450.00), ("unpaid", 30000, 1, 675.00)
        )
        self.assertEqual(declaration.line_ids.debt_id, debt)

    # --- months --------------------------------------------------------------------
    def test_declared_up_to(self):
        bill = self._bill(1000, "2025-01-10")
        debt = self._law_debt(50000, "2025-01-10")
        self.assertFalse(bill.srm_declared_until)
        declaration = self._filed(2025, 1)
        self.env.invalidate_all()
        self.assertEqual(bill.srm_declared_until, date(2025, 3, 31))
        self.assertEqual(debt.declared_until, date(2025, 3, 31))
        self.assertEqual(bill.srm_delay_line_count, 1)
        action = debt.action_view_delay_lines()
        found = self.env["srm.payment.delay.line"].search(action["domain"])
        self.assertEqual(found, declaration.line_ids.filtered("debt_id"))

    def test_another_draft_cannot_declare_the_same_month(self):
        """Proposed before the other one was filed: refused, with the way out."""
        self._bill(1000, "2025-01-10")
        later = self._declare(2025, 2)  # catches March up
        self._filed(2025, 1)
        with self.assertRefused("declared meanwhile"):
            self._file_declaration(later)
        later.action_propose()
        self._file_declaration(later)
        self.assertEqual(later.line_ids.months, 3)
        self.assertFalse(later.caught_up_count)

    @settings(
        max_examples=12,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking is too slow
    )
    @given(
        st.integers(0, 120),
        st.lists(
            st.tuples(st.integers(20, 700), st.integers(1, 60_000_00)), max_size=3
        ),
        st.lists(st.booleans(), min_size=7, max_size=7),
        st.sampled_from(["calendar", "date_to_date"]),
    )
    def test_whatever_is_paid_and_skipped_the_whole_fine_is_declared(
        self, agreed, payments, kept, counting
    ):
        issued, amount = date(2024, 5, 7), Decimal("123456.78")
        periods = periods_between(issued, date(2026, 3, 31))
        with self._undone():
            self.company.srm_counting = counting
            debt = self._law_debt(float(amount), str(issued), agreed_days=agreed)
            self._make_payments(debt, payments, amount)
            fines, lines = Decimal(0), 0
            for period, keep in zip(periods, [*kept, True], strict=True):
                if keep:
                    declaration = self._filed(period.year, period.number)
                    fines += Decimal(str(declaration.fine_total))
                    lines += declaration.line_count
            whole = self._engine_fine(debt, amount, periods[-1].last, counting)
            self.assertLessEqual(
                abs(fines - whole.fine), Decimal("0.005") * (lines + len(whole.lines))
            )
            months = self.env["srm.payment.delay.month"].search(
                [("debt_id", "=", debt.id)]
            )
            days = {day for line in whole.lines for day in line.charged}
            self.assertEqual(set(months.mapped("day")), days)
            self.assertEqual(len(months), len(days))

    def _make_payments(self, debt, payments, amount):
        left = amount
        for days, centimes in payments:
            part = min(Decimal(centimes) / 100, left)
            if part:
                self._credit(debt, debt.invoice_date + timedelta(days), float(part))
            left -= part

    def _engine_fine(self, debt, amount, as_of, counting):
        invoice = Invoice(
            debt.invoice_date,
            amount,
            agreed_days=debt.agreed_days or None,
            payments=tuple(
                Payment(item.date, Decimal(str(item.amount)))
                for item in debt.payment_ids
            ),
        )
        return assess(invoice, as_of, counting, self.env["srm.key.rate"]._rate_table())

    def _undone(self):
        """Savepoint that is always rolled back."""
        return _Undone(self.env)


class _Undone:
    def __init__(self, env):
        self.env = env

    def __enter__(self):
        self.env.flush_all()
        self.env.cr.execute("SAVEPOINT srm_undone")

    def __exit__(self, *error):
        self.env.clear()
        self.env.cr.execute("ROLLBACK TO SAVEPOINT srm_undone")
        self.env.invalidate_all()
