import datetime
import io
import zipfile

from odoo.exceptions import UserError
from odoo.tests import tagged

from .srm_import_common import HEADERS, ImportCase, ice, supplier, table, xlsx

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600


def csv_file(lines, delimiter=";", encoding="utf-8"):
    text = "\r\n".join(
        delimiter.join("" if cell is None else str(cell) for cell in line)
        for line in lines
    )
    return text.encode(encoding)


def zipped(**files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return stream.getvalue()


@tagged("post_install", "-at_install")
class TestSrmImportPreview(ImportCase):
    """Recognising files, sheets, headers and columns."""

    def previewed(self, content, file_name="f.xlsx", **vals):
        record = self.new_import(content, file_name, **vals)
        record.action_preview()
        return record

    def mapped(self, record):
        return {line.header: line.field_name for line in record.mapping_ids}

    def refused(self, content, pattern, file_name="f.xlsx"):
        record = self.new_import(content, file_name)
        with self.assertRaisesRegex(UserError, pattern):
            record.action_preview()
        self.assertEqual(record.state, "draft")

    def test_columns_are_recognised(self):
        record = self.previewed(xlsx(table([supplier(1)])))
        self.assertEqual(
            self.mapped(record),
            {
                "Code fournisseur": "reference",
                "Raison sociale": "name",
                "Origine": "predecessor",
                "ICE": "ice",
                "RIB": "rib",
                "Ville": "commune",
                "Téléphone": "phone",
            },
        )

    def test_english_and_arabic_headers(self):
        english = ["Vendor code", "SUPPLIER ", "origin", "I.C.E.", "Bank account"]
        record = self.previewed(xlsx([english, ["A", "B", "RAMSA", None, None]]))
        self.assertEqual(
            list(self.mapped(record).values()),
            ["reference", "name", "predecessor", "ice", "rib"],
        )
        arabic = ["رمز المورد", "الاسم التجاري", "المصدر", "المدينة", "الهاتف"]
        record = self.previewed(xlsx([arabic, ["A", "B", "RAMSA", None, None]]))
        self.assertEqual(
            list(self.mapped(record).values()),
            ["reference", "name", "predecessor", "commune", "phone"],
        )

    def test_title_merged_above_and_blank_lines(self):
        def merge(book, sheet):
            sheet.merge_range(0, 0, 0, 6, "Etat des fournisseurs au 15/10/2024")

        lines = [[], [], *table([supplier(1)])]
        lines[3:3] = [[None, "  "], []]
        record = self.previewed(xlsx(lines, write=merge))
        self.assertEqual(record.header_line, 3)
        record.action_check()
        self.assertEqual(self.states(record), [(6, "ok")])

    def test_headers_repeated_on_each_page_are_left_out(self):
        lines = table([supplier(1), supplier(2)])
        lines.insert(2, list(HEADERS))
        record = self.previewed(xlsx(lines))
        record.action_check()
        self.assertEqual(self.states(record), [(2, "ok"), (4, "ok")])
        self.assertIn("3: Code fournisseur", record.ignored_text)

    def test_trailing_spaces_and_case_do_not_matter(self):
        row = supplier(
            1,
            **{
                "Code fournisseur": " F-00001  ",
                "Origine": "ramsa ",
                "Ville": " AGADIR",
                "Raison sociale": "Firme   1\u00a0SARL ",
            },
        )
        record = self.checked([row])
        values = record.row_ids.parsed
        self.assertEqual(record.row_ids.state, "ok")
        self.assertEqual(values["name"], "Firme 1 SARL")
        self.assertEqual(values["reference"], "F-00001")
        self.assertEqual(values["predecessor"], "ramsa")

    def test_identifiers_typed_as_numbers(self):
        good = int(ice(5))
        record = self.checked(
            [supplier(1, ICE=good, RIB=None), supplier(2, RIB=1.4501051308521948e23)]
        )
        self.assertEqual(self.row(record, 2).parsed["ice"], ice(5))
        self.assertEqual(self.codes(self.row(record, 3)), [("rib", "digits_lost")])

    def test_spreadsheet_errors_are_reasons(self):
        def formula(book, sheet):
            sheet.write_formula(1, 3, "=NA()", None, "#N/A")

        record = self.new_import(xlsx(table([supplier(1)]), write=formula))
        record.action_preview()
        record.action_check()
        row = self.row(record, 2)
        self.assertEqual(self.codes(row), [("ice", "cell_error")])
        self.assertIn("#N/A", row.reason_text)

    def test_formulas_count_for_their_stored_value(self):
        def formula(book, sheet):
            sheet.write_formula(1, 1, '="Firme "&1', None, "Firme calculée")

        record = self.new_import(xlsx(table([supplier(1)]), write=formula))
        record.action_preview()
        record.action_check()
        self.assertEqual(record.row_ids.parsed["name"], "Firme calculée")

    def test_the_sheet_with_the_headers_is_chosen(self):
        import xlsxwriter

        stream = io.BytesIO()
        book = xlsxwriter.Workbook(stream)
        book.add_worksheet("Notice").write_row(0, 0, ["Lisez-moi"])
        sheet = book.add_worksheet("Données")
        for index, line in enumerate(table([supplier(1)])):
            sheet.write_row(index, 0, line)
        book.close()
        record = self.previewed(stream.getvalue())
        self.assertEqual(record.sheet_name, "Données")
        self.assertEqual(record.sheet_names, ["Notice", "Données"])

    def test_csv_encodings_and_separators(self):
        for encoding, delimiter in (
            ("utf-8", ";"),
            ("utf-8-sig", ","),
            ("cp1252", "\t"),
            ("utf-16", ";"),
        ):
            with self.subTest(encoding=encoding, delimiter=delimiter):
                content = csv_file(table([supplier(1)]), delimiter, encoding)
                record = self.previewed(content, "f.csv")
                record.action_check()
                self.assertEqual(self.states(record), [(2, "ok")])
                self.assertEqual(record.delimiter, delimiter)
                record.action_cancel()

    def test_csv_cells_on_several_lines_keep_their_line_number(self):
        content = (
            b"Code;Raison sociale;Origine\r\n"
            b'A;"Deux\r\nlignes";RAMSA\r\n'
            b"B;Firme;RAMSA\r\n"
        )
        record = self.previewed(content, "f.csv")
        record.action_check()
        self.assertEqual(self.states(record), [(2, "ok"), (4, "ok")])

    def test_encoding_may_be_forced(self):
        content = csv_file(table([supplier(1, **{"Raison sociale": "Énergie"})]))
        record = self.previewed(content, "f.csv")
        record.write({"encoding": "latin-1"})
        self.assertIn("Ã‰nergie".encode("latin-1", "ignore")[:1].decode("latin-1"),
                      record.preview[0][1][1])  # fmt: skip
        record.write({"encoding": "utf-8"})
        self.assertEqual(record.preview[0][1][1], "Énergie")

    def test_predecessor_of_the_whole_file(self):
        headers = ["Code fournisseur", "Raison sociale"]
        record = self.previewed(xlsx([headers, ["A", "Firme"]]))
        with self.assertRaisesRegex(UserError, "Predecessor"):
            record.action_check()
        record.predecessor_id = self.env.ref("srm_base.predecessor_ramsa")
        record.action_check()
        row = record.row_ids
        self.assertEqual((row.state, row.origin_predecessor), ("ok", "ramsa"))

    def test_required_column_must_be_mapped(self):
        record = self.previewed(xlsx(table([supplier(1)])))
        record.mapping_ids.filtered(lambda line: line.field_name == "name").write(
            {"field_name": False}
        )
        with self.assertRaisesRegex(UserError, "No column is mapped to: Name"):
            record.action_check()

    def test_one_field_one_column(self):
        record = self.previewed(xlsx(table([supplier(1)])))
        record.mapping_ids.filtered(lambda line: line.field_name == "phone").write(
            {"field_name": "name"}
        )
        with self.assertRaisesRegex(UserError, "Two columns are mapped to “Name”"):
            record.action_check()

    def test_mapping_is_settled_once_rows_are_staged(self):
        record = self.checked([supplier(1)])
        with self.assertRaisesRegex(UserError, "at the step"):
            record.mapping_ids[0].write({"field_name": False})
        with self.assertRaisesRegex(UserError, "at the step"):
            record.write({"header_line": 2})
        record.action_forget_check()
        self.assertFalse(record.row_ids)
        record.mapping_ids.filtered(lambda line: line.field_name == "phone").write(
            {"field_name": False}
        )
        record.action_check()
        self.assertNotIn("phone", record.row_ids.parsed)

    def test_profile_is_proposed_again(self):
        headers = ["Code fournisseur", "Raison sociale", "Origine", "Zone libre"]
        content = xlsx([headers, ["A", "Firme", "RAMSA", "0528000000"]])
        record = self.previewed(content)
        free = record.mapping_ids.filtered(lambda line: line.header == "Zone libre")
        self.assertFalse(free.field_name)
        free.field_name = "phone"
        record.action_save_profile()
        headers[1] = " RAISON  SOCIALE "
        again = self.previewed(xlsx([headers, ["B", "Autre", "RAMSA", "0528111111"]]))
        self.assertEqual(again.profile_id, record.profile_id)
        self.assertEqual(self.mapped(again)["Zone libre"], "phone")
        again.action_save_profile()
        self.assertEqual(again.profile_id, record.profile_id)

    def test_header_line_may_be_typed(self):
        lines = [["x", "y"], ["Col A", "Col B", "Col C"], ["A", "Firme", "RAMSA"]]
        self.refused(xlsx(lines), "No line of column titles.*x | y")
        record = self.new_import(xlsx(lines), header_line=2)
        record.action_preview()
        self.assertEqual(record.headers, ["Col A", "Col B", "Col C"])
        fields = ["reference", "name", "predecessor"]
        for mapping, name in zip(record.mapping_ids, fields, strict=True):
            mapping.field_name = name
        record.action_check()
        self.assertEqual(self.states(record), [(3, "ok")])

    def test_preview_escapes_the_file(self):
        row = supplier(1, **{"Raison sociale": "<script>alert(1)</script>"})
        record = self.previewed(xlsx(table([row])))
        self.assertIn("&lt;script&gt;", record.preview_html)
        self.assertNotIn("<script>", record.preview_html)

    def test_dates_are_shown_as_people_write_them(self):
        lines = table([supplier(1)])
        lines[0].append("Créé le")
        lines[1].append(datetime.date(2024, 12, 31))
        record = self.previewed(xlsx(lines))
        self.assertEqual(record.preview[0][1][-1], "31/12/2024")

    def test_files_that_are_not_spreadsheets(self):
        encrypted = OLE + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 100
        workbook = xlsx(table([supplier(1)]))
        for content, pattern in (
            (b"  \n", "is empty"),
            (OLE, r"old Excel format"),
            (encrypted, "protected by a password"),
            (b"%PDF-1.7 blah", "PDF document"),
            (b"\x89PNG\r\n\x1a\n\x00\x00", "picture"),
            (b"<html><table></table></html>", "web page"),
            (b"\x1f\x8b\x08\x00", "compressed archive"),
            (b"\x00\x01\x02\x03" * 200, "not a spreadsheet"),
            (zipped(word__document_dot_xml="x"), "not a spreadsheet"),
            (zipped(content_dot_xml="x"), "LibreOffice"),
            (zipped(xl__workbook_dot_bin="x"), "xlsb"),
            (workbook[: len(workbook) // 2], "damaged"),
        ):
            with self.subTest(pattern=pattern):
                self.refused(content, pattern)

    def test_damaged_sheet_names_the_remedy(self):
        source = zipfile.ZipFile(io.BytesIO(xlsx(table([supplier(1)]))))
        files = {name: source.read(name) for name in source.namelist()}
        files["xl/worksheets/sheet1.xml"] = files["xl/worksheets/sheet1.xml"][:-200]
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        self.refused(stream.getvalue(), "damaged.*save it again")

    def test_titles_without_rows(self):
        self.refused(xlsx([HEADERS]), "no row below")
        self.refused(xlsx([[]]), "holds no row")

    def test_no_file(self):
        record = self.imports.create({"kind": "suppliers"})
        with self.assertRaisesRegex(UserError, "Choose the file"):
            record.action_preview()
