from collections import Counter

from srm_engine.identifiers import check_ice, check_rib

from odoo.tests import tagged

from ..amounts import total
from ..models.srm_debt_demo import read_demo
from .arrears_common import ArrearsCase


@tagged("post_install", "-at_install")
class TestSrmDebtDemo(ArrearsCase):
    def test_files_are_coherent(self):
        suppliers = {row["code"]: row for row in read_demo("suppliers")}
        debts = read_demo("debts")
        self.assertEqual(len(suppliers), 60)
        self.assertEqual(len(debts), 250)
        self.assertEqual(len({row["ice"] for row in suppliers.values()}), 60)
        for row in suppliers.values():
            self.assertTrue(check_ice(row["ice"]).valid, row["name"])
            self.assertTrue(check_rib(row["rib"]).valid, row["name"])
            self.assertTrue(row["email"].endswith(".example.com"))
        self.assertEqual(
            {row["predecessor"] for row in debts},
            {"", "ramsa", "onee_water", "onee_electricity"},
        )
        self.assertLessEqual({row["supplier"] for row in debts}, set(suppliers))

    def test_debts_reach_their_stage_by_the_buttons(self):
        demo = self.env["srm.debt.demo"].with_context(tracking_disable=True)
        rows = read_demo("debts")
        known = self.env["srm.debt"].search(
            [("origin_reference", "in", [row["reference"] for row in rows])]
        )
        if known:
            # The demonstration is on this database: it may have advanced since.
            self.assertEqual(len(known), 250)
            return
        demo._load()
        debts = self.env["srm.debt"].search(
            [("origin_reference", "in", [row["reference"] for row in rows])]
        )
        self.assertEqual(
            Counter(debts.mapped("stage")), Counter(row["stage"] for row in rows)
        )
        self.assertEqual(
            total(debts.mapped("amount_claimed")),
            total(row["amount_claimed"] for row in rows),
        )
        self.assertFalse(debts.filtered(lambda item: not item.territory_id))
        self.assertTrue(debts.filtered("blocked"))
        self.assertTrue(debts.file_id.contact_ids and debts.file_id.commitment_ids)
        self.assertEqual(len(debts.province_id), 6)
