import io
import json

import openpyxl

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.srm_base.tools.xlsx import write_workbook

from .contract_common import ContractCase


def workbook(report):
    return openpyxl.load_workbook(io.BytesIO(write_workbook(report.sheets)))


@tagged("post_install", "-at_install")
class TestSrmSecurityRegister(ContractCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.director = new_test_user(
            cls.env, "reg_director", groups="srm_base.group_director"
        )

    def setUp(self):
        super().setUp()
        self.contract = self.running(100000, retention_rate=10, retention_cap_rate=7)
        self.deed = self.guarantee(
            self.contract, "definitive", date_expiry=self.ago(-40)
        )
        self.statement_1 = self.post(self.statement(self.contract, 20000))
        file = self.env["srm.debt.file"].create({"partner_id": self.partner.id})
        self.debt = self.env["srm.debt"].create(
            {
                "file_id": file.id,
                "origin_reference": "R-1",
                "invoice_date": "2024-01-10",
                "amount_claimed": 1000,
                "amount_retention": 70,
            }
        )

    def rows(self):
        self.env.flush_all()
        register = self.env["srm.security.register"]
        return register.search([("partner_id", "=", self.partner.id)], order="kind")

    def row(self, kind):
        return self.rows().filtered(lambda item: item.kind == kind)

    def test_what_we_hold(self):
        self.assertEqual(
            self.rows().mapped("kind"), ["debt_retention", "definitive", "retention"]
        )
        retention = self.row("retention")
        self.assertEqual(retention.amount_held, self.contract.retention_balance)
        self.assertGreater(retention.amount_held, 0)
        self.assertEqual(retention.state, "held")
        deed = self.row("definitive")
        self.assertEqual(deed.amount_held, self.deed.amount)
        self.assertEqual(deed.bank, "Banque d'essai")
        self.assertEqual(self.row("debt_retention").amount_held, 70)

    def test_rows_open_what_they_stand_for(self):
        for kind, record in (
            ("retention", self.contract),
            ("definitive", self.deed),
            ("debt_retention", self.debt),
        ):
            action = self.row(kind).action_open_origin()
            self.assertEqual(
                (action["res_model"], action["res_id"]), (record._name, record.id)
            )

    def test_a_guarantee_given_back(self):
        self.guarantee(self.contract, "definitive", reference="CB-bis")
        self.deed.with_user(self.buyer).action_release()
        row = self.row("definitive").filtered(
            lambda item: item.guarantee_id == self.deed
        )
        self.assertEqual(row.state, "released")
        self.assertEqual((row.amount_held, row.amount_released), (0, self.deed.amount))

    def test_an_awaited_guarantee_is_not_held(self):
        self.env["srm.contract.guarantee"].create(
            {"contract_id": self.contract.id, "kind": "retention", "amount": 5000}
        )
        row = self.row("replacement")
        self.assertEqual((row.state, row.amount_held), ("awaited", 0))

    def test_workbook(self):
        report = self.rows().with_user(self.director)._xlsx_report_register()
        page = workbook(report).active
        self.assertEqual(page["L6"].value, "=SUBTOTAL(109,L2:L4)")
        self.assertEqual(page["L2"].number_format, "#,##0.00")
        self.assertEqual(page["H3"].value.date(), self.deed.date_expiry)
        self.assertEqual(
            {page[f"A{row}"].value for row in (2, 3, 4)},
            {
                "Retention of a contract",
                "Retention of an inherited debt",
                "Definitive guarantee",
            },
        )

    def test_roles(self):
        register = self.env["srm.security.register"]
        for role, allowed in (
            ("finance_officer", True),
            ("contract_manager", True),
            ("director", True),
            ("administrator", True),
            ("meter_reader", False),
        ):
            user = new_test_user(
                self.env, f"reg_role_{role}", groups=f"srm_base.group_{role}"
            )
            self.assertEqual(register.with_user(user).has_access("read"), allowed, role)
            self.assertFalse(register.with_user(user).has_access("write"), role)
        portal = new_test_user(self.env, "reg_portal", groups="base.group_portal")
        with self.assertRaises(AccessError):
            register.with_user(portal).search([])

    # --- contract sheet ------------------------------------------------------------
    def test_sheet_says_what_the_contract_is(self):
        contract = self.contract.with_user(self.director)
        blocks = contract._print_blocks()
        text = json.dumps(blocks, ensure_ascii=False)
        for part in (
            self.partner.name,
            self.deed.bank,
            self.statement_1.name,
            contract._sheet_amount(contract.amount_ttc),
            contract._sheet_amount(contract.retention_balance),
            contract._sheet_day(contract.date_start),
        ):
            self.assertIn(part, text)

    def test_sheet_prints_in_both_languages(self):
        for lang in ("fr_FR", "ar_001", "en_US"):
            content = self.contract.with_context(lang=lang)._render_pdf()
            self.assertEqual(content[:5], b"%PDF-", lang)

    def test_sheet_as_a_workbook(self):
        report = self.contract.with_user(self.director)._xlsx_report_sheet()
        contracts, statements = workbook(report).worksheets
        header = [cell.value for cell in contracts[1]]
        column = header.index("Amount TTC")
        self.assertEqual(contracts[2][column].value, self.contract.amount_ttc)
        letter = contracts[2][column].column_letter
        self.assertEqual(
            contracts[4][column].value, f"=SUBTOTAL(109,{letter}2:{letter}2)"
        )
        self.assertEqual(statements["B2"].value, self.statement_1.name)
        self.assertTrue(statements["C2"].is_date)
        self.assertEqual(statements["K2"].value, self.statement_1.net_period)
