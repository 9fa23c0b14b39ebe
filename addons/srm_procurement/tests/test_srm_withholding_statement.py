import io
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from openpyxl import load_workbook

from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.srm_base.tools.xlsx import write_workbook

from ..amounts import money, total
from .frozen_common import FrozenCase
from .settlement_common import SettlementCase


@tagged("post_install", "-at_install")
class TestWithholdingStatement(FrozenCase, SettlementCase):
    """What is due to the Treasury for a month."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.this_month = fields.Date.today().replace(day=1)
        cls.last_month = cls.this_month - relativedelta(months=1)

    def _paid(self, amount=120000, day=None, nature="services"):
        self.file = self._file(f"Fournisseur {self.serial}")
        debt = self._debt(amount, nature=nature, file_id=self.file.id)
        settlement = self._settlement(debt, count=1)
        self._schedule(settlement)
        order = self._order(settlement.instalment_ids)
        order.with_user(self.manager).draft2open()
        if day:
            order.payment_ids.write({"date": day})
        order.with_user(self.officer).open2generated()
        order.with_user(self.officer).generated2uploaded()
        return order

    def _statement(self, month):
        statement = (
            self.env["srm.withholding.statement"]
            .with_user(self.officer)
            .create({"month": month})
        )
        statement.action_collect()
        return statement

    def test_due_at_the_end_of_the_following_month(self):
        statement = self._statement(date(2026, 1, 17))
        self.assertEqual(statement.month, date(2026, 1, 1))
        self.assertEqual(statement.date_due, date(2026, 2, 28))
        self.assertEqual(statement.name, "RAS 2026-01")

    def test_it_takes_the_month_by_tax(self):
        self._paid(day=self.last_month)
        self._paid(day=self.last_month, nature="studies")
        self._paid(day=self.this_month)
        statement = self._statement(self.last_month)
        self.assertEqual(statement.amount_vat, 30000)
        self.assertEqual(statement.amount_is, 5000)
        self.assertEqual(statement.amount_ir, 0)
        self.assertEqual(statement.amount_total, 35000)
        self.assertEqual(statement.supplier_count, 2)
        statement.action_collect()
        self.assertEqual(statement.amount_total, 35000, "a second click")
        later = self._statement(self.this_month)
        self.assertEqual(later.amount_total, 15000)

    def test_orders_not_sent_are_not_due(self):
        debt = self._debt(120000, nature="services")
        settlement = self._settlement(debt, count=1)
        self._schedule(settlement)
        order = self._order(settlement.instalment_ids)
        order.with_user(self.manager).draft2open()
        self.assertFalse(self._statement(self.this_month).line_ids)

    def test_a_remitted_month_is_frozen_and_late_lines_go_on(self):
        self._paid(day=self.last_month)
        statement = self._statement(self.last_month)
        manager = statement.with_user(self.manager)
        with self.assertRaises(ValidationError):
            manager.action_remit()
        manager.write(
            {
                "date_remitted": fields.Date.today(),
                "remittance_reference": "QUIT-1",
            }
        )
        for _click in range(2):
            manager.action_remit()
        self.assertEqual(statement.state, "remitted")
        self._paid(day=self.last_month)
        statement.action_collect()
        self.assertEqual(statement.amount_total, 15000)
        later = self._statement(self.this_month)
        self.assertEqual(later.amount_total, 15000, "the late line")
        with self.assertRaises(UserError):
            manager.unlink()

    def test_a_remitted_month_by_no_door(self):
        self._paid(day=self.last_month)
        statement = self._statement(self.last_month)
        statement.write(
            {"date_remitted": fields.Date.today(), "remittance_reference": "Q"}
        )
        with self.assertRaises(UserError):
            statement.state = "remitted"
        statement.action_remit()
        line = statement.line_ids
        values = {
            "month": self.this_month,
            "date_remitted": self.last_month,
            "remittance_reference": "X",
            "amount_total": 1,
            "line_ids": [Command.clear()],
            "state": "draft",
        }
        for user in (self.officer, self.manager):
            self.assertHeld(statement, user, values, [(line, {"amount": 1})])
        self.assertDatabaseHolds(statement, "remittance_reference", "X")
        self.assertDatabaseHolds(line, "statement_id", None)
        self.assertAllRefused(
            {"by the system": lambda: line.sudo().write({"statement_id": False})}
        )

    def test_what_was_withheld_does_not_change(self):
        self._paid(day=self.last_month)
        line = self._statement(self.last_month).line_ids
        for name, value in (("amount", 1), ("rate", 1), ("exempt", True)):
            with self.assertRaises(UserError):
                line.sudo().write({name: value})
            self.assertDatabaseHolds(line, name, value, deletion=False)
        kept = line.payment_id.withholding_line_ids
        payment = line.payment_id.with_user(self.manager)
        self.assertAllRefused(
            {
                "kept": lambda: kept.with_user(self.manager).write({"amount": 1}),
                "base": lambda: kept.with_user(self.manager).write({"base_amount": 1}),
                "less": kept.with_user(self.manager).unlink,
                "by the payment": lambda: payment.write(
                    {"withholding_line_ids": [Command.clear()]}
                ),
                "none": lambda: payment.write({"should_withhold_tax": False}),
                "amount": lambda: payment.write({"amount": 5}),
            }
        )

    def test_a_refusal_of_the_next_month_is_deducted_there(self):
        order = self._paid(day=self.last_month)
        first = self._statement(self.last_month)
        self.assertEqual(first.amount_total, 15000)
        self._bank(order, "refused", order.payment_line_ids, reason="Rejet")
        second = self._statement(self.this_month)
        self.assertEqual(second.amount_total, -15000)
        first.action_collect()
        self.assertEqual(first.amount_total, 15000)

    def test_it_is_prepared_for_last_month(self):
        self._paid(day=self.last_month)
        statements = self.env["srm.withholding.statement"]
        for _run in range(2):
            statements._cron_prepare()
        found = statements.search(
            [("company_id", "=", self.company.id), ("month", "=", self.last_month)]
        )
        self.assertEqual(len(found), 1)
        self.assertGreaterEqual(found.amount_total, 15000)

    def test_late(self):
        old = self._statement(fields.Date.today() - timedelta(days=100))
        new = self._statement(self.this_month)
        self.assertEqual((old.late, new.late), (True, False))
        late = self.env["srm.withholding.statement"].search([("late", "=", True)])
        self.assertIn(old, late)
        self.assertNotIn(new, late)

    def test_spreadsheet_and_print(self):
        self._paid(day=self.last_month, nature="studies")
        statement = self._statement(self.last_month)
        report = statement._xlsx_report_schedule()
        sheet = load_workbook(io.BytesIO(write_workbook(report.sheets))).active
        rows = list(sheet.iter_rows(min_row=2, values_only=True))
        self.assertEqual(len(rows), 2)
        self.assertEqual(total(row[10] for row in rows), money(20000))
        self.assertEqual({row[1] for row in rows}, {self.file.partner_id.name})
        for lang in ("en_US", "fr_FR"):
            pdf = statement.with_context(lang=lang)._render_pdf()
            self.assertEqual(pdf[:5], b"%PDF-")
