from datetime import date, timedelta
from decimal import Decimal
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged

from .arrears_common import ArrearsCase

FIGURES = (
    "due_date",
    "late_days",
    "age_bucket",
    "in_scope",
    "exposure_fine",
    "exposure_next_month",
)


@tagged("post_install", "-at_install")
class TestSrmDebtExposure(ArrearsCase):
    def figures(self, debt):
        debt.invalidate_recordset()
        return [debt[name] for name in FIGURES]

    @freeze_time("2025-03-31")
    def test_own_debt_of_the_published_formula(self):
        """60 days from the invoice; 2.25 % for March 2025, 0.85 % per further month."""
        debt = self.new_debt(
            1000, predecessor_id=False, invoice_date="2025-01-01", service_date=False
        )
        self.assertEqual(debt.due_date, date(2025, 3, 2))
        self.assertEqual(debt.late_days, 29)
        self.assertEqual(debt.age_bucket, "0_30")
        self.assertEqual(debt.exposure_fine, 22.50)
        self.assertEqual(debt.exposure_next_month, 8.50)

    @freeze_time("2025-03-31")
    def test_public_establishment_starts_at_the_service(self):
        values = {"invoice_date": "2024-12-20", "service_date": "2024-12-01"}
        inherited = self.new_debt(1000, agreed_days=90, **values)
        own = self.new_debt(1000, agreed_days=90, predecessor_id=False, **values)
        self.assertEqual(inherited.due_date, date(2025, 3, 1))
        self.assertEqual(own.due_date, date(2025, 3, 20))
        self.env.company.srm_start_service_date = False
        self.assertEqual(
            self.new_debt(1000, agreed_days=90, **values).due_date, date(2025, 3, 20)
        )

    @freeze_time("2025-03-31")
    def test_scope_is_judged_on_the_invoice(self):
        small = self.new_debt(10000, invoice_date="2024-06-01")
        old = self.new_debt(50000, invoice_date="2023-06-30")
        large = self.new_debt(
            50000, invoice_date="2024-06-01", amount_paid_before=45000
        )
        self.assertEqual((small + old + large).mapped("in_scope"), [False, False, True])
        self.assertEqual((small + old).mapped("exposure_fine"), [0, 0])
        self.assertIn("10000 DH", small.scope_reason)
        self.assertIn("2023-07-01", old.scope_reason)
        self.assertTrue(large.exposure_fine)

    @freeze_time("2025-03-31")
    def test_retention_and_timely_payments_cost_nothing(self):
        values = {
            "predecessor_id": False,
            "invoice_date": "2025-01-01",
            "service_date": False,
        }
        debt = self.new_debt(
            1000, amount_paid_before=300, amount_retention=100, **values
        )
        self.assertEqual(debt.exposure_fine, 13.50, "600 unpaid at 2.25 %")
        late = self.new_debt(
            1000, amount_paid_before=300, paid_before_date="2025-03-10", **values
        )
        self.assertEqual(late.exposure_fine, 22.50, "300 paid late count as well")

    @freeze_time("2025-06-30")
    def test_court_suspends_the_fine(self):
        values = {
            "predecessor_id": False,
            "invoice_date": "2025-01-01",
            "service_date": False,
        }
        free, sued = self.new_debt(1000, **values), self.new_debt(1000, **values)
        self.env["srm.debt.block"].create(
            {
                "debt_id": sued.id,
                "reason_id": self.env.ref("srm_procurement.block_reason_court").id,
                "court_from": "2025-04-01",
            }
        )
        self.assertEqual(free.exposure_fine, 48.00, "2.25 + 3 x 0.85 %")
        self.assertEqual(sued.exposure_fine, 22.50, "March only")
        self.assertEqual(sued.exposure_next_month, 0)

    @freeze_time("2025-03-31")
    def test_counting_rule_is_a_setting(self):
        values = {
            "predecessor_id": False,
            "invoice_date": "2025-01-15",
            "service_date": False,
        }
        with freeze_time("2025-04-02"):
            calendar = self.new_debt(1000, **values)
            self.env.flush_all()
            self.env.company.srm_counting = "date_to_date"
            to_date = self.new_debt(1000, **values)
        self.assertEqual(calendar.exposure_fine, 31.00, "March and April touched")
        self.assertEqual(to_date.exposure_fine, 22.50, "one month started")

    def test_bulk_refresh_gives_the_figures_of_the_screen(self):
        with freeze_time("2024-06-15"):
            debts = self.new_debt(20000, amount_paid_before=500, agreed_days=120)
            debts += self.new_debt(30000, "scored", amount_retention=900)
            debts += self.new_debt(9999)
            debts += self.new_debt(45000, predecessor_id=False, agreed_days=90)
            debts[1].with_user(self.officer)._register_settled(
                {debts[1].id: Decimal("1000.00")}, date(2024, 6, 1), "VIR"
            )
        with freeze_time("2025-02-20"):
            self.env["srm.debt"]._refresh_exposure(limit=100000)
            bulk = [self.figures(debt) for debt in debts]
            fields = self.env["srm.debt"]._fields
            self.env.add_to_compute(fields["due_date"], debts)
            self.env.flush_all()
            screen = [self.figures(debt) for debt in debts]
        self.assertEqual(bulk, screen)
        self.assertGreater(debts[0].exposure_fine, 0)

    def test_refresh_resumes_by_chunks_and_stops(self):
        with freeze_time("2024-06-15"):
            debts = self.env["srm.debt"].create(
                [self.debt_vals(1000 + number) for number in range(7)]
            )
            self.env.flush_all()
        with freeze_time("2025-06-15"):
            model = self.env["srm.debt"]
            done, remaining = model._refresh_exposure(limit=3)
            self.assertEqual(done, 3)
            self.assertGreaterEqual(remaining, 4)
            while remaining:
                done, remaining = model._refresh_exposure(limit=3)
            self.assertEqual(set(debts.mapped("exposure_date")), {date(2025, 6, 15)})
            self.assertEqual(model._refresh_exposure(limit=3), (0, 0))

    def test_refresh_brings_the_file_up_to_date(self):
        with freeze_time("2024-06-15"):
            debt = self.new_debt(20000)
            before = self.file.exposure_fine
        with freeze_time("2025-06-15"):
            self.env["srm.debt"]._refresh_exposure(limit=100000)
        self.assertGreater(self.file.exposure_fine, before)
        self.assertEqual(self.file.exposure_fine, debt.exposure_fine)
        self.assertEqual(self.file.age_days, debt.late_days)

    def test_bulk_refresh_does_not_query_per_debt(self):
        with freeze_time("2024-06-15"):
            self.env["srm.debt"].create([self.debt_vals(1000) for _rank in range(40)])
            self.env.flush_all()
        with freeze_time("2025-06-15"):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.env["srm.debt"]._refresh_exposure(limit=100000)
            self.assertLess(self.cr.sql_log_count - before, 30)

    @freeze_time("2025-03-31")
    def test_explanation_shows_the_quarters(self):
        debt = self.new_debt(
            20000, predecessor_id=False, invoice_date="2024-10-01", service_date=False
        )
        self.assertIn("2024-T4", debt.explanation)
        self.assertIn("2025-T1", debt.explanation)
        self.assertIn("2.5", debt.explanation)

    def test_a_debt_not_due_yet(self):
        today = date.today()
        debt = self.new_debt(
            1000, predecessor_id=False, invoice_date=today, service_date=False
        )
        self.assertEqual(debt.due_date, today + timedelta(days=60))
        self.assertEqual(debt.age_bucket, "not_due")
        self.assertEqual(debt.exposure_fine, 0)

    def run_cron(self, seconds_left):
        """Run the scheduled action; commits are only noted."""
        progress = []

        def commit(_cron, processed=0, *, remaining=None, deactivate=False):
            progress.append((processed, remaining))
            return seconds_left

        with patch.object(type(self.env["ir.cron"]), "_commit_progress", commit):
            self.env["srm.debt"]._cron_refresh()
        return progress

    def test_nightly_job_refreshes_debts_then_scores(self):
        with freeze_time("2025-01-01"):
            debt = self.new_debt(20000, "scored")
            self.env.flush_all()
        with freeze_time("2025-12-01"):
            progress = self.run_cron(60)
            self.assertEqual(debt.exposure_date, date(2025, 12, 1))
            self.assertEqual(self.file.score_date.date(), date(2025, 12, 1))
            self.assertEqual([remaining for _done, remaining in progress], [0, 0])

    def test_nightly_job_stops_when_its_time_is_over(self):
        with freeze_time("2025-01-01"):
            self.new_debt(20000, "scored")
            self.env.flush_all()
        with freeze_time("2025-12-01"):
            self.assertEqual(len(self.run_cron(0)), 1)
            self.assertEqual(self.file.score_date.date(), date(2025, 1, 1))
            self.run_cron(60)
            self.assertEqual(self.file.score_date.date(), date(2025, 12, 1))
