from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .arrears_common import ArrearsCase

M01 = {
    "regime": "public_2_16_344",
    "invoice_date": "2025-01-10",
    "service_date": "2025-01-01",
    "amount_retention": 120000,
}


@tagged("post_install", "-at_install")
class TestSrmDebtInterest(ArrearsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["srm.interest.rate"].search([]).unlink()
        cls.rate = cls.env["srm.interest.rate"].create(
            {"date_from": "2025-01-01", "treasury_rate": 2.0}
        )

    @freeze_time("2025-04-16")
    def test_case_m01(self):
        """45 days after day 60 on TTC less retention: /365, then /360."""
        debt = self.new_debt(1200000, **M01)
        self.assertEqual(self.rate.rate, 3)
        self.assertEqual(debt.interest_to_date, 3994.52)
        self.env.company.srm_interest_year = "360"
        self.env.flush_all()
        self.env["srm.debt"]._refresh_exposure(limit=100000)
        debt.invalidate_recordset()
        self.assertEqual(debt.interest_to_date, 4050.00)

    @freeze_time("2025-04-16")
    def test_only_the_regime_of_the_decree_bears_it(self):
        debt = self.new_debt(1200000, **M01 | {"regime": "law_69_21"})
        self.assertEqual(debt.interest_to_date, 0)
        self.assertFalse(debt.interest_explanation)

    def test_bulk_refresh_gives_the_figures_of_the_screen(self):
        with freeze_time("2025-03-01"):
            debts = self.new_debt(1200000, **M01)
            debts += self.new_debt(
                50000, **M01 | {"amount_retention": 0, "amount_paid_before": 20000}
            )
            debts += self.new_debt(
                50000,
                **M01
                | {
                    "amount_retention": 0,
                    "amount_paid_before": 20000,
                    "paid_before_date": "2025-03-20",
                    "service_date": False,
                },
            )
            self.env.flush_all()
        names = ("interest_to_date", "interest_next_month")
        with freeze_time("2025-05-05"):
            self.env["srm.debt"]._refresh_exposure(limit=100000)
            bulk = [[debt[name] for name in names] for debt in debts]
            self.env.add_to_compute(self.env["srm.debt"]._fields[names[0]], debts)
            self.env.flush_all()
            screen = [[debt[name] for name in names] for debt in debts]
        self.assertEqual(bulk, screen)
        self.assertTrue(all(value > 0 for row in bulk for value in row))
        self.assertAlmostEqual(
            self.file.interest_to_date, sum(row[0] for row in bulk), 2
        )

    @freeze_time("2025-04-16")
    def test_gap_with_what_the_creditor_claims(self):
        debt = self.new_debt(1200000, **M01, interest_claimed=5000)
        self.assertEqual(debt.interest_gap, 1005.48)
        self.assertEqual(self.file.interest_claimed, 5000)
        self.assertEqual(self.file.interest_gap, 1005.48)
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            debt.interest_claimed = -1
            debt.flush_recordset()

    @freeze_time("2025-08-16")
    def test_explanation_says_what_is_estimated_or_unknown(self):
        debt = self.new_debt(1200000, **M01)
        self.assertIn("last known rate", debt.interest_explanation)
        old = self.new_debt(1200000, **M01 | {"service_date": "2024-10-01"})
        self.assertIn("without a known rate", old.interest_explanation)

    @freeze_time("2025-04-16")
    def test_a_new_rate_refreshes_the_debts(self):
        debt = self.new_debt(1200000, **M01)
        self.env["srm.interest.rate"].create(
            {"date_from": "2025-04-01", "treasury_rate": 3.0}
        )
        self.assertFalse(debt.exposure_date)
        self.env["srm.debt"]._refresh_exposure(limit=100000)
        debt.invalidate_recordset()
        self.assertEqual(debt.interest_to_date, 4467.95)
        self.assertEqual(debt.exposure_date, date(2025, 4, 16))

    def test_rates_start_with_a_quarter(self):
        with self.assertRaises(ValidationError):
            self.env["srm.interest.rate"].create(
                {"date_from": "2025-05-01", "treasury_rate": 2.0}
            )

    @freeze_time("2025-04-16")
    def test_score_counts_the_interest(self):
        debt = self.new_debt(1200000, "scored", **M01)
        line = self.file.score_line_ids.filtered(
            lambda item: item.component == "delay_cost"
        )
        monthly = debt.exposure_next_month + debt.interest_next_month
        self.assertAlmostEqual(
            float(line.measure), 100 * monthly / debt.amount_remaining, 2
        )
