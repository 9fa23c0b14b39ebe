"""A clock that was wrong once leaves nothing wrong: nightly work puts it right."""

from datetime import date, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import srm_debt_exposure
from .arrears_common import ArrearsCase

YEAR = timedelta(days=365)


@tagged("post_install", "-at_install")
class TestWrongClock(ArrearsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.context_today(cls.env.user)

    def ahead(self, records):
        """Made, for the database, a year from now."""
        self.env.flush_all()
        records.env.cr.execute(
            f"UPDATE {records._table} SET create_date = create_date + interval '1 year'"
            " WHERE id = ANY(%s)",
            [records.ids],
        )
        records.invalidate_recordset()

    def work(self, refresh):
        remaining = 1
        while remaining:
            _done, remaining = refresh()
        self.env.invalidate_all()

    def test_exposure_dated_ahead_or_behind_is_computed_anew(self):
        for days in (365, 1, -1):
            debt = self.new_debt(50000, invoice_date="2025-01-01")
            right = debt.exposure_fine
            debt._by_code().write(
                {
                    "exposure_date": self.today + timedelta(days=days),
                    "exposure_fine": 1,
                    "late_days": 9999,
                }
            )
            self.work(self.env["srm.debt"]._refresh_exposure)
            self.assertEqual(debt.exposure_date, self.today, days)
            self.assertEqual(debt.exposure_fine, right)
            self.assertNotEqual(debt.late_days, 9999)

    @mute_logger(srm_debt_exposure.__name__)
    def test_one_debt_without_figures_does_not_stop_the_night(self):
        debts = self.new_debt(50000, invoice_date="2025-01-01")
        debts |= self.new_debt(60000, invoice_date="2025-01-01")
        debts._by_code().write({"exposure_date": self.today - timedelta(days=1)})
        self.env.flush_all()
        original = srm_debt_exposure.figures

        def figures(facts, params):
            if facts.debt_id == debts[0].id:
                raise OverflowError("date value out of range")
            return original(facts, params)

        with patch.object(srm_debt_exposure, "figures", figures):
            self.work(self.env["srm.debt"]._refresh_exposure)
        self.assertEqual(set(debts.mapped("exposure_date")), {self.today})

    def test_a_score_of_a_day_to_come_is_computed_anew(self):
        debt = self.new_debt(50000, invoice_date="2025-01-01")
        file = debt.file_id
        file._compute_scores("Test")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE srm_debt_file SET score_date = now() AT TIME ZONE 'UTC'"
            " + interval '1 year' WHERE id = %s",
            [file.id],
        )
        file.invalidate_recordset()
        self.work(self.env["srm.debt"]._refresh_scores)
        self.assertLess(file.score_date, fields.Datetime.now() + timedelta(minutes=1))

    def test_a_snapshot_taken_too_early_is_taken_back(self):
        self.new_debt(50000, invoice_date="2025-01-01")
        snapshots = self.env["srm.arrears.snapshot"]
        wrong = date(self.today.year + 1, 5, 20)
        with patch.object(fields.Date, "context_today", lambda _model: wrong):
            snapshots._cron_take()
        early = snapshots.search([("date", ">=", self.today)])
        self.assertTrue(early)
        self.ahead(early)
        self.ahead(early.line_ids)
        snapshots._cron_take()
        self.assertFalse(snapshots.search([("date", ">=", self.today)]))
        self.assertTrue(snapshots.search([("date", "<", self.today)]))

    def test_a_reminder_of_a_day_to_come_does_not_silence_the_next(self):
        debt = self.new_debt(50000, invoice_date="2025-01-01")
        promise = self.env["srm.debt.commitment"].create(
            {
                "file_id": debt.file_id.id,
                "party": "creditor",
                "promise": "Send the file",
                "date": self.today - timedelta(days=9),
                "date_due": self.today - timedelta(days=2),
            }
        )
        promise._by_code().write({"date_alerted": self.today + YEAR})
        self.env["srm.debt.file"]._alert_overdue("srm.debt.commitment", "late")
        self.assertEqual(promise.date_alerted, self.today)

    def test_a_statement_of_a_month_to_come_gives_back_what_it_took(self):
        statements = self.env["srm.withholding.statement"]
        month = self.today.replace(day=1) + YEAR
        early = statements.create({"month": month})
        by_hand = statements.create({"month": self.today.replace(day=1)})
        self.ahead(early)
        statements._cron_prepare()
        self.assertFalse(early.exists())
        self.assertTrue(by_hand.exists())
