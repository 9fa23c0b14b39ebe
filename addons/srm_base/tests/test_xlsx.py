import io
import json
from datetime import date
from decimal import Decimal
from unittest.mock import patch

from openpyxl import load_workbook

from odoo.tests import BaseCase, HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..models.srm_predecessor import SrmPredecessor
from ..tools.xlsx import Column, Formula, Report, Sheet, sheet_name, write_workbook


def read(content):
    return load_workbook(io.BytesIO(content))


@tagged("post_install", "-at_install")
class TestXlsx(BaseCase):
    def sheet(self, rows, **values):
        columns = [
            Column("Name"),
            Column("Amount", kind="money"),
            Column("Date", kind="date"),
        ]
        return Sheet(values.get("name", "Sheet"), columns, rows)

    def test_kinds(self):
        book = read(
            write_workbook([self.sheet([["A", Decimal("1234.56"), date(2025, 1, 31)]])])
        )
        row = book.active[2]
        self.assertEqual(row[1].value, 1234.56)
        self.assertEqual(row[1].number_format, "#,##0.00")
        self.assertEqual(row[2].value.date(), date(2025, 1, 31))
        self.assertEqual(book.active.freeze_panes, "A2")

    def test_totals_are_formulas_and_rows_can_be_filtered(self):
        columns = [
            Column("Name"),
            Column("Amount", kind="money", total="sum"),
            Column("Double", kind="money", total="=B{row}*2"),
        ]
        rows = [["A", 1, 2], ["B", 3, 6]]
        sheet = Sheet("Sheet", columns, rows, "Total", filters=True)
        page = read(write_workbook([sheet])).active
        self.assertEqual(page["A5"].value, "Total")
        self.assertEqual(page["B5"].value, "=SUBTOTAL(109,B2:B3)")
        self.assertEqual(page["C5"].value, "=B5*2")
        self.assertEqual(page["B5"].number_format, "#,##0.00")
        self.assertEqual(page.auto_filter.ref, "A1:C3")

    def test_totals_of_no_row(self):
        sheet = Sheet("Sheet", [Column("A"), Column("B", total="sum")], [], "Total")
        page = read(write_workbook([sheet])).active
        self.assertEqual((page["A3"].value, page["B3"].value), ("Total", None))
        self.assertIsNone(page.auto_filter.ref)

    def test_formulas_show_their_value_and_text_is_never_one(self):
        columns = [Column("Text"), Column("Fine", kind="money")]
        rows = [["=1+1", Formula("=ROUND(2.5*2,2)", 5)]]
        data = write_workbook([Sheet("Sheet", columns, rows)])
        self.assertEqual(read(data).active["B2"].value, "=ROUND(2.5*2,2)")
        page = load_workbook(io.BytesIO(data), data_only=True).active
        self.assertEqual((page["A2"].value, page["B2"].value), ("=1+1", 5))

    def test_a_formula_from_a_file_stays_a_text(self):
        book = read(write_workbook([self.sheet([["=1+1", None, None]])]))
        cell = book.active["A2"]
        self.assertEqual((cell.value, cell.data_type), ("=1+1", "s"))

    def test_digits_kept_as_text_keep_their_zeros(self):
        book = read(write_workbook([self.sheet([["000123", 0, None]])]))
        self.assertEqual(book.active["A2"].value, "000123")
        self.assertEqual(book.active["B2"].value, 0)

    def test_control_characters_do_not_break_the_file(self):
        book = read(write_workbook([self.sheet([["a\x00b\x0bc", 1, None]])]))
        self.assertEqual(book.active["A2"].value, "abc")

    def test_right_to_left_in_arabic_only(self):
        for lang, expected in (("ar_001", True), ("fr_FR", False), (None, False)):
            book = read(write_workbook([self.sheet([])], lang))
            self.assertIs(bool(book.active.sheet_view.rightToLeft), expected)

    def test_rows_may_come_one_by_one(self):
        rows = ((f"row {index}", index, None) for index in range(5000))
        book = read(write_workbook([self.sheet(rows)]))
        self.assertEqual(book.active.max_row, 5001)

    def test_sheet_names(self):
        used = set()
        names = [sheet_name(text, used) for text in ("a/b" * 20, "a/b" * 20, "", "'")]
        self.assertEqual(len(set(names)), 4)
        self.assertTrue(all(0 < len(name) <= 31 for name in names))

    def test_a_row_too_short_is_an_error(self):
        with self.assertRaises(ValueError):
            write_workbook([self.sheet([["only"]])])


def _report(records, title="Predecessors"):
    """A report of the tests: one row per record."""
    columns = [Column("Code"), Column("Language")]
    rows = [[record.code, record.env.lang] for record in records]
    return Report(title, [Sheet(title, columns, rows)])


@tagged("post_install", "-at_install")
class TestXlsxController(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        new_test_user(cls.env, "xlsx.staff", "srm_base.group_user", lang="en_US")
        new_test_user(cls.env, "xlsx.outsider", "base.group_user")
        patcher = patch.object(
            SrmPredecessor, "_xlsx_report_test", _report, create=True
        )
        cls.startClassPatcher(patcher)

    def get(self, path, login="xlsx.staff"):
        self.authenticate(login, login)
        return self.url_open(f"/srm/xlsx/{path}", allow_redirects=False)

    def test_download(self):
        records = self.env["srm.predecessor"].search([])
        ids = ",".join(map(str, records.ids))
        options = json.dumps({"title": "Liste"})
        answer = self.get(f"srm.predecessor/test?ids={ids}&options={options}")
        self.assertEqual(answer.status_code, 200)
        self.assertIn("Liste.xlsx", answer.headers["Content-Disposition"])
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        rows = list(read(answer.content).active.iter_rows(values_only=True))
        self.assertEqual([row[0] for row in rows[1:]], records.mapped("code"))

    def test_dashboard(self):
        answer = self.get("srm.territory.dashboard/dashboard")
        self.assertEqual(answer.status_code, 200)
        self.assertGreater(len(read(answer.content).sheetnames), 3)

    @mute_logger("odoo.http")
    def test_rights_of_the_user_apply(self):
        record = self.env.ref("srm_base.predecessor_ramsa")
        answer = self.get(f"srm.predecessor/test?ids={record.id}", "xlsx.outsider")
        self.assertEqual(answer.status_code, 403)
        answer = self.get("srm.territory.dashboard/dashboard", "xlsx.outsider")
        self.assertEqual(answer.status_code, 403)

    def test_nobody_without_login(self):
        self.authenticate(None, None)
        answer = self.url_open("/srm/xlsx/srm.predecessor/test", allow_redirects=False)
        self.assertEqual(answer.status_code, 303)

    @mute_logger("odoo.http")
    def test_wrong_addresses(self):
        for path, status in (
            ("srm.unknown/test", 404),
            ("srm.predecessor/unknown", 404),
            ("srm.predecessor/__class__", 404),
            ("srm.predecessor/test?ids=a", 400),
            ("srm.predecessor/test?options=x", 400),
            ("srm.predecessor/test?options=[]", 400),
        ):
            self.assertEqual(self.get(path).status_code, status, path)

    @mute_logger("odoo.http")
    def test_companies_are_checked(self):
        company = self.env["res.company"].create({"name": "Other"})
        path = f"srm.territory.dashboard/dashboard?cids={company.id}"
        self.assertEqual(self.get(path).status_code, 403)
