from datetime import date
from decimal import Decimal

from srm_engine.late_payment import DEFAULT_KEY_RATES

from odoo.tests import tagged

from .arrears_common import ArrearsCase


@tagged("post_install", "-at_install")
class TestSrmKeyRate(ArrearsCase):
    def test_shipped_table_is_that_of_the_engine(self):
        self.assertEqual(self.env["srm.key.rate"]._rate_table(), DEFAULT_KEY_RATES)

    def test_an_edited_rate_survives_an_update(self):
        rates = self.env["srm.key.rate"]
        edited = rates.search([("date_from", "=", "2025-03-01")])
        edited.with_user(self.manager).write({"rate": 2.0, "confirmed": True})
        gone = rates.search([("date_from", "=", "2024-06-01")])
        gone.unlink()
        rates._load_shipped()
        self.assertEqual(edited.rate, 2.0)
        self.assertEqual(rates.search_count([("date_from", "=", "2024-06-01")]), 1)

    def test_unconfirmed_rates_are_known(self):
        rates = self.env["srm.key.rate"]
        self.assertEqual(rates._first_unconfirmed(), date(2025, 3, 1))
        rates.search([]).confirmed = True
        self.assertIsNone(rates._first_unconfirmed())

    def test_changing_a_rate_asks_for_a_refresh(self):
        cron = self.env.ref("srm_procurement.cron_refresh_exposure")
        triggers = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        self.env["srm.key.rate"].with_user(self.manager).create(
            {"date_from": "2027-01-01", "rate": 2.5}
        )
        self.assertEqual(
            self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)]),
            triggers + 1,
        )
        last = self.env["srm.key.rate"]._rate_table()[-1]
        self.assertEqual((last.start, last.rate), (date(2027, 1, 1), Decimal("2.5")))
