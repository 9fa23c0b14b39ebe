from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL

from .arrears_common import ArrearsCase


@tagged("post_install", "-at_install")
class TestSrmDebtDuplicate(ArrearsCase):
    def pair(self, **values):
        """The same invoice in the registers of two predecessors."""
        first = self.new_debt(12345.67, invoice_reference="FA-2024-0118")
        second = self.new_debt(
            12345.67,
            predecessor_id=self.onee.id,
            invoice_reference="Facture 118/2024",
            **values,
        )
        return first, second

    def search(self):
        return self.env["srm.debt.duplicate"]._search_duplicates(self.env.company)

    def found(self, debt):
        return self.env["srm.debt.duplicate"].search(
            ["|", ("debt_id", "=", debt.id), ("other_id", "=", debt.id)]
        )

    def decide(self, pair, answer, blocked=None):
        self.env["srm.debt.duplicate.decide"].with_user(self.officer).create(
            {
                "duplicate_id": pair.id,
                "answer": answer,
                "note": "Compared on paper",
            }
            | ({"blocked_id": blocked.id} if blocked else {})
        ).action_confirm()

    def test_found_across_predecessors_and_kept(self):
        first, second = self.pair()
        self.search()
        pair = self.found(first)
        self.assertEqual((pair.debt_id, pair.other_id), (first, second))
        self.assertEqual((pair.reason, pair.state), ("invoice", "open"))
        self.assertEqual(pair.amount, 12345.67)
        self.assertEqual((first + second).mapped("duplicate_count"), [1, 1])
        self.assertLessEqual(
            first + second,
            self.env["srm.debt"].search([("duplicate_count", ">", 0)]),
        )
        self.assertEqual(len((first + second).exists()), 2, "nothing is merged")
        self.assertEqual(self.search(), 0, "a second search finds nothing new")

    def test_not_a_duplicate_is_remembered(self):
        first, _second = self.pair()
        self.search()
        pair = self.found(first)
        self.decide(pair, "dismissed")
        self.assertEqual((pair.state, pair.decided_by_id), ("dismissed", self.officer))
        self.search()
        self.assertEqual(self.found(first), pair)
        self.assertEqual(pair.state, "dismissed")
        self.assertFalse(first.duplicate_count)
        self.decide(pair, "confirmed")
        self.assertEqual(pair.state, "dismissed", "decided once")

    def test_duplicate_blocks_one_debt_with_a_reason(self):
        first, second = self.pair()
        self.search()
        self.decide(self.found(first), "confirmed", second)
        self.assertFalse(first.blocked)
        self.assertTrue(second.blocked)
        block = second.block_ids
        self.assertEqual(block.reason_id.code, "duplicate")
        self.assertIn(first.origin_reference, block.note)
        self.complete_documents(second)
        self.reconcile(second)
        with self.assertRaisesRegex(UserError, "Duplicate"):
            self.certify(second)

    def test_the_less_advanced_debt_is_proposed(self):
        first, second = self.pair()
        self.advance(second, "certified")
        self.search()
        wizard = self.env["srm.debt.duplicate.decide"].create(
            {"duplicate_id": self.found(first).id, "note": "x"}
        )
        self.assertEqual(wizard.blocked_id, first)
        with self.assertRaisesRegex(UserError, "one of the two"):
            self.found(first)._confirm(self.new_debt(5), "x")

    def test_a_corrected_debt_is_not_suspected_any_more(self):
        first, second = self.pair()
        self.search()
        second.write({"amount_claimed": 1, "invoice_reference": "ZZ-7"})
        self.search()
        self.assertFalse(self.found(first))

    def test_firms_with_one_ice_are_one_creditor(self):
        first, _second = self.pair()
        other = self.new_file("Same Firm Again")
        self.env.cr.execute(
            "UPDATE res_partner SET company_registry = %s WHERE id = %s",
            (self.file.partner_id.company_registry, other.partner_id.id),
        )
        third = self.new_debt(12345.67, file_id=other.id, invoice_reference="0118-2024")
        self.search()
        self.assertTrue(self.found(third))
        self.assertTrue(self.found(first))

    def test_director_does_not_decide(self):
        first, _second = self.pair()
        self.search()
        with self.assertRaises(AccessError):
            self.found(first).with_user(self.director).action_dismiss()
        with self.assertRaises(AccessError):
            self.env["srm.debt.duplicate"].with_user(self.director).action_search()
        self.found(first).with_user(self.officer).action_dismiss()
        self.assertEqual(self.found(first).state, "dismissed")

    def test_many_debts_in_few_queries(self):
        """20,000 debts: one reading, the engine, two writings."""
        self.pair()
        self.env.flush_all()
        columns = SQL(", ").join(
            SQL.identifier(name)
            for name, field in self.env["srm.debt"]._fields.items()
            if field.store
            and field.column_type
            and name not in ("id", "origin_reference", "amount_claimed")
        )
        self.env.cr.execute(
            SQL(
                """INSERT INTO srm_debt (origin_reference, amount_claimed, %(columns)s)
                   SELECT 'VOL-' || n, 1000 + n / 2, %(columns)s
                     FROM srm_debt, generate_series(1, 20000) n WHERE id = %(id)s""",
                columns=columns,
                id=self.file.debt_ids[0].id,
            )
        )
        before = self.cr.sql_log_count
        self.assertGreaterEqual(self.search(), 9999)
        self.assertLess(self.cr.sql_log_count - before, 12)
