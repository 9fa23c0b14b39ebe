import datetime
import io

import xlsxwriter

from odoo.tests import BaseCase, tagged

from ..importer.cells import CellError, decode, encode
from ..importer.errors import ImportFileError
from ..importer.table import open_table


def read(content):
    with open_table(io.BytesIO(content)) as table:
        return list(table.rows(table.sheet_names[0]))


def workbook(write, **options):
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, options)
    write(book, book.add_worksheet("A"))
    book.close()
    return stream.getvalue()


@tagged("post_install", "-at_install")
class TestSrmImportReader(BaseCase):
    """What spreadsheets really hold, against the streaming reader."""

    def write_types(self, book, sheet):
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(0, 0, ["é", 12, 1.5, True])
        sheet.write_datetime(0, 4, datetime.datetime(2024, 12, 31), day)
        sheet.write_datetime(0, 5, datetime.datetime(2024, 12, 31, 8, 30), day)
        sheet.write_formula(0, 6, "=1/0", None, "#DIV/0!")
        bold = book.add_format({"bold": True})
        sheet.write_rich_string(0, 7, "Firme ", bold, "Atlas", " SA")
        sheet.write_string(4, 2, "  loin ")

    def check_types(self, **options):
        rows = read(workbook(self.write_types, **options))
        day = datetime.date(2024, 12, 31)
        self.assertEqual(
            rows[0],
            (
                1,
                [
                    "é",
                    12,
                    1.5,
                    True,
                    day,
                    datetime.datetime(2024, 12, 31, 8, 30),
                    CellError("#DIV/0!"),
                    "Firme Atlas SA",
                ],
            ),
        )
        self.assertIsInstance(rows[0][1][6], CellError)
        self.assertEqual(rows[1], (5, [None, None, "  loin "]))

    def test_types(self):
        self.check_types()

    def test_inline_strings(self):
        self.check_types(constant_memory=True)

    def test_dates_counted_from_1904(self):
        self.check_types(date_1904=True)

    def test_hidden_sheets_come_last(self):
        def write(book, sheet):
            sheet.hide()
            book.add_worksheet("B").activate()

        with open_table(io.BytesIO(workbook(write))) as table:
            self.assertEqual(table.sheet_names, ["B", "A"])
            with self.assertRaisesRegex(ImportFileError, "unknown_sheet"):
                list(table.rows("C"))

    def test_many_shared_strings(self):
        def write(book, sheet):
            for index in range(25_000):
                sheet.write_string(index, 0, f"texte {index}")

        rows = read(workbook(write))
        self.assertEqual(len(rows), 25_000)
        self.assertEqual(rows[24_999], (25_000, ["texte 24999"]))

    def test_row_hint(self):
        with open_table(io.BytesIO(workbook(self.write_types))) as table:
            self.assertEqual(table.row_hint("A"), 5)

    def test_cells_survive_staging(self):
        cells = [
            None,
            "a",
            3,
            1.234,
            True,
            datetime.date(2024, 2, 29),
            datetime.datetime(2024, 2, 29, 8, 30),
            CellError("#N/A"),
        ]
        again = [decode(encode(cell)) for cell in cells]
        self.assertEqual(again, cells)
        self.assertEqual([type(c) for c in again], [type(c) for c in cells])
