import base64
from decimal import Decimal

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools.misc import file_open

from odoo.addons.srm_base.importer.api import ParsedRow

from ..amounts import total
from .arrears_common import ArrearsCase, ice, rib

SAMPLE = "srm_procurement/tests/data/arrears_register.xlsx"
#: Bad rows of the sample: reference -> column and code of the reason.
BAD = {
    **dict.fromkeys((8, 68, 128, 188, 248, 308, 368, 428), ("ice", "ice_check_digits")),
    **dict.fromkeys((12, 92, 172, 252, 332, 412), ("rib", "rib_check_digits")),
    **dict.fromkeys((14, 111, 208, 305, 402), ("invoice_date", "date_impossible")),
    **dict.fromkeys((18, 138, 258, 378), ("amount_paid_before", "paid_over")),
    **dict.fromkeys((20, 150, 280, 410), ("amount_claimed", "amount_not_number")),
    **dict.fromkeys((24, 174, 324, 474), ("territory", None)),
}
PREDECESSORS = {
    "ramsa": (144, Decimal("300124422.09")),
    "onee_water": (139, Decimal("240195461.30")),
    "onee_electricity": (166, Decimal("310680235.73")),
}


@tagged("post_install", "-at_install")
class TestSrmDebtImport(ArrearsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with file_open(SAMPLE, "rb") as stream:
            cls.content = base64.b64encode(stream.read())
        cls.sample = cls.checked_sample()

    @classmethod
    def checked_sample(cls):
        record = (
            cls.env["srm.import"]
            .with_user(cls.officer)
            .create(
                {"kind": "arrears", "file": cls.content, "file_name": "register.xlsx"}
            )
        )
        record.action_preview()
        record.action_check()
        return record

    def loaded(self, record):
        return self.env["srm.debt"].browse(
            record.row_ids.filtered("res_id").mapped("res_id")
        )

    def test_sample_has_the_published_rows(self):
        rows = self.sample.row_ids
        states = {state: len(group) for state, group in rows.grouped("state").items()}
        self.assertEqual(len(rows), 481)
        self.assertEqual(states, {"ok": 449, "error": 32})

    def test_each_bad_row_says_why(self):
        bad = self.sample.row_ids.filtered(lambda row: row.state == "error")
        found = {}
        for row in bad:
            for reason in row.reasons:
                number = int(row.origin_reference.split("-")[1])
                found.setdefault(number, []).append((reason["field"], reason["code"]))
        self.assertEqual(set(found), {7, *BAD})
        for number, (field, code) in BAD.items():
            self.assertEqual(len(found[number]), 1, found[number])
            self.assertEqual(found[number][0][0], field)
            if code:
                self.assertEqual(found[number][0][1], code)
        last = max(bad, key=lambda row: row.line_number)
        self.assertEqual(last.origin_reference, "SM-0007", "given twice")

    def test_sample_loads_the_published_totals(self):
        self.sample.action_load()
        debts = self.loaded(self.sample)
        self.assertEqual(len(debts), 449)
        self.assertEqual(total(debts.mapped("amount_claimed")), Decimal("851000119.12"))
        self.assertEqual(
            total(debts.mapped("amount_paid_before")), Decimal("148640407.89")
        )
        self.assertEqual(
            total(debts.mapped("amount_retention")), Decimal("13546396.10")
        )
        self.assertEqual(
            total(debts.mapped("amount_contested")), Decimal("55572046.10")
        )
        for predecessor, group in debts.grouped("predecessor_id").items():
            count, claimed = PREDECESSORS[predecessor.code]
            self.assertEqual(len(group), count)
            self.assertEqual(total(group.mapped("amount_claimed")), claimed)

    def test_loaded_debts_are_complete(self):
        self.sample.action_load()
        debts = self.loaded(self.sample)
        debt = debts.filtered(lambda item: item.origin_reference == "SM-0001")
        self.assertEqual(debt.partner_id.company_registry, "006630029000001")
        self.assertEqual(debt.partner_id.srm_firm_size, "micro")
        self.assertEqual(debt.partner_id.vat, "26583715")
        self.assertEqual(debt.file_id.partner_bank_id.srm_rib[:6], "145010")
        self.assertEqual(debt.contract_reference, "80/E/2023")
        self.assertEqual(debt.nature, "works")
        self.assertEqual(debt.agreed_days, 120)
        self.assertEqual(debt.territory_id.name, "Ait Melloul")
        self.assertEqual(debt.block_ids.reason_id.code, "pledge")
        self.assertEqual(debt.block_ids.note, "Nantissement à vérifier")
        self.assertTrue(debt.due_date and debt.exposure_fine)
        self.assertFalse(debts.filtered(lambda item: not item.file_id))
        files = debts.file_id
        self.assertEqual(len(files), len(files.partner_id))
        reasons = set(debts.block_ids.reason_id.mapped("code"))
        self.assertEqual(
            reasons,
            {
                "pledge",
                "quantity_dispute",
                "missing_statement",
                "missing_acceptance",
                "price_amendment",
                "bank_identifier",
            },
        )

    def test_importing_twice_changes_nothing(self):
        self.sample.action_load()
        debts = self.loaded(self.sample)
        again = self.checked_sample()
        self.assertFalse(any(again.row_ids.mapped("changes")))
        again.action_load()
        states = {
            state: len(group) for state, group in again.row_ids.grouped("state").items()
        }
        self.assertEqual(states.get("unchanged"), 449, states)
        count = self.env["srm.debt"].search_count(
            [("origin_reference", "in", debts.mapped("origin_reference"))]
        )
        self.assertEqual(count, 449)

    def test_a_changed_row_updates_and_says_what(self):
        self.sample.action_load()
        debt = self.loaded(self.sample)[0]
        self.cr.execute(
            "UPDATE srm_debt SET contract_reference = 'old' WHERE id = %s", [debt.id]
        )
        debt.invalidate_recordset()
        again = self.checked_sample()
        again.action_load()
        row = again.row_ids.filtered(lambda item: item.state == "updated")
        self.assertEqual(row.res_id, debt.id)
        self.assertIn("contract_reference", row.changes)
        self.assertNotEqual(debt.contract_reference, "old")

    def test_director_does_not_import(self):
        with self.assertRaises(AccessError):
            self.env["srm.import"].with_user(self.director).create(
                {"kind": "arrears", "file": self.content, "file_name": "x.xlsx"}
            )


@tagged("post_install", "-at_install")
class TestArrearsHandler(ArrearsCase):
    """Rules of the handler, row by row, without a file."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.handler = cls.env["srm.import.handler.arrears"].with_user(cls.officer)

    def row(self, **values):
        base = {
            "reference": "N-1",
            "creditor": self.file.partner_id.name,
            "ice": self.file.partner_id.company_registry,
            "predecessor": "ramsa",
            "invoice_date": None,
            "amount_claimed": Decimal("100.00"),
        }
        return ParsedRow(1, [], base | values)

    def check(self, *rows):
        context = type("Context", (), {"cache": {}})()
        self.handler._check_rows(list(rows), context)
        return rows[0]

    def codes(self, reasons):
        return [reason["code"] for reason in reasons]

    def test_another_name_for_a_known_ice_is_flagged(self):
        self.assertFalse(self.check(self.row()).flags)
        accents = self.row(creditor="ENTREPRISE  TIGMI & FILS")
        self.assertFalse(self.check(accents).flags)
        other = self.check(self.row(creditor="Autre Raison Sociale"))
        self.assertEqual(self.codes(other.flags), ["other_name"])
        self.assertEqual(other.flags[0]["res_id"], self.file.partner_id.id)

    def test_two_names_inside_the_file_are_flagged(self):
        first = self.row(ice=ice(999), creditor="Firme A")
        second = self.row(ice=ice(999), creditor="Firme B")
        self.check(first, second)
        self.assertFalse(first.flags)
        self.assertEqual(self.codes(second.flags), ["other_name"])

    def test_an_unknown_account_is_flagged(self):
        known = self.file.partner_id.bank_ids.acc_number
        self.assertFalse(self.check(self.row(rib=known)).flags)
        self.assertEqual(
            self.codes(self.check(self.row(rib=rib(1))).flags), ["other_account"]
        )
        other = self.new_file("Autre Firme")
        shared = self.row(rib=other.partner_id.bank_ids.acc_number)
        self.assertEqual(self.codes(self.check(shared).flags), ["shared_account"])

    def test_the_same_invoice_under_another_reference_is_flagged(self):
        debt = self.new_debt(100)
        row = self.check(self.row(invoice_reference=debt.invoice_reference))
        self.assertEqual(self.codes(row.flags), ["same_invoice"])

    def test_amounts_above_the_claim_are_all_told(self):
        row = self.row(
            amount_paid_before=Decimal("100.01"),
            amount_retention=Decimal("101"),
            amount_contested=Decimal("102"),
        )
        self.assertEqual(
            self.codes(self.check(row).errors),
            ["paid_over", "retention_over", "contested_over"],
        )

    def test_a_certified_debt_is_not_changed_by_a_file(self):
        debt = self.new_debt(100, "certified")
        key = ("ramsa", debt.origin_reference)
        row = self.row(reference=debt.origin_reference)
        row.existing = self.handler._existing([key])[key]
        row.changes = {"amount_claimed": (100, 90), "contract_reference": ("", "X")}
        self.check(row)
        self.assertEqual(self.codes(row.errors), ["certified"])
        self.assertEqual(row.errors[0]["field"], "amount_claimed")

    def test_every_code_has_its_words(self):
        texts = self.handler._reason_texts()
        self.assertEqual(
            set(texts),
            {
                "paid_over",
                "retention_over",
                "contested_over",
                "certified",
                "other_name",
                "other_account",
                "shared_account",
                "same_invoice",
            },
        )
