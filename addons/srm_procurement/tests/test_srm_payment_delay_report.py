import io
from datetime import date
from decimal import Decimal

import openpyxl
from srm_engine.pefa import mean_delay

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.srm_base.tools.xlsx import write_workbook

from .settlement_common import SettlementCase


@tagged("post_install", "-at_install")
class TestSrmPaymentDelayReport(SettlementCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.small = cls._debt(100, stage="certified", service_date="2024-02-20")
        cls.large = cls._debt(900, stage="certified")
        cls._pay(cls.small, 100, date(2024, 3, 31))
        cls._pay(cls.large, 600, date(2024, 3, 31))
        cls._pay(cls.large, 300, date(2024, 5, 1))
        cls.report = cls.env["srm.payment.delay.report"]
        cls.partner = cls.file.partner_id

    @classmethod
    def _pay(cls, debt, amount, day):
        debt._register_settled({debt.id: Decimal(amount)}, day, f"{debt.id}-{day}")

    def rows(self):
        self.env.flush_all()
        return self.report.search([("partner_id", "=", self.partner.id)], order="id")

    def bill(self, amount=500.0, paid=200.0):
        account = self.env["account.account"].search(
            [("account_type", "=", "expense")], limit=1
        )
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.partner.id,
                "invoice_date": "2024-06-01",
                "ref": "FAC-77",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Fournitures",
                            "account_id": account.id,
                            "price_unit": amount,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        bill.action_post()
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=bill.ids
        ).create({"amount": paid, "payment_date": "2024-07-11"})._create_payments()
        return bill

    def test_days_from_the_service_else_the_invoice(self):
        days = {(row.debt_id, row.amount): row.delay_days for row in self.rows()}
        self.assertEqual(
            days,
            {
                (self.small, 100): (date(2024, 3, 31) - date(2024, 2, 20)).days,
                (self.large, 600): 30,
                (self.large, 300): 61,
            },
        )

    def test_the_mean_is_weighted_by_the_amounts(self):
        rows = self.rows()
        expected = mean_delay(
            (Decimal(str(row.amount)), int(row.delay_days)) for row in rows
        )
        [(mean, paid)] = self.report._read_group(
            [("id", "in", rows.ids)], [], ["delay_days:avg", "amount:sum"]
        )
        self.assertAlmostEqual(mean, float(expected), 2)
        self.assertEqual(paid, 1000)
        by_month = self.report._read_group(
            [("id", "in", rows.ids)], ["date:month"], ["delay_days:avg"]
        )
        self.assertEqual(by_month[1], (date(2024, 5, 1), 61))
        self.assertAlmostEqual(by_month[0][1], (100 * 40 + 600 * 30) / 700, 6)

    def test_an_ordinary_bill_paid_in_part(self):
        bill = self.bill()
        row = self.rows().filtered(lambda item: item.kind == "bill")
        self.assertEqual(row.move_id, bill)
        self.assertEqual((row.amount, row.delay_days), (200, 40))
        self.assertEqual(row.reference, "FAC-77")
        self.assertEqual(row.action_open_origin()["res_id"], bill.id)

    def test_a_credit_note_is_not_a_payment(self):
        bill = self.bill(paid=500.0)
        self.assertEqual(bill.amount_residual, 0)
        count = len(self.rows())
        other = bill.copy({"invoice_date": "2024-06-02", "ref": "FAC-78"})
        other.action_post()
        refund = other._reverse_moves([{"invoice_date": fields.Date.today()}])
        refund.action_post()
        self.assertEqual(other.amount_residual, 0)
        self.assertEqual(len(self.rows()), count)

    def test_a_debt_opens_from_its_payment(self):
        row = self.rows()[0]
        self.assertEqual(row.action_open_origin()["res_model"], "srm.debt")

    def test_workbook(self):
        rows = self.rows().with_user(self.director)
        report = rows._xlsx_report_delays()
        book = openpyxl.load_workbook(io.BytesIO(write_workbook(report.sheets)))
        months, quarters, payments = book.worksheets
        self.assertEqual([months.max_row, quarters.max_row], [5, 5])
        self.assertEqual(months["C2"].value, 700)
        self.assertEqual(months["C5"].value, "=SUBTOTAL(109,C2:C3)")
        self.assertEqual(months["E5"].value, "=IF(C5=0,0,D5/C5)")
        self.assertEqual(payments["C2"].number_format, "dd/mm/yyyy")
        self.assertTrue(payments["C2"].is_date)
        self.assertEqual(payments["E6"].value, "=SUBTOTAL(109,E2:E4)")
        self.assertEqual(payments["F6"].value, "=IF(E6=0,0,G6/E6)")
        weighted = sum(Decimal(str(payments[f"G{n}"].value)) for n in (2, 3, 4))
        paid = sum(Decimal(str(payments[f"E{n}"].value)) for n in (2, 3, 4))
        self.assertEqual(round(weighted / paid, 2), Decimal("40.30"))

    def test_export_of_a_selection(self):
        url = self.rows().with_user(self.director).action_export()["url"]
        self.assertIn("/srm/xlsx/srm.payment.delay.report/delays", url)

    def test_roles(self):
        reader = new_test_user(
            self.env, "delay_reader", groups="srm_base.group_meter_reader"
        )
        with self.assertRaises(AccessError):
            self.report.with_user(reader).search([])
        for user in (self.officer, self.director):
            self.assertTrue(
                self.report.with_user(user).search(
                    [("partner_id", "=", self.partner.id)]
                )
            )
            self.assertFalse(self.report.with_user(user).has_access("write"))
