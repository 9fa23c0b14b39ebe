import base64

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .srm_import_common import ImportCase, ice, rib, supplier, table, xlsx


@tagged("post_install", "-at_install")
class TestSrmImport(ImportCase):
    def test_steps_from_upload_to_closing(self):
        record = self.new_import(xlsx(table([supplier(1), supplier(2)])))
        self.assertEqual(record.state, "draft")
        record.action_preview()
        self.assertEqual((record.state, record.header_line), ("previewed", 1))
        record.action_check()
        self.assertEqual(self.states(record), [(2, "ok"), (3, "ok")])
        record.action_load()
        self.assertEqual(self.states(record), [(2, "loaded"), (3, "loaded")])
        partner = self.env["res.partner"].search([("company_registry", "=", ice(1))])
        self.assertEqual(partner.name, "Firme 1 SARL")
        self.assertEqual(partner.city, "Agadir")
        self.assertEqual(partner.bank_ids.srm_rib, rib(1))
        self.assertTrue(partner.srm_is_supplier)
        record.action_close()
        self.assertEqual(record.state, "closed")
        self.assertEqual(record.closed_by_id, self.officer)
        self.assertTrue(record.report)

    def test_every_reason_is_kept_with_column_and_value(self):
        bad = supplier(
            3,
            **{
                "Raison sociale": None,
                "ICE": "006630029000002",
                "RIB": "145010513085219480615506",
                "Ville": "Atlantide",
            },
        )
        record = self.checked([supplier(1), bad])
        row = self.row(record, 3)
        self.assertEqual(
            self.codes(row),
            [
                ("commune", "territory_unknown"),
                ("ice", "ice_check_digits"),
                ("name", "required"),
                ("rib", "rib_check_digits"),
            ],
        )
        reason = next(item for item in row.reasons if item["field"] == "ice")
        self.assertEqual(
            (reason["column"], reason["value"]), ("ICE", "006630029000002")
        )
        self.assertIn("Ville “Atlantide”", row.reason_text)
        self.assertEqual(len(row.reason_text.splitlines()), 4)

    def test_original_text_survives_a_correction(self):
        record = self.checked([supplier(1, Ville="Atlantide")])
        row = self.row(record, 2)
        row._correct({row.id: {"commune": "Agadir"}})
        self.assertEqual(row.state, "ok")
        self.assertEqual(row.original[5], "Atlantide")
        self.assertEqual(row.corrected, {"commune": "Agadir"})
        self.assertEqual(row.corrected_by_id, self.officer)

    def test_reference_given_twice_names_the_first_line(self):
        record = self.checked(
            [supplier(1), supplier(2, **{"Code fournisseur": "F-00001"})]
        )
        self.assertEqual(self.row(record, 2).state, "ok")
        second = self.row(record, 3)
        self.assertEqual(self.codes(second), [("reference", "reference_twice")])
        self.assertIn("line 2", second.reason_text)

    def test_same_reference_of_two_predecessors_is_two_suppliers(self):
        record = self.checked(
            [
                supplier(1),
                supplier(
                    2, **{"Code fournisseur": "F-00001", "Origine": "ONEE-Électricité"}
                ),
            ]
        )
        self.assertEqual(self.states(record), [(2, "ok"), (3, "ok")])

    def test_correcting_the_first_line_frees_the_second(self):
        record = self.checked(
            [supplier(1), supplier(2, **{"Code fournisseur": "F-00001"})]
        )
        first = self.row(record, 2)
        first._correct({first.id: {"reference": "F-00009"}})
        self.assertEqual(self.states(record), [(2, "ok"), (3, "ok")])
        self.assertEqual(first.origin_reference, "F-00009")

    def test_correcting_towards_a_used_reference_refuses_the_later_line(self):
        record = self.checked([supplier(1), supplier(2)])
        second = self.row(record, 3)
        second._correct({second.id: {"reference": "F-00001"}})
        self.assertEqual(self.states(record), [(2, "ok"), (3, "error")])
        first = self.row(record, 2)
        first._correct({first.id: {"reference": "F-00002"}})
        self.assertEqual(self.states(record), [(2, "ok"), (3, "ok")])

    def test_a_loaded_line_keeps_its_reference(self):
        record = self.checked([supplier(1, Ville="Atlantide"), supplier(2)])
        record.action_load()
        first = self.row(record, 2)
        first._correct({first.id: {"reference": "F-00002", "commune": "Agadir"}})
        self.assertEqual(self.codes(first), [("reference", "reference_twice")])
        self.assertIn("line 3", first.reason_text)

    def test_loaded_rows_are_not_corrected(self):
        record = self.checked([supplier(1)])
        record.action_load()
        row = self.row(record, 2)
        with self.assertRaisesRegex(UserError, "loaded already"):
            row._correct({row.id: {"name": "Autre"}})

    def test_steps_out_of_order_are_refused(self):
        record = self.new_import(xlsx(table([supplier(1)])))
        with self.assertRaisesRegex(UserError, r"present state: .*\(Upload\)"):
            record.action_check()
        with self.assertRaisesRegex(UserError, r"present state: .*\(Upload\)"):
            record.action_load()
        record.action_preview()
        with self.assertRaisesRegex(UserError, r"present state: .*\(Preview\)"):
            record.action_close()

    def test_state_is_not_written_by_hand(self):
        record = self.new_import(xlsx(table([supplier(1)])))
        with self.assertRaisesRegex(UserError, "buttons"):
            record.write({"state": "closed"})
        with self.assertRaisesRegex(UserError, "buttons"):
            record.with_context(srm_import_step=True).write({"state": "closed"})
        with self.assertRaisesRegex(UserError, "buttons"):
            self.imports.create({"kind": "suppliers", "state": "loaded"})

    def test_rows_and_totals_are_not_written_by_hand(self):
        record = self.checked([supplier(1)])
        with self.assertRaisesRegex(UserError, "State"):
            record.row_ids.write({"state": "loaded"})
        with self.assertRaisesRegex(UserError, "Rows loaded"):
            record.total_ids.write({"loaded_count": 1})
        with self.assertRaises(AccessError):
            record.row_ids.unlink()

    def test_a_new_file_starts_over(self):
        record = self.new_import(xlsx(table([supplier(1)])))
        record.action_preview()
        record.file = base64.b64encode(xlsx(table([supplier(2)])))
        self.assertEqual(record.state, "draft")
        self.assertFalse(record.mapping_ids)
        record.action_preview()
        record.action_check()
        with self.assertRaisesRegex(UserError, "at the step"):
            record.file = base64.b64encode(xlsx(table([supplier(3)])))

    def test_cancelling_forgets_the_rows(self):
        record = self.checked([supplier(1)])
        record.action_cancel()
        self.assertEqual(record.state, "cancelled")
        self.assertFalse(record.row_ids)
        record.action_cancel()

    def test_loaded_imports_are_proof_and_stay(self):
        record = self.checked([supplier(1)])
        record.action_load()
        with self.assertRaisesRegex(UserError, "is kept"):
            record.unlink()
        with self.assertRaises(UserError):
            record.action_cancel()

    def test_roles(self):
        record = self.checked([supplier(1)])
        self.assertEqual(record.with_user(self.director).row_count, 1)
        self.assertEqual(
            record.row_ids.with_user(self.director).mapped("origin_reference"),
            ["F-00001"],
        )
        with self.assertRaises(AccessError):
            record.with_user(self.director).action_load()
        with self.assertRaises(AccessError):
            record.with_user(self.reader).read(["name"])
        row = record.row_ids.with_user(self.director)
        with self.assertRaises(AccessError):
            row._correct({row.id: {"name": "Autre"}})
        with self.assertRaises(AccessError):
            row.action_decide_reject()

    def test_creating_needs_the_role_of_the_kind(self):
        for user in (self.director, self.reader):
            with self.assertRaises(AccessError):
                self.imports.with_user(user).create({"kind": "suppliers"})
        self.assertEqual(self.imports.with_user(self.reader)._allowed_kinds(), [])
        self.assertIn("suppliers", self.imports._allowed_kinds())

    def test_other_company_sees_nothing(self):
        record = self.checked([supplier(1)])
        other = self.env["res.company"].create({"name": "Autre SRM"})
        self.officer.write({"company_ids": [(4, other.id)]})
        elsewhere = record.with_context(allowed_company_ids=other.ids)
        self.assertFalse(elsewhere.search([("id", "=", record.id)]))
        self.assertFalse(
            elsewhere.env["srm.import.row"].search([("import_id", "=", record.id)])
        )

    def test_same_file_is_announced(self):
        rows = [supplier(1)]
        first = self.checked(rows)
        second = self.new_import(xlsx(table([supplier(2)])))
        self.assertFalse(second.twin_import_id)
        content = first.sudo()._file_content()
        third = self.new_import(content)
        self.assertEqual(third.twin_import_id, first)

    def test_errors_are_worded_when_read(self):
        record = self.checked([supplier(1, Ville="Atlantide")])
        row = self.row(record, 2)
        wording = record._wording()
        self.assertEqual(
            wording.texts["territory_unknown"],
            "is not the name or code of one known commune",
        )
        self.assertNotIn("text", row.reasons[0])
        self.assertEqual(row.reasons[0]["code"], "territory_unknown")

    def test_all_codes_of_the_parser_have_words(self):
        texts = self.env["srm.import.handler.suppliers"]._all_reason_texts()
        codes = {
            "required", "cell_error", "amount_not_number", "amount_too_large",
            "integer_expected", "below_minimum", "above_maximum", "date_impossible",
            "date_unknown_format", "choice_unknown", "territory_unknown",
            "predecessor_unknown", "digits_lost", "reference_twice", "twin_in_file",
            "load_refused",
            *(f"{kind}_{code}" for kind in ("ice", "rib")
              for code in ("empty", "not_digits", "length", "check_digits")),
        }  # fmt: skip
        self.assertFalse(codes - texts.keys())
