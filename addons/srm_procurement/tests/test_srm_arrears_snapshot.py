import io
from datetime import date
from decimal import Decimal
from unittest.mock import patch

import openpyxl

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from odoo.addons.srm_base.tools.xlsx import write_workbook
from odoo.addons.srm_kit.guard.database import disarmed

from ..amounts import total
from .arrears_common import ArrearsCase
from .frozen_common import FrozenCase

TABLES = ("srm.arrears.snapshot", "srm.arrears.snapshot.line")
QUARTER = date(2025, 9, 30)


@tagged("post_install", "-at_install")
class TestSrmArrearsSnapshot(FrozenCase, ArrearsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Société du relevé"})
        cls.env = cls.env(
            context=dict(cls.env.context, allowed_company_ids=cls.company.ids)
        )
        for user in (cls.officer, cls.manager, cls.director):
            user.write(
                {
                    "company_ids": [fields.Command.link(cls.company.id)],
                    "company_id": cls.company.id,
                }
            )
        cls.file = cls.new_file("Entreprise du relevé", company_id=cls.company.id)
        cls.small = cls.debt("2025-01-10", 1000.10, amount_contested=100)
        cls.held = cls.debt("2025-01-10", 2000.20, amount_retention=200, nature="works")
        cls.young = cls.debt("2025-09-20", 400, predecessor_id=False)
        cls.later = cls.debt("2025-10-05", 9999)
        cls.settled = cls.debt("2025-01-10", 50, amount_paid_before=50)

    @classmethod
    def debt(cls, day, amount, **values):
        return cls.env["srm.debt"].create(
            cls.debt_vals(
                amount,
                invoice_date=day,
                service_date=False,
                company_id=cls.company.id,
                **values,
            )
        )

    def snapshot(self, day=QUARTER):
        return (
            self.env["srm.arrears.snapshot"]
            .with_user(self.manager)
            .create({"date": day, "company_id": self.company.id})
        )

    def taken(self, spending=100000):
        self.company.srm_yearly_spending = spending
        snapshot = self.snapshot()
        snapshot.action_take()
        return snapshot

    def line(self, snapshot, debt):
        return snapshot.line_ids.filtered(lambda item: item.debt_id == debt)

    def test_what_the_quarter_owed(self):
        snapshot = self.taken()
        self.assertEqual(snapshot.name, "2025-T3")
        self.assertEqual(snapshot.line_ids.debt_id, self.small + self.held + self.young)
        line = self.line(snapshot, self.held)
        self.assertEqual(line.amount_remaining, 2000.20)
        self.assertEqual(line.amount_overdue, 1800.20, "the retention is not due")
        self.assertEqual(line.due_date, self.held.due_date)
        self.assertEqual(line.late_days, (QUARTER - self.held.due_date).days)
        self.assertEqual(line.age_bucket, "181_365")
        self.assertEqual(line.firm_size, "small")
        young = self.line(snapshot, self.young)
        self.assertEqual((young.age_bucket, young.amount_overdue), ("not_due", 0))
        self.assertEqual(snapshot.amount_overdue, 2800.30)
        self.assertEqual(snapshot.amount_remaining, 3400.30)
        self.assertEqual(snapshot.amount_contested, 100)
        self.assertEqual((snapshot.debt_count, snapshot.creditor_count), (3, 1))

    def test_payments_after_the_quarter_are_left_out(self):
        self.later._by_code().write({"amount_certified": 9999, "decision_count": 1})
        payments = self.env["srm.debt.payment"]
        for day, amount in (("2025-09-30", 300), ("2025-10-01", 100)):
            payments.create(
                {
                    "debt_id": self.later.id,
                    "date": day,
                    "amount": amount,
                    "reference": day,
                }
            )
        self.later.invoice_date = "2025-01-10"
        line = self.line(self.taken(), self.later)
        self.assertEqual(line.amount_paid, 300)
        self.assertEqual(line.amount_remaining, 9699)

    def test_grade(self):
        for spending, ratio, grade in (
            (0, 0, False),
            (140015, 2, "A"),
            (100000, 2.80, "B"),
            (28003, 10, "C"),
            (10000, 28, "D"),
        ):
            self.company.srm_yearly_spending = spending
            snapshot = self.snapshot()
            snapshot.action_take()
            self.assertEqual(snapshot.grade, grade)
            self.assertAlmostEqual(snapshot.ratio, ratio, 2)
            # Test only: a frozen snapshot cannot be deleted by anybody.
            with disarmed(self.env, *TABLES):
                self.env.cr.execute(
                    "DELETE FROM srm_arrears_snapshot WHERE id = %s", [snapshot.id]
                )
            self.env.invalidate_all()

    def test_frozen(self):
        snapshot = self.taken()
        count = len(snapshot.line_ids)
        snapshot.action_take()
        self.assertEqual(len(snapshot.line_ids), count)
        self.small.amount_claimed = 5000
        self.assertEqual(self.line(snapshot, self.small).amount_claimed, 1000.10)
        for vals in ({"date": "2025-06-30"}, {"state": "draft"}, {"spending": 1}):
            with self.assertRaises(UserError):
                snapshot.write(vals)
        with self.assertRaises(UserError):
            snapshot.unlink()
        with self.assertRaises(UserError):
            snapshot.line_ids[0].with_user(self.manager).write({"amount_overdue": 0})
        with self.assertRaises(UserError):
            self.env["srm.arrears.snapshot"].create(
                {"date": "2025-06-30", "state": "frozen"}
            )

    def test_a_frozen_snapshot_by_no_door(self):
        snapshot = self.taken()
        values = {
            "date": "2025-06-30",
            "taken_by_id": self.director.id,
            "amount_overdue": 1,
            "grade": "A",
            "line_ids": [fields.Command.clear()],
            "state": "draft",
        }
        parts = [(snapshot.line_ids, {"amount_overdue": 1})]
        self.assertHeld(snapshot, self.manager, values, parts)
        self.assertDatabaseHolds(snapshot, "amount_overdue", 1)
        self.assertDatabaseHolds(snapshot.line_ids[0], "amount_overdue", 1)
        given = {"date": "2025-06-30", "company_id": self.company.id}
        snapshots = snapshot.with_user(self.manager)
        for closed in ({"state": "frozen"}, {"grade": "A"}, {"on_time": True}):
            with self.assertRaises(UserError):
                snapshots.create(given | closed)

    def test_only_ends_of_quarters_that_are_over(self):
        with self.assertRaisesRegex(ValidationError, "not the end of a quarter"):
            self.snapshot(date(2025, 9, 29))
        with self.assertRaisesRegex(ValidationError, "not over yet"):
            self.snapshot(date(2090, 12, 31))

    def test_cron_takes_the_last_quarter_once(self):
        model = self.env["srm.arrears.snapshot"]
        with patch.object(
            fields.Date, "context_today", lambda _model: date(2025, 10, 2)
        ):
            model._cron_take()
            model._cron_take()
        found = model.search([("company_id", "=", self.company.id)])
        self.assertEqual(found.date, QUARTER)
        self.assertEqual(found.state, "frozen")
        self.assertTrue(found.on_time)

    def test_roles(self):
        snapshot = self.taken()
        self.assertEqual(snapshot.with_user(self.director).grade, "B")
        draft = self.snapshot(date(2025, 6, 30))
        for user in (self.officer, self.director):
            with self.assertRaises(AccessError):
                draft.with_user(user).action_take()
        reader = new_test_user(
            self.env,
            "snap_reader",
            groups="srm_base.group_meter_reader",
            company_id=self.company.id,
            company_ids=[fields.Command.set(self.company.ids)],
        )
        with self.assertRaises(AccessError):
            snapshot.with_user(reader).read(["grade"])

    def test_provincial_user_sees_the_lines_of_its_province(self):
        far = self.debt("2025-01-10", 10, territory_id=self.tata.id)
        snapshot = self.taken()
        self.officer.srm_territory_ids = self.agadir.province_id
        lines = self.env["srm.arrears.snapshot.line"].with_user(self.officer)
        found = lines.search([("snapshot_id", "=", snapshot.id)])
        self.assertNotIn(far, found.debt_id)
        self.assertIn(self.small, found.debt_id)

    def test_other_companies_do_not_see_it(self):
        snapshot = self.taken()
        stranger = new_test_user(
            self.env,
            "snap_stranger",
            groups="srm_base.group_finance_manager",
            company_id=self.env.ref("base.main_company").id,
            company_ids=[fields.Command.set(self.env.ref("base.main_company").ids)],
        )
        with self.assertRaises(AccessError):
            snapshot.with_user(stranger).with_context(
                allowed_company_ids=stranger.company_ids.ids
            ).read(["grade"])

    def test_drill_down(self):
        snapshot = self.taken()
        action = snapshot.action_view_lines()
        lines = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(lines, snapshot.line_ids)
        opened = self.line(snapshot, self.small).action_open_debt()
        self.assertEqual(opened["res_id"], self.small.id)

    def test_workbook(self):
        snapshot = self.taken().with_user(self.director)
        report = snapshot._xlsx_report_snapshot()
        book = openpyxl.load_workbook(io.BytesIO(write_workbook(report.sheets)))
        self.assertEqual(len(book.worksheets), 7)
        detail = book.worksheets[-1]
        header = [cell.value for cell in detail[1]]
        overdue = header.index("Stock of arrears")
        rows = list(detail.iter_rows(min_row=2, max_row=4))
        self.assertEqual(
            sum(Decimal(str(row[overdue].value)) for row in rows),
            total(snapshot.line_ids.mapped("amount_overdue")),
        )
        self.assertEqual(rows[0][overdue].number_format, "#,##0.00")
        due = rows[0][header.index("Due Date")]
        self.assertEqual(due.number_format, "dd/mm/yyyy")
        self.assertTrue(due.is_date)
        last = list(detail.iter_rows())[-1]
        letter = last[overdue].column_letter
        self.assertEqual(last[0].value, "Total")
        self.assertEqual(last[overdue].value, f"=SUBTOTAL(109,{letter}2:{letter}4)")
        self.assertTrue(detail.auto_filter.ref.endswith("4"))
        ages = book.worksheets[1]
        labels = {row[0].value: row[1].value for row in ages.iter_rows(min_row=2)}
        self.assertEqual(labels["181 to 365 days"], 2)
        self.assertEqual(labels["Not due"], 1)
        self.assertEqual(labels["Total"], "=SUBTOTAL(109,B2:B3)")
