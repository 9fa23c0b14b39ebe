import datetime
from decimal import Decimal

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from . import srm_import_fake as fake
from .srm_import_common import ImportCase, table, xlsx


def line(number, amount, **changes):
    row = {
        "Dossier": f"D-{number}",
        "Origine": "RAMSA",
        "Nom": f"Firme {number}",
        "Montant TTC": amount,
        "Date facture": datetime.date(2024, 5, 17),
        "Délai (j)": 60,
    }
    return {**row, **changes}


@tagged("post_install", "-at_install")
class TestSrmImportTotal(ImportCase):
    """Control totals, with a kind that has amounts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        fake.install(cls)

    def checked_lines(self, rows, extra=(), **vals):
        lines = [["Registre"], [], *table(rows, fake.HEADERS), *extra]
        record = self.new_import(xlsx(lines), **vals)
        record.action_preview()
        record.action_check()
        return record

    def total(self, record, group):
        return record.total_ids.filtered(lambda item: item.group_code == group)

    def figures(self, record, group, *names):
        total = self.total(record, group)
        return [total[name] for name in names]

    def test_amounts_as_cells_and_as_texts(self):
        record = self.checked_lines(
            [
                line(1, 10.5),
                line(2, "1 234,56"),
                line(3, "1.234,56"),
                line(4, "1234.56"),
                line(5, "à préciser"),
                line(6, -3),
                line(7, 1.234),
            ]
        )
        amounts = [
            (row.parsed or {}).get("amount")
            for row in record.row_ids.sorted("line_number")
        ]
        self.assertEqual(
            amounts, ["10.5", "1234.56", "1234.56", "1234.56", None, None, "1.234"]
        )
        self.assertEqual(
            self.codes(self.row(record, 8)), [("amount", "amount_not_number")]
        )
        self.assertEqual(self.codes(self.row(record, 9)), [("amount", "below_minimum")])

    def test_dates_as_cells_and_as_texts(self):
        dates = [datetime.date(2024, 12, 31), "31/12/2024", "2024-12-31", "31/02/2024"]
        record = self.checked_lines(
            [
                line(index, 1, **{"Date facture": value})
                for index, value in enumerate(dates)
            ]
        )
        found = [
            (row.parsed or {}).get("date")
            for row in record.row_ids.sorted("line_number")
        ]
        self.assertEqual(found, ["2024-12-31"] * 3 + [None])
        self.assertEqual(self.codes(self.row(record, 7)), [("date", "date_impossible")])

    def test_file_equals_loaded_plus_rejected(self):
        record = self.checked_lines(
            [
                line(1, 100),
                line(2, 200.5),
                line(3, "à préciser"),
                line(4, 50, Nom=None),
                line(5, 7, Origine="ONEE-Eau"),
                line(6, 9, Origine="Lydec"),
            ]
        )
        record.action_load()
        names = (
            "file_count", "file_amount", "unreadable_count", "loaded_count",
            "loaded_amount", "rejected_count", "rejected_amount", "difference_count",
            "difference_amount",
        )  # fmt: skip
        self.assertEqual(
            self.figures(record, "ramsa", *names), [4, 350.5, 1, 2, 300.5, 2, 50, 0, 0]
        )
        self.assertEqual(
            self.figures(record, "onee_water", *names), [1, 7, 0, 1, 7, 0, 0, 0, 0]
        )
        self.assertEqual(
            self.figures(record, "unknown", *names), [1, 9, 0, 0, 0, 1, 9, 0, 0]
        )
        self.assertEqual(self.total(record, "unknown").group_name, "Not recognised")
        record.action_close()
        self.assertEqual(record.state, "closed")

    def test_loaded_amounts_come_from_the_records(self):
        record = self.checked_lines([line(1, 100), line(2, 200)])
        record.action_load()
        partner = self.env["res.partner"].browse(self.row(record, 4).res_id)
        partner.partner_latitude = 90
        with self.assertRaisesRegex(
            UserError, "RAMSA: 0 rows and .*10.00.* of the file"
        ):
            record.action_close()
        self.assertEqual(record.state, "loaded")
        partner.partner_latitude = 100
        record.action_close()

    def test_waiting_rows_forbid_closing(self):
        record = self.checked_lines([line(1, 100), line(2, "x")])
        record.action_load()
        row = self.row(record, 5)
        row._correct({row.id: {"amount": "40,00"}})
        with self.assertRaisesRegex(UserError, r"1 rows wait to be loaded or decided"):
            record.action_close()
        record.action_load()
        record.action_close()
        names = (
            "file_amount",
            "corrected_amount",
            "loaded_amount",
            "difference_amount",
        )
        self.assertEqual(self.figures(record, "ramsa", *names), [100, 40, 140, 0])

    def test_a_row_moved_by_a_correction_is_counted_where_it_went(self):
        record = self.checked_lines([line(1, 100), line(2, 30, Origine="Lydec")])
        row = self.row(record, 5)
        row._correct({row.id: {"predecessor": "ONEE-Eau"}})
        record.action_load()
        names = ("file_count", "corrected_count", "corrected_amount", "loaded_count")
        self.assertEqual(self.figures(record, "unknown", *names), [1, -1, -30, 0])
        self.assertEqual(self.figures(record, "onee_water", *names), [0, 1, 30, 1])
        record.action_close()

    def test_announced_figures_are_compared(self):
        record = self.checked_lines([line(1, 100), line(2, 30)])
        record.action_load()
        total = self.total(record, "ramsa").with_user(self.officer)
        total.write({"declared_count": 3, "declared_amount": 150})
        with self.assertRaises(UserError) as refused:
            record.with_context(lang="en_US").action_close()
        message = str(refused.exception)
        self.assertIn("RAMSA: 3 rows were announced, the file holds 2", message)
        self.assertIn("150.00", message)
        total.write({"declared_count": 2, "declared_amount": 130})
        record.action_close()
        with self.assertRaises(UserError):
            total.write({"declared_count": 9})

    def test_directors_do_not_announce(self):
        record = self.checked_lines([line(1, 100)])
        with self.assertRaises(AccessError):
            record.total_ids.with_user(self.director).write({"declared_count": 1})

    def test_lost_rows_are_found(self):
        """The file's totals come from its reading, not from the staged rows."""
        record = self.checked_lines([line(1, 100), line(2, 30)])
        record.action_load()
        self.env.cr.execute(
            "DELETE FROM srm_import_row WHERE import_id = %s AND line_number = 5",
            [record.id],
        )
        record.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "RAMSA: 1 rows and .*30.00.*"):
            record.action_close()

    def test_total_line_is_compared_and_is_not_data(self):
        total = ["TOTAL", None, None, 130.0]
        record = self.checked_lines([line(1, 100), line(2, 30)], [[], total])
        self.assertEqual(record.row_count, 2)
        self.assertIn("agrees", record.total_line_text)
        record = self.checked_lines([line(3, 100)], [["Total général", None, None, 99]])
        self.assertIn("99", record.total_line_text)
        self.assertNotIn("agrees", record.total_line_text)
        self.assertIn("Total général", record.ignored_text)

    def test_a_firm_called_total_is_data(self):
        record = self.checked_lines(
            [line(1, 100, Dossier="Total", Nom="TOTAL ENERGIES")]
        )
        self.assertEqual(self.states(record), [(4, "ok")])

    def test_handler_reasons_are_worded(self):
        record = self.checked_lines([line(1, 100, Nom="Interdit")])
        row = self.row(record, 4)
        self.assertIn("Nom “Interdit”: Interdit is forbidden until 20", row.reason_text)

    def test_a_refused_record_does_not_refuse_its_batch(self):
        record = self.checked_lines([line(1, 1), line(2, 2, Nom="Refus"), line(3, 3)])
        record.action_load()
        self.assertEqual(
            self.states(record), [(4, "loaded"), (5, "error"), (6, "loaded")]
        )
        self.assertIn("Refused by the record", self.row(record, 5).reason_text)
        self.assertEqual(
            self.env["res.partner"].search_count([("ref", "=like", "ramsa/D-%")]), 2
        )
        record.action_close()

    def test_same_file_again_changes_nothing(self):
        rows = [line(1, 100), line(2, 30)]
        self.checked_lines(rows).action_load()
        partners = self.env["res.partner"].search([("ref", "=like", "ramsa/D-%")])
        before = partners.read(["name", "write_date", "partner_latitude"])
        second = self.checked_lines(rows)
        second.action_load()
        self.assertEqual(self.states(second), [(4, "unchanged"), (5, "unchanged")])
        again = self.env["res.partner"].search([("ref", "=like", "ramsa/D-%")])
        self.assertEqual(again, partners)
        self.assertEqual(again.read(["name", "write_date", "partner_latitude"]), before)
        second.action_close()

    def test_changed_row_updates_and_says_what(self):
        self.checked_lines([line(1, 100), line(2, 30)]).action_load()
        second = self.checked_lines([line(1, 100), line(2, "35,50", Nom="Autre")])
        self.assertEqual(
            self.row(second, 5).changes,
            {"name": ["Firme 2", "Autre"], "amount": ["30.00", "35.50"]},
        )
        second.action_load()
        self.assertEqual(self.states(second), [(4, "unchanged"), (5, "updated")])
        row = self.row(second, 5)
        self.assertIn("Montant: 30.00 → 35.50", row.change_text)
        partner = self.env["res.partner"].browse(row.res_id)
        self.assertEqual((partner.name, partner.partner_latitude), ("Autre", 35.5))
        second.action_close()

    def test_decimal_values_reach_the_handler(self):
        record = self.checked_lines([line(1, "12,30")])
        spec = record._spec_by_name("suppliers")
        parsed = record.row_ids._to_parsed(spec)[0]
        self.assertEqual(parsed.get("amount"), Decimal("12.30"))
        self.assertEqual(parsed.get("date"), datetime.date(2024, 5, 17))
        self.assertEqual(parsed.get("days"), 60)
