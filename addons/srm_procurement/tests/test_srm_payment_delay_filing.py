import base64
import io
import zipfile
from datetime import date, timedelta

from freezegun import freeze_time
from lxml import etree
from openpyxl import load_workbook

from odoo import Command, fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.srm_base.tools.xlsx import write_workbook

from .delay_common import AUDITOR, DelayCase
from .frozen_common import FrozenCase


@tagged("post_install", "-at_install")
class TestFiling(FrozenCase, DelayCase):
    # --- creation ------------------------------------------------------------------
    def test_number_dates_and_defaults(self):
        with freeze_time("2026-05-10"):
            declaration = self.Declaration.create({"turnover": 60_000_000})
        self.assertEqual((declaration.year, declaration.period), (2026, "1"))
        self.assertEqual(declaration.date_from, date(2026, 1, 1))
        self.assertEqual(declaration.date_to, date(2026, 3, 31))
        self.assertEqual(declaration.date_deadline, date(2026, 4, 30))
        self.assertTrue(declaration.name.startswith("DDP/"))
        self.assertTrue(declaration.visa_required)
        self.assertEqual(declaration.sanction_amount, 50000)

    @mute_logger("odoo.sql_db")
    def test_one_declaration_per_period(self):
        self._declare(2025, 1)
        with self.assertRaises(Exception) as caught, self.env.cr.savepoint():
            self._declare(2025, 1)
        self.assertIn("already", str(caught.exception))

    def test_a_period_must_be_over(self):
        with freeze_time("2026-03-31"), self.assertRefused("not over", ValidationError):
            self.Declaration.create({"year": 2026, "period": "1"})

    def test_the_annual_regime_is_over(self):
        with self.assertRefused("2024 and 2025", ValidationError):
            with freeze_time("2027-01-15"):
                self.Declaration.create({"year": 2026, "period": "5"})
        self.Declaration.create({"year": 2025, "period": "5"})
        with self.assertRefused("as a whole or by quarter", ValidationError):
            self.Declaration.create({"year": 2025, "period": "2"})

    def test_nothing_is_written_by_hand(self):
        for vals in (
            {"state": "filed"},
            {"fine_total": 10},
            {"kind": "correction"},
            {"filed_by_id": self.manager.id},
        ):
            with self.subTest(vals), self.assertRefused("buttons"):
                self.Declaration.create({"year": 2025, "period": "1"} | vals)
        declaration = self._declare(2025, 1)
        with self.assertRefused("buttons"):
            declaration.write({"state": "filed"})
        with self.assertRefused("not allowed to create", AccessError):
            self.env["srm.payment.delay.line"].with_user(self.officer).create(
                {
                    "declaration_id": declaration.id,
                    "company_id": self.company.id,
                    "kind": "paid",
                }
            )

    def test_another_period_forgets_the_lines(self):
        self._bill(1000, "2025-01-10")
        declaration = self._declare(2025, 1)
        declaration.write({"period": "2"})
        self.assertEqual((declaration.state, declaration.line_count), ("draft", 0))
        self.assertFalse(declaration.line_ids)

    # --- checks --------------------------------------------------------------------
    def _codes(self, declaration, severity="blocking"):
        declaration.action_check()
        return set(
            declaration.check_ids.filtered(
                lambda check: check.severity == severity
            ).mapped("code")
        )

    def test_blocking_checks_name_the_record_and_the_remedy(self):
        bare = self.env["res.partner"].create(
            {"name": "Sans identité", "is_company": True, "srm_is_supplier": True}
        )
        self.company.vat = False
        bill = self._bill(1000, "2025-01-10", partner_id=bare.id, ref=False)
        declaration = self._declare(2025, 1, turnover=0)
        action = declaration.action_check()
        self.assertEqual(declaration.state, "proposed")
        checks = declaration.check_ids
        self.assertEqual(
            set(checks.filtered(lambda c: c.severity == "blocking").mapped("code")),
            {
                "declarant_tax_id",
                "turnover",
                "supplier_tax_id",
                "supplier_rc",
                "supplier_ice",
                "supplier_address",
                "invoice_number",
            },
        )
        self.assertTrue(all(checks.mapped("remedy")))
        self.assertEqual(
            self.env["srm.payment.delay.check"].search(action["domain"]), checks
        )
        opened = {check.code: check.action_open_record() for check in checks}
        self.assertEqual(opened["supplier_rc"]["res_id"], bare.id)
        self.assertEqual(opened["invoice_number"]["res_id"], bill.id)
        self.assertEqual(
            opened["declarant_tax_id"]["res_id"], self.company.partner_id.id
        )
        self.assertEqual(opened["turnover"]["res_id"], declaration.id)
        self.assertEqual(opened["key_rate"]["res_model"], "srm.key.rate")

    def test_correcting_the_card_is_enough(self):
        self.supplier.srm_trade_register = False
        self._bill(1000, "2025-01-10")
        declaration = self._declare(2025, 1)
        self.assertEqual(self._codes(declaration), {"supplier_rc"})
        self.supplier.srm_trade_register = "4412"
        self.assertFalse(self._codes(declaration))
        self.assertEqual(declaration.state, "checked")
        self.assertEqual(declaration.line_ids.supplier_rc, "4412")

    def test_incoherent_dates_block(self):
        self._bill(1000, "2025-01-10", srm_deposit_date="2025-01-01")
        self._bill(1000, "2025-01-10", srm_court_from="2024-12-01")
        declaration = self._declare(2025, 1)
        self.assertEqual(
            self._codes(declaration), {"deposit_before_issue", "court_before_issue"}
        )

    def test_a_payment_without_mode_blocks(self):
        self.env["srm.payment.mode.code"].search([]).unlink()
        self._pay(self._bill(1000, "2025-01-10"), "2025-03-20")
        self.assertEqual(self._codes(self._declare(2025, 1)), {"payment_mode"})

    def test_insolvency_needs_the_judgment(self):
        declaration = self._declare(2025, 1, activity="2")
        self.assertEqual(self._codes(declaration), {"judgment_date"})
        declaration.insolvency_date = "2024-12-05"
        self.assertFalse(self._codes(declaration))

    def test_warnings(self):
        self._bill(1000, "2025-01-10", srm_agreed_days=150)
        self._bill(1000, "2025-01-10", srm_deposit_date="2025-02-10")
        declaration = self._declare(2025, 2)
        self.assertEqual(
            self._codes(declaration, "warning"),
            {
                "term_beyond_120",
                "deposit_beyond_120",
                "key_rate",
                "caught_up",
                "late_filing",
            },
        )
        self.assertEqual(declaration.state, "checked")

    def test_the_key_rate_of_2024_is_confirmed(self):
        self._bill(20000, "2024-08-01")
        self.assertNotIn("key_rate", self._codes(self._declare(2024, 4), "warning"))

    def test_what_changed_since_the_proposal_is_said(self):
        bill = self._bill(1000, "2025-01-10")
        declaration = self._declare(2025, 1)
        self.assertNotIn("stale", self._codes(declaration, "warning"))
        declaration._by_code().write(
            {"prepared_on": fields.Datetime.now() - timedelta(days=1)}
        )
        bill.srm_agreed_days = 90
        self.assertIn("stale", self._codes(declaration, "warning"))

    def test_facts_that_make_no_sense_are_listed(self):
        debt = self._law_debt(50000, "2025-01-10")
        self.env["srm.key.rate"].search([("date_from", "<", "2025-06-01")]).unlink()
        declaration = self._declare(2025, 1)
        self.assertFalse(declaration.line_ids)
        self.assertEqual(self._codes(declaration), {"facts"})
        check = declaration.check_ids.filtered(lambda item: item.code == "facts")
        self.assertEqual(check.debt_id, debt)
        self.assertIn("key rate", check.detail)

    # --- file ----------------------------------------------------------------------
    def _root(self, declaration):
        archive = zipfile.ZipFile(io.BytesIO(declaration._proof("file")))
        self.assertEqual(len(archive.namelist()), 1)
        self.assertTrue(archive.namelist()[0].endswith(".xml"))
        return etree.fromstring(archive.read(archive.namelist()[0]))

    def test_the_file_holds_the_lines(self):
        bill = self._bill(1000, "2025-01-10", srm_goods_nature="Vannes")
        self._pay(bill, "2025-03-20", 400)
        court = self._bill(2000, "2025-01-11", srm_court_from="2025-03-20")
        declaration = self._declare(2025, 1)
        declaration.action_check()
        action = declaration.action_make_file()
        self.assertIn(f"/{declaration.id}/file/delais-paiement-", action["url"])
        root = self._root(declaration)
        self.assertEqual(root.findtext("identifiantFiscal"), self.company.vat)
        self.assertEqual(root.findtext("periode"), "1")
        self.assertEqual(root.findtext("chiffreAffaire"), "12000000.00")
        items = root.findall(".//FactureHorsDelai")
        shown = [
            (
                item.findtext("numFacture"),
                item.findtext("montantNonEncorePaye"),
                item.findtext("montantPayeHorsDelai"),
                item.findtext("datePaiementHorsDelai"),
                item.findtext("modePaiement"),
                item.findtext("dateRecoursJudiciaire"),
            )
            for item in items
        ]
        self.assertEqual(
            sorted(shown, key=str),
            sorted(
                [
                    (bill.ref, "0.00", "400.00", "2025-03-20", "4", None),
                    (bill.ref, "600.00", "0.00", None, None, None),
                    (court.ref, "2000.00", "0.00", None, None, "2025-03-20"),
                ],
                key=str,
            ),
        )
        self.assertEqual(items[0].findtext("natureMarchandise"), "Vannes")
        self.assertEqual(items[0].findtext("datePrevuePaiement"), "2025-03-11")

    def test_a_nil_declaration_has_a_file(self):
        declaration = self._declare(2025, 1)
        declaration.action_check()
        declaration.action_make_file()
        self.assertEqual(len(self._root(declaration).find("listeFacturesHorsDelai")), 0)

    def test_the_file_is_not_made_before_the_check(self):
        with self.assertRefused("Not possible in the present state"):
            self._declare(2025, 1).action_make_file()

    def test_the_official_schema_replaces_ours(self):
        schema = (
            b'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">'
            b'<xs:element name="Autre" type="xs:string"/></xs:schema>'
        )
        self.company.srm_delay_schema = base64.b64encode(schema)
        declaration = self._declare(2025, 1)
        declaration.action_check()
        with self.assertRefused("does not follow the schema"):
            declaration.action_make_file()
        with self.assertRefused("not a schema", ValidationError):
            self.company.srm_delay_schema = base64.b64encode(b"<xml/>")

    # --- workbook ------------------------------------------------------------------
    def test_the_workbook_recomputes_every_fine(self):
        bill = self._bill(100000, "2025-01-10")
        self._pay(bill, "2025-05-02", 30000)
        declaration = self._declare(2025, 2)
        report = declaration._xlsx_report_auditor()
        book = load_workbook(io.BytesIO(write_workbook(report.sheets)))
        sheet = book.worksheets[1]
        first = {cell.column_letter: cell.value for cell in sheet[2]}
        # Amount late x (key rate + 0.85 per further month), in the sheet itself.
        self.assertEqual(first["M"], 30000)
        self.assertEqual(first["P"], 3)
        self.assertEqual(first["R"], 2.25)
        self.assertEqual(first["T"], "=ROUND(M2*S2/100,2)")
        self.assertIn("2025-03-12: 2.25 *; 2025-04-01: 0.85", first["O"])
        total = {cell.column_letter: cell.value for cell in sheet[4]}
        self.assertEqual(total["T"], "=SUM(T2:T3)")
        cached = load_workbook(
            io.BytesIO(write_workbook(declaration._xlsx_report_auditor().sheets)),
            data_only=True,
        ).worksheets[1]
        self.assertAlmostEqual(cached["T4"].value, declaration.fine_total, 2)

    # --- filing --------------------------------------------------------------------
    def test_filed_and_locked(self):
        self._bill(1000, "2025-01-10")
        declaration = self._filed(2025, 1)
        self.assertEqual(declaration.state, "filed")
        self.assertEqual(declaration.filed_by_id, self.manager)
        self.assertTrue(declaration._proof("file"))
        for user in (self.officer, self.manager):
            mine = declaration.with_user(user)
            with self.assertRefused("Make a correction instead"):
                mine.write({"turnover": 1})
            with self.assertRefused("Make a correction instead"):
                mine.write({"filing_reference": "autre"})
            with self.assertRefused("Not possible"):
                mine.action_propose()
            with self.assertRefused("cannot be deleted"):
                mine.unlink()

    def test_a_filed_declaration_by_no_door(self):
        self._bill(1000, "2025-01-10")
        declaration = self._filed(2025, 1)
        month = self.env["srm.payment.delay.month"].search(
            [("declaration_id", "=", declaration.id)]
        )
        archive = self.env["ir.attachment"].search(
            [
                ("res_model", "=", declaration._name),
                ("res_id", "=", declaration.id),
                ("res_field", "=", "file"),
            ]
        )
        values = {
            "turnover": 1,
            "filing_reference": "X",
            "visa_date": "2025-04-20",
            "fine_total": 1,
            "prepared_by_id": self.manager.id,
            "filed_by_id": self.officer.id,
            "file": "YXV0cmU=",
            "file_sha256": "0" * 64,
            "line_ids": [Command.clear()],
            "state": "checked",
        }
        parts = [
            (declaration.line_ids, {"fine": 1}),
            (declaration.check_ids, {"severity": "warning"}),
        ]
        for user in (self.officer, self.manager):
            self.assertHeld(declaration, user, values, parts)
            mine = archive.with_user(user)
            self.assertAllRefused(
                {
                    "archive replaced": lambda mine=mine: mine.write({"raw": b"x"}),
                    "archive deleted": mine.unlink,
                    "month": lambda user=user: month.with_user(user).write(
                        {"day": "2025-01-01"}
                    ),
                    "month deleted": month.with_user(user).unlink,
                }
            )
        system = archive.sudo()
        self.assertAllRefused({"by the system": lambda: system.write({"raw": b"x"})})
        self.assertDatabaseHolds(declaration, "turnover", 1)
        self.assertDatabaseHolds(declaration.line_ids, "fine", 1)
        self.assertDatabaseHolds(month, "day", "2025-01-01")

    def test_the_archive_is_the_one_that_was_made(self):
        declaration = self._declare(2025, 1)
        declaration.action_check()
        declaration.action_make_file()
        declaration.write({"filing_reference": "S", "filing_date": "2025-04-20"})
        archive = self.env["ir.attachment"].search(
            [
                ("res_model", "=", declaration._name),
                ("res_id", "=", declaration.id),
                ("res_field", "=", "file"),
            ]
        )
        with self.assertRefused("proves"):
            archive.with_user(self.officer).raw = b"forged"
        archive._by_code().write({"raw": b"forged"})
        with self.assertRefused("SHA-256"):
            declaration.with_user(self.manager).action_file()

    def test_a_checked_declaration_keeps_what_was_checked(self):
        declaration = self._declare(2025, 1)
        declaration.action_check()
        for vals in ({"turnover": 1}, {"activity": "2"}, {"period": "2"}):
            with self.assertRefused("Take the declaration back to draft"):
                declaration.write(vals)

    def test_a_double_click_files_once(self):
        self._bill(1000, "2025-01-10")
        declaration = self._filed(2025, 1)
        filed_at = declaration.filed_at
        declaration.with_user(self.manager).action_file()
        self.assertEqual(declaration.filed_at, filed_at)
        months = self.env["srm.payment.delay.month"].search(
            [("declaration_id", "=", declaration.id)]
        )
        self.assertEqual(len(months), 1)

    def test_who_prepares_does_not_file(self):
        declaration = self._declare(2025, 1).with_user(self.manager)
        declaration.action_propose()
        declaration.action_check()
        declaration.action_make_file()
        declaration.write({"filing_reference": "X", "filing_date": "2025-04-15"})
        with self.assertRefused("you appear under “Prepared by”"):
            declaration.action_file()
        declaration.with_user(self.certifier).action_file()
        self.assertEqual(declaration.state, "filed")

    def test_only_a_manager_files(self):
        declaration = self._declare(2025, 1)
        declaration.action_check()
        with self.assertRefused("This step belongs to", AccessError):
            declaration.action_file()

    def test_filing_needs_file_reference_and_visa(self):
        declaration = self._declare(2025, 1, turnover=60_000_000)
        declaration.action_check()
        manager = declaration.with_user(self.manager)
        with self.assertRefused("make the file"):
            manager.action_file()
        declaration.action_make_file()
        with self.assertRefused("Reference of the filing"):
            manager.action_file()
        declaration.write({"filing_reference": "S-1", "filing_date": "2025-04-20"})
        with self.assertRefused("Statutory auditor, Visa on"):
            manager.action_file()
        declaration.write({"visa_auditor": AUDITOR, "visa_date": "2025-03-01"})
        with self.assertRefused("must lie after the period", ValidationError):
            manager.action_file()
        declaration.write({"visa_date": "2025-04-18"})
        manager.action_file()
        self.assertEqual(declaration.state, "filed")

    def test_below_50_million_no_visa(self):
        self.assertEqual(self._filed(2025, 1).state, "filed")

    def test_back_to_draft_forgets_the_file(self):
        self._bill(1000, "2025-01-10")
        declaration = self._declare(2025, 1)
        declaration.action_check()
        declaration.action_make_file()
        self.assertTrue(declaration._proof("file"))
        declaration.action_back_to_draft()
        self.assertFalse(declaration.file)
        self.assertEqual((declaration.state, declaration.line_count), ("draft", 0))
        self.assertFalse(declaration.check_ids)

    def test_the_register_refuses_a_month_twice(self):
        """The database itself, whatever the code does."""
        self._bill(1000, "2025-01-10")
        declaration = self._filed(2025, 1)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(Exception) as caught,
            self.env.cr.savepoint(),
        ):
            self.env["srm.payment.delay.month"]._enter(declaration)
        self.assertIn("srm_payment_delay_month_move_unique", str(caught.exception))

    # --- calendar ------------------------------------------------------------------
    def test_reminder_opens_the_quarter_that_ended(self):
        self.company.srm_delay_user_id = self.officer
        declarations = self.env["srm.payment.delay.declaration"]
        with freeze_time("2026-07-02"):
            declarations._cron_remind()
            declarations._cron_remind()
        draft = declarations.search([("company_id", "=", self.company.id)])
        self.assertEqual((draft.year, draft.period, draft.state), (2026, "2", "draft"))
        activity = draft.activity_ids
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.date_deadline, date(2026, 7, 31))
        self.assertEqual(activity.user_id, self.officer)
        draft = draft.with_user(self.officer)
        draft.turnover = 3_000_000
        draft.action_propose()
        self._file_declaration(draft)
        self.assertFalse(draft.activity_ids)

    def test_nobody_in_charge_no_draft(self):
        self.env["res.company"].search([]).srm_delay_user_id = False
        declarations = self.env["srm.payment.delay.declaration"]
        before = declarations.search_count([])
        declarations._cron_remind()
        self.assertEqual(declarations.search_count([]), before)
