"""Files and users for the tests of the take-on imports."""

import base64
import io

import xlsxwriter

from odoo.tests import TransactionCase, new_test_user

HEADERS = [
    "Code fournisseur",
    "Raison sociale",
    "Origine",
    "ICE",
    "RIB",
    "Ville",
    "Téléphone",
]


def ice(number):
    """A valid ICE: 9 digits of the firm, establishment 1, and its key."""
    base = f"{number:09d}0001"
    return base + f"{97 - int(base) * 100 % 97:02d}"


def rib(number):
    """A valid RIB of bank 007."""
    base = f"0077801{number:015d}"
    return base + f"{97 - int(base) * 100 % 97:02d}"


def supplier(number, **changes):
    """One good row of a supplier file, as a dict by header."""
    row = {
        "Code fournisseur": f"F-{number:05d}",
        "Raison sociale": f"Firme {number} SARL",
        "Origine": "RAMSA",
        "ICE": ice(number),
        "RIB": rib(number),
        "Ville": "Agadir",
        "Téléphone": "0528000000",
    }
    return {**row, **changes}


def table(rows, headers=HEADERS):
    """Lines of a sheet: the headers, then the cells of dict rows."""
    return [list(headers)] + [[row.get(name) for name in headers] for row in rows]


def xlsx(lines, name="Fournisseurs", write=None):
    """An XLSX workbook; ``write`` may add formats, merges and formulas."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"default_date_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet(name)
    for index, line in enumerate(lines):
        sheet.write_row(index, 0, line)
    if write:
        write(book, sheet)
    book.close()
    return stream.getvalue()


class ImportCase(TransactionCase):
    """A finance officer and a way to run an import step by step."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.officer = new_test_user(
            cls.env, "imp_officer", groups="srm_base.group_finance_officer"
        )
        cls.director = new_test_user(
            cls.env, "imp_director", groups="srm_base.group_director"
        )
        cls.reader = new_test_user(
            cls.env, "imp_reader", groups="srm_base.group_meter_reader"
        )
        cls.imports = cls.env["srm.import"].with_user(cls.officer)

    @classmethod
    def new_import(cls, content, file_name="suppliers.xlsx", **vals):
        return cls.imports.create(
            {
                "kind": "suppliers",
                "file": base64.b64encode(content),
                "file_name": file_name,
                **vals,
            }
        )

    @classmethod
    def checked(cls, rows, **vals):
        record = cls.new_import(xlsx(table(rows)), **vals)
        record.action_preview()
        record.action_check()
        return record

    def row(self, record, line):
        row = record.row_ids.filtered(lambda item: item.line_number == line)
        self.assertEqual(len(row), 1, f"line {line}")
        return row

    def codes(self, row):
        return sorted((item["field"], item["code"]) for item in row.reasons or [])

    def states(self, record):
        record.invalidate_recordset()
        rows = record.row_ids.sorted("line_number")
        return [(row.line_number, row.state) for row in rows]
