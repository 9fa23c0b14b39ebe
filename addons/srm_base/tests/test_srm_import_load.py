from odoo.exceptions import UserError
from odoo.tests import tagged

from .srm_import_common import ImportCase, ice, rib, supplier


@tagged("post_install", "-at_install")
class TestSrmImportLoad(ImportCase):
    """Suppliers: idempotence, duplicates, decisions."""

    def partner(self, number):
        return self.env["res.partner"].search([("company_registry", "=", ice(number))])

    def test_same_file_twice(self):
        rows = [supplier(1), supplier(2)]
        self.checked(rows).action_load()
        partners = self.partner(1) | self.partner(2)
        dates = partners.mapped("write_date")
        again = self.checked(rows)
        self.assertEqual(self.states(again), [(2, "ok"), (3, "ok")])
        self.assertFalse(again.row_ids.filtered("changes"))
        self.assertFalse(again.row_ids.filtered("flags"))
        again.action_load()
        self.assertEqual(self.states(again), [(2, "unchanged"), (3, "unchanged")])
        self.assertEqual(self.partner(1) | self.partner(2), partners)
        self.assertEqual(partners.mapped("write_date"), dates)
        self.assertEqual(len(partners.bank_ids), 2)
        self.assertEqual(self.env["srm.origin"].search_count([]), 2)

    def test_changes_are_told_and_an_empty_cell_erases_nothing(self):
        self.checked([supplier(1)]).action_load()
        partner = self.partner(1)
        row = supplier(1, **{"Ville": "Tiznit", "Téléphone": None, "RIB": rib(77)})
        again = self.checked([row])
        self.assertEqual(
            self.row(again, 2).changes,
            {"commune": ["Agadir", "Tiznit"], "rib": [rib(1), rib(77)]},
        )
        again.action_load()
        self.assertEqual(self.row(again, 2).state, "updated")
        self.assertEqual((partner.city, partner.phone), ("Tiznit", "0528000000"))
        self.assertEqual(sorted(partner.bank_ids.mapped("srm_rib")), [rib(1), rib(77)])

    def test_same_firm_under_another_code_is_flagged_not_merged(self):
        self.checked([supplier(1)]).action_load()
        other = supplier(1, **{"Code fournisseur": "E-77", "Origine": "ONEE-Eau"})
        record = self.checked([other])
        row = self.row(record, 2)
        self.assertEqual(row.state, "flagged")
        self.assertEqual(row.flags[0]["code"], "known_ice")
        self.assertEqual(row.flags[0]["res_id"], self.partner(1).id)
        self.assertIn("Firme 1 SARL already has this ICE", row.reason_text)
        with self.assertRaisesRegex(UserError, "no good row"):
            record.action_load()
        self.assertEqual(len(self.partner(1)), 1)

    def test_attaching_a_code_to_the_known_supplier(self):
        self.checked([supplier(1)]).action_load()
        partner = self.partner(1)
        row_dict = supplier(1, **{"Code fournisseur": "E-77", "Origine": "ONEE-Eau"})
        record = self.checked([row_dict])
        row = self.row(record, 2)
        row.action_decide_link()
        self.assertEqual(row.state, "ok")
        record.action_load()
        self.assertEqual((row.state, row.res_id), ("loaded", partner.id))
        again = self.checked([row_dict])
        again.action_load()
        self.assertEqual(self.row(again, 2).state, "unchanged")
        record.action_close()

    def test_loading_anyway_meets_the_rules_of_the_record(self):
        self.checked([supplier(1)]).action_load()
        other = supplier(1, **{"Code fournisseur": "E-77", "Origine": "ONEE-Eau"})
        record = self.checked([other, supplier(2)])
        self.row(record, 2).action_decide_load()
        record.action_load()
        row = self.row(record, 2)
        self.assertEqual(row.state, "error")
        self.assertIn("already has it", row.reason_text)
        self.assertEqual(self.row(record, 3).state, "loaded")

    def test_rejecting_and_reconsidering(self):
        self.checked([supplier(1)]).action_load()
        other = supplier(1, **{"Code fournisseur": "E-77", "Origine": "ONEE-Eau"})
        record = self.checked([other, supplier(2)])
        row = self.row(record, 2)
        row.action_decide_reject()
        self.assertEqual(row.state, "rejected")
        row.action_reconsider()
        self.assertEqual(row.state, "flagged")
        row.action_decide_reject()
        record.action_load()
        record.action_close()
        self.assertEqual(record.state, "closed")

    def test_twins_inside_the_file(self):
        twin = supplier(1, **{"Code fournisseur": "F-00099", "RIB": None})
        record = self.checked([supplier(1), twin])
        self.assertEqual(self.states(record), [(2, "ok"), (3, "flagged")])
        self.assertIn("looks like line 2", self.row(record, 3).reason_text)
        record.action_load()
        row = self.row(record, 3)
        self.assertEqual(row.flags[-1]["res_id"], self.partner(1).id)
        row.action_decide_link()
        record.action_load()
        self.assertEqual(row.res_id, self.partner(1).id)

    def test_decisions_need_a_flag(self):
        record = self.checked([supplier(1), supplier(2, Ville="Atlantide")])
        with self.assertRaisesRegex(UserError, "resembles no known record"):
            self.row(record, 2).action_decide_link()
        with self.assertRaisesRegex(UserError, "has errors"):
            self.row(record, 3).action_decide_load()

    def test_a_new_flag_asks_again(self):
        first = supplier(1, **{"Code fournisseur": "F-00099"})
        record = self.checked([supplier(1), first])
        row = self.row(record, 3)
        row.action_decide_load()
        self.assertEqual(row.state, "ok")
        self.checked([supplier(1)]).action_load()
        row._check_again()
        self.assertEqual((row.state, row.decision), ("flagged", False))

    def test_rows_loaded_meanwhile_are_not_loaded_twice(self):
        first = self.checked([supplier(1)])
        second = self.checked([supplier(1)])
        first.action_load()
        second.action_load()
        self.assertEqual(self.row(second, 2).state, "unchanged")
        self.assertEqual(len(self.partner(1)), 1)

    def test_opening_records(self):
        record = self.checked([supplier(1), supplier(2, Ville="Atlantide")])
        record.action_load()
        action = record.action_open_records()
        self.assertEqual(action["domain"], [("id", "in", self.partner(1).ids)])
        row_action = self.row(record, 2).action_open_record()
        self.assertEqual(row_action["res_id"], self.partner(1).id)
        with self.assertRaisesRegex(UserError, "no record yet"):
            self.row(record, 3).action_open_record()
