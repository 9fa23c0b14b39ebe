import io
from decimal import Decimal

import openpyxl

from odoo.tests import HttpCase, tagged

from odoo.addons.srm_base.tools.xlsx import write_workbook

from ..amounts import total
from ..models.srm_debt_xlsx import AMOUNTS, MAX_URL_IDS
from .arrears_common import ArrearsCase


@tagged("post_install", "-at_install")
class TestSrmDebtXlsx(ArrearsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debts = cls.new_debt(1000.10, "certified", amount_paid_before=0.05)
        cls.debts += cls.new_debt(2000.20, amount_contested=100)

    def sheet(self, debts):
        report = debts.with_user(self.officer)._xlsx_report_register()
        book = openpyxl.load_workbook(
            io.BytesIO(write_workbook(report.sheets, "fr_FR"))
        )
        return list(book.worksheets[0].iter_rows(values_only=True))

    def test_register_has_every_debt_and_the_totals(self):
        header, *rows, last = self.sheet(self.debts)
        self.assertEqual(len(rows), 2)
        self.assertEqual(rows[0][0], self.debts[0].origin_reference)
        self.assertIn("ICE", header)
        ice = header.index("ICE")
        self.assertEqual(rows[0][ice], self.file.partner_id.company_registry)
        for name in AMOUNTS:
            label = self.debts._fields[name]._description_string(self.env)
            column = header.index(label)
            self.assertEqual(
                Decimal(str(last[column])), total(self.debts.mapped(name)), name
            )

    def test_amounts_and_dates_are_real_cells(self):
        header, first, *_rest = self.sheet(self.debts)
        self.assertEqual(first[header.index("Claimed")], 1000.10)
        self.assertEqual(
            first[header.index("Invoice Date")].date(), self.debts[0].invoice_date
        )

    def test_small_selection_downloads_at_once(self):
        action = self.debts.action_export_register()
        self.assertIn("/srm/xlsx/srm.debt/register", action["url"])
        self.assertEqual(self.file.action_export_register()["type"], action["type"])

    def test_large_selection_becomes_a_file(self):
        debts = self.env["srm.debt"].create(
            [self.debt_vals(1) for _rank in range(MAX_URL_IDS + 1)]
        )
        action = debts.with_user(self.officer).action_export_register()
        self.assertIn("/web/content/", action["url"])


@tagged("post_install", "-at_install")
class TestSrmDebtRegisterDownload(ArrearsCase, HttpCase):
    def test_officer_downloads_director_too_reader_not(self):
        debt = self.new_debt(1000)
        url = debt.action_export_register()["url"]
        for user in (self.officer, self.director):
            self.authenticate(user.login, user.login)
            response = self.url_open(url)
            self.assertEqual(response.status_code, 200)
            self.assertEqual(response.content[:2], b"PK")
        nobody = self.officer.copy({"login": "arr_nobody", "password": "arr_nobody"})
        nobody.group_ids = self.env.ref("srm_base.group_meter_reader")
        self.authenticate("arr_nobody", "arr_nobody")
        self.assertNotEqual(self.url_open(url).status_code, 200)
