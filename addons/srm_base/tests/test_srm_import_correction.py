import base64
import io
import re

from openpyxl import load_workbook

from odoo.exceptions import UserError
from odoo.tests import tagged

from .srm_import_common import ImportCase, supplier


@tagged("post_install", "-at_install")
class TestSrmImportCorrection(ImportCase):
    """Rows out to a workbook and back; corrections on screen."""

    def bad_import(self):
        return self.checked(
            [
                supplier(1),
                supplier(2, Ville="Atlantide", ICE="123"),
                supplier(3, **{"Raison sociale": None}),
            ]
        )

    def exported(self, record):
        action = record.action_export_rejected()
        attachment = self.env["ir.attachment"].browse(
            int(re.search(r"/content/(\d+)", action["url"])[1])
        )
        return load_workbook(io.BytesIO(attachment.raw))

    def bring_back(self, record, book):
        stream = io.BytesIO()
        book.save(stream)
        wizard = record.env["srm.import.correction"].create(
            {"import_id": record.id, "file": base64.b64encode(stream.getvalue())}
        )
        return wizard.action_apply()["params"]["message"]

    def test_round_trip(self):
        record = self.bad_import()
        book = self.exported(record)
        sheet = book.active
        self.assertEqual([row[0].value for row in sheet.iter_rows(min_row=2)],
                         [f"{record.name}#3", f"{record.name}#4"])  # fmt: skip
        self.assertIn("Ville “Atlantide”", sheet.cell(2, 2).value)
        titles = [cell.value for cell in sheet[1]]
        sheet.cell(2, titles.index("Ville") + 1).value = "Tiznit"
        sheet.cell(2, titles.index("ICE") + 1).value = None
        sheet.cell(3, titles.index("Raison sociale") + 1).value = "Firme trois"
        message = self.bring_back(record, book)
        self.assertIn("2 rows read, 2 corrected", message)
        self.assertEqual(self.states(record), [(2, "ok"), (3, "ok"), (4, "ok")])
        row = self.row(record, 3)
        self.assertEqual(row.corrected, {"commune": "Tiznit", "ice": ""})
        self.assertEqual(row.original[5], "Atlantide")
        self.assertIsNone(row.parsed["ice"])

    def test_untouched_workbook_changes_nothing(self):
        record = self.bad_import()
        message = self.bring_back(record, self.exported(record))
        self.assertIn("2 rows read, 0 corrected", message)
        self.assertFalse(record.row_ids.filtered("corrected"))
        self.assertIn("2 rows still to correct", message)

    def test_corrected_values_go_out_again(self):
        record = self.bad_import()
        row = self.row(record, 3)
        row._correct({row.id: {"commune": "Tiznit"}})
        sheet = self.exported(record).active
        titles = [cell.value for cell in sheet[1]]
        self.assertEqual(sheet.cell(2, titles.index("Ville") + 1).value, "Tiznit")
        self.assertNotIn("Ville", sheet.cell(2, 2).value)

    def test_foreign_workbooks_are_refused(self):
        record, other = self.bad_import(), self.bad_import()
        with self.assertRaisesRegex(UserError, "not one of"):
            self.bring_back(record, self.exported(other))
        book = self.exported(record)
        book.active.cell(1, 4).value = "Autre titre"
        with self.assertRaisesRegex(UserError, "not the one exported"):
            self.bring_back(record, book)
        book = self.exported(record)
        book.active.cell(3, 1).value = "n'importe quoi"
        with self.assertRaisesRegex(UserError, "Line 3 of the workbook"):
            self.bring_back(record, book)
        self.assertFalse(record.row_ids.filtered("corrected"))

    def test_loaded_rows_are_left_alone(self):
        record = self.bad_import()
        book = self.exported(record)
        titles = [cell.value for cell in book.active[1]]
        book.active.cell(3, titles.index("Raison sociale") + 1).value = "Firme trois"
        self.bring_back(record, book)
        record.action_load()
        book.active.cell(3, titles.index("Raison sociale") + 1).value = "Autre nom"
        self.bring_back(record, book)
        self.assertEqual(self.row(record, 4).state, "loaded")
        self.assertEqual(self.row(record, 4).parsed["name"], "Firme trois")

    def test_nothing_to_export(self):
        record = self.checked([supplier(1)])
        with self.assertRaisesRegex(UserError, "no row to correct"):
            record.action_export_rejected()

    def test_editor_of_a_row(self):
        record = self.bad_import()
        row = self.row(record, 3)
        cells = {line["field"]: line for line in row.cells}
        self.assertEqual(cells["commune"]["original"], "Atlantide")
        self.assertEqual(
            cells["commune"]["reasons"],
            ["is not the name or code of one known commune"],
        )
        self.assertIsNone(cells["commune"]["corrected"])
        row.cells = [
            {**line, "corrected": "Tiznit"} if line["field"] == "commune" else line
            for line in row.cells
        ]
        self.assertEqual(row.corrected, {"commune": "Tiznit"})
        self.assertEqual(self.codes(row), [("ice", "ice_length")])
        row.cells = [{**line, "corrected": None} for line in row.cells]
        self.assertFalse(row.corrected)
        self.assertEqual(len(row.reasons), 2)

    def test_saving_the_row_from_the_web_client(self):
        record = self.bad_import()
        row = self.row(record, 3).with_user(self.officer)
        cells = [
            {**line, "corrected": "Tiznit"} if line["field"] == "commune" else line
            for line in row.cells
        ]
        saved = row.web_save({"cells": cells}, {"state": {}, "cells": {}})
        self.assertEqual(saved[0]["state"], "error")
        self.assertEqual(
            [x["corrected"] for x in saved[0]["cells"] if x["field"] == "commune"],
            ["Tiznit"],
        )

    def test_only_touched_rows_are_checked_again(self):
        record = self.bad_import()
        handler = type(self.env["srm.import.handler.suppliers"])
        seen = []

        def spy(model, rows, ctx):
            seen.extend(row.line_number for row in rows)

        self.patch(handler, "_check_rows", spy)
        row = self.row(record, 4)
        row._correct({row.id: {"name": "Firme trois"}})
        self.assertEqual(seen, [4])

    def test_reconciliation_report(self):
        record = self.bad_import()
        row = self.row(record, 4)
        row._correct({row.id: {"name": "Firme trois"}})
        record.action_load()
        record.action_close()
        book = load_workbook(io.BytesIO(base64.b64decode(record.report)))
        self.assertEqual(
            book.sheetnames,
            [
                "Totals",
                "Rejected rows",
                "Changes made",
                "Probable duplicates",
                "Corrections",
                "Lines left out",
                "Who and when",
            ],
        )
        rejected = list(book["Rejected rows"].iter_rows(min_row=2, values_only=True))
        self.assertEqual(len(rejected), 1)
        self.assertEqual(rejected[0][0], 3)
        self.assertEqual(len(rejected[0][3].splitlines()), 2)
        corrections = list(book["Corrections"].iter_rows(min_row=2, values_only=True))
        self.assertEqual(corrections[0][2:5], ("Raison sociale", None, "Firme trois"))
        totals = list(book["Totals"].iter_rows(values_only=True))
        found = dict(zip(totals[0], totals[1], strict=True))
        self.assertEqual(found["Predecessor"], "RAMSA")
        self.assertEqual(found["Rows in the file"], 3)
        self.assertEqual(found["Rows loaded"], 2)
        self.assertEqual(found["Rows rejected"], 1)
        history = [r[0] for r in book["Who and when"].iter_rows(values_only=True)]
        self.assertIn("Load", history)
