import io
import re
import zipfile
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from . import srm_import_fake as fake
from .srm_import_common import ImportCase, xlsx

CHECK = "odoo.addons.srm_base.models.srm_import_check"
LOAD = "odoo.addons.srm_base.models.srm_import_load"
ROWS = 6
#: Cells as no person types them and programs write them: XML of the cell, reason.
POISON = {
    "not a number": ("<v>NaN</v>", "cell_error"),
    "infinite": ("<v>INF</v>", "cell_error"),
    "overflow": ("<v>1e999</v>", "cell_error"),
    "huge": (f"<v>1{'0' * 400}</v>", "amount_too_large"),
    "large": ("<v>1e16</v>", "amount_too_large"),
    "text in a number": ("<v>12 x</v>", "cell_error"),
    "underscore": ("<v>1_000</v>", "cell_error"),
}
#: Serial of 31/12/9999, which SAP writes for "no end".
NO_END = 2958465


def with_cell(content, reference, xml, kind=""):
    """The workbook with one cell of its first sheet replaced."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(stream, "w") as new,
    ):
        for name in old.namelist():
            data = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                pattern = rf'<c r="{reference}"([^>]*?)( t="\w+")?>.*?</c>'
                cell = rf'<c r="{reference}"\g<1>{kind}>{xml}</c>'
                data, count = re.subn(pattern, cell, data.decode())
                assert count == 1, reference
                data = data.encode()
            new.writestr(name, data)
    return stream.getvalue()


@tagged("post_install", "-at_install")
class TestPoisonedCells(ImportCase):
    """One cell that cannot be is that row's error; the rows beside it go on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        fake.install(cls)

    def lines(self, **changes):
        rows = [
            [f"D-{n}", "RAMSA", f"Firme {n}", 100 + n, "15/03/2024", 60]
            for n in range(ROWS)
        ]
        for position, value in changes.items():
            rows[1][fake.HEADERS.index(position)] = value
        return [fake.HEADERS, *rows]

    def check(self, content):
        record = self.new_import(content)
        record.action_preview()
        record.action_check()
        return record

    def assertOnlySecondRefused(self, record, code):
        self.assertEqual(
            self.states(record),
            [(line, "error" if line == 3 else "ok") for line in range(2, ROWS + 2)],
        )
        self.assertIn(
            code, [reason for _field, reason in self.codes(record.row_ids[1])]
        )

    def test_numbers_that_are_none(self):
        for name, (xml, code) in POISON.items():
            with self.subTest(name):
                content = with_cell(xlsx(self.lines()), "D3", xml)
                self.assertOnlySecondRefused(self.check(content), code)

    def test_integers_that_are_none(self):
        for name, (xml, _code) in POISON.items():
            with self.subTest(name):
                record = self.check(with_cell(xlsx(self.lines()), "F3", xml))
                self.assertEqual(record.row_ids[1].state, "error")
                self.assertEqual(set(record.row_ids[2:].mapped("state")), {"ok"})

    def test_dates_no_calendar_of_ours_reaches(self):
        def write(book, sheet):
            style = book.add_format({"num_format": "dd/mm/yyyy"})
            sheet.write_number(2, 4, NO_END, style)

        record = self.check(xlsx(self.lines(), write=write))
        self.assertOnlySecondRefused(record, "date_impossible")

    def test_a_number_of_eight_digits_is_the_date_its_text_is(self):
        lines = self.lines(**{"Date facture": 20240315})
        record = self.check(xlsx(lines))
        self.assertEqual(record.row_ids[1].state, "ok")
        self.assertEqual(record.row_ids[1].parsed["date"], "2024-03-15")
        lines = self.lines(**{"Date facture": 2024})
        self.assertOnlySecondRefused(self.check(xlsx(lines)), "date_unknown_format")

    def test_references_to_strings_that_are_not_there(self):
        for xml in ("<v>x</v>", "<v>-1</v>"):
            content = with_cell(xlsx(self.lines()), "C3", xml, ' t="s"')
            self.assertOnlySecondRefused(self.check(content), "cell_error")

    def test_characters_no_database_keeps(self):
        xml = "<is><t>Firme _xD800_ et _x0000_ fils</t></is>"
        content = with_cell(xlsx(self.lines()), "C3", xml, ' t="inlineStr"')
        record = self.check(content)
        self.assertEqual(record.row_ids[1].state, "ok")
        self.assertEqual(record.row_ids[1].parsed["name"], "Firme ? et fils")

    @mute_logger(CHECK)
    def test_what_nobody_thought_of_is_an_error_of_its_row(self):
        """Too long for the index on the reference: the database refuses the chunk."""
        reference = "".join(f"{n:x}-" for n in range(60_000))
        record = self.check(xlsx(self.lines(Dossier=reference[:30_000])))
        self.assertOnlySecondRefused(record, "row_broken")
        self.assertIn("index", record.row_ids[1].reason_text)
        self.assertEqual(sum(record.total_ids.mapped("file_count")), ROWS)

    @mute_logger(CHECK)
    def test_a_rule_that_breaks_on_one_row(self):
        handler = self.registry["srm.import.handler.fake"]
        original = handler._check_rows

        def check(model, rows, ctx):
            if any(row.get("name") == "Firme 1" for row in rows):
                raise ZeroDivisionError("division by zero")
            return original(model, rows, ctx)

        with patch.object(handler, "_check_rows", check):
            record = self.check(xlsx(self.lines()))
        self.assertOnlySecondRefused(record, "row_broken")
        self.assertIn("division by zero", record.row_ids[1].reason_text)

    @mute_logger(CHECK)
    def test_a_rule_that_breaks_on_every_row_stops_the_check(self):
        handler = self.registry["srm.import.handler.fake"]
        with (
            patch.object(handler, "_check_rows", side_effect=ZeroDivisionError("all")),
            self.assertRaisesRegex(ZeroDivisionError, "all"),
        ):
            self.check(xlsx(self.lines()))

    @mute_logger(LOAD)
    def test_a_load_that_breaks_on_one_row(self):
        record = self.check(xlsx(self.lines()))
        handler = self.registry["srm.import.handler.fake"]
        original = handler._load_rows

        def load(model, rows, ctx):
            if any(row.get("name") == "Firme 1" for row in rows):
                raise OverflowError("date value out of range")
            return original(model, rows, ctx)

        with patch.object(handler, "_load_rows", load):
            record.action_load()
        states = dict(self.states(record))
        self.assertEqual(states.pop(3), "error")
        self.assertEqual(set(states.values()), {"loaded"})
        self.assertIn("out of range", record.row_ids[1].reason_text)

    @mute_logger(LOAD)
    def test_a_load_that_breaks_on_every_row_stops(self):
        record = self.check(xlsx(self.lines()))
        handler = self.registry["srm.import.handler.fake"]
        with (
            patch.object(handler, "_load_rows", side_effect=ZeroDivisionError("all")),
            self.assertRaisesRegex(ZeroDivisionError, "all"),
        ):
            record.action_load()

    def test_refusals_of_a_rule_may_be_every_row(self):
        record = self.check(xlsx(self.lines()))
        handler = self.registry["srm.import.handler.fake"]
        with patch.object(handler, "_load_rows", side_effect=UserError("Not this one")):
            record.action_load()
        self.assertEqual(set(record.row_ids.mapped("state")), {"error"})
        self.assertIn("Not this one", record.row_ids[0].reason_text)
