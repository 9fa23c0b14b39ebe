import psycopg2

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .arrears_common import ArrearsCase


@tagged("post_install", "-at_install")
class TestSrmDebt(ArrearsCase):
    def refused_by_database(self, **values):
        with (
            self.assertRaises(psycopg2.IntegrityError),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self.new_debt(**values)

    def test_amounts_follow_each_other(self):
        debt = self.new_debt(
            1000.10,
            amount_paid_before=200.05,
            amount_contested=100,
            amount_retention=70,
        )
        self.assertEqual(debt.amount_to_certify, 900.10)
        self.assertEqual(debt.amount_paid, 200.05)
        self.assertEqual(debt.amount_remaining, 800.05)
        self.assertEqual(debt.amount_open, 0, "nothing is certified yet")

    def test_certified_part_is_payable_less_paid_and_retention(self):
        debt = self.new_debt(
            1000,
            "certified",
            amount_paid_before=200,
            amount_contested=100,
            amount_retention=70,
        )
        self.assertEqual(debt.amount_certified, 900)
        self.assertEqual(debt.amount_open, 700)
        self.assertEqual(debt.amount_payable, 630)
        self.assertEqual(debt.amount_remaining, 800)

    def test_database_refuses_impossible_amounts(self):
        self.refused_by_database(amount=-1)
        self.refused_by_database(amount=100, amount_paid_before=100.01)
        self.refused_by_database(amount=100, amount_contested=100.01)
        self.refused_by_database(amount=100, amount_retention=101)
        self.refused_by_database(amount=100, amount_contested=60, amount_rejected=41)
        self.refused_by_database(amount=100, agreed_days=-1)

    def test_origin_reference_is_unique_per_predecessor(self):
        first = self.new_debt(origin_reference="X-1")
        self.new_debt(origin_reference="X-1", predecessor_id=self.onee.id)
        self.refused_by_database(origin_reference="X-1")
        self.new_debt(origin_reference="X-1", predecessor_id=False)
        self.refused_by_database(origin_reference="X-1", predecessor_id=False)
        self.assertEqual(first.copy().origin_reference, "X-1 (copy)")

    def test_stage_and_certified_amount_change_by_buttons_only(self):
        debt = self.new_debt().with_user(self.manager)
        for values in (
            {"stage": "certified"},
            {"amount_certified": 10},
            {"certified_by_id": self.manager.id},
            {"retention_released": True},
        ):
            with self.assertRaisesRegex(UserError, "buttons"):
                debt.write(values)
        with self.assertRaisesRegex(UserError, "buttons"):
            debt.create(self.debt_vals(amount_certified=50))
        # A context that came through RPC cannot hold the token.
        for key in ("srm_debt_stage", "guard"):
            with self.assertRaisesRegex(UserError, "buttons"):
                debt.with_context(**{key: True}).write({"stage": "paid"})

    def test_certified_figures_are_frozen(self):
        debt = self.new_debt(stage="certified")
        with self.assertRaisesRegex(UserError, "Send the debt back"):
            debt.amount_claimed = 1
        with self.assertRaisesRegex(UserError, "Borne by"):
            debt.bearer = "onee"
        debt.contract_reference = "12/E/2024"
        self.assertEqual(debt.contract_reference, "12/E/2024")

    def test_mandatory_documents_depend_on_the_nature(self):
        debt = self.new_debt(nature="works")
        codes = set(debt.missing_document_ids.mapped("code"))
        self.assertEqual(
            codes,
            {"contract", "order", "attachment", "statement", "invoice", "acceptance"},
        )
        invoice = self.env.ref("srm_procurement.document_type_invoice")
        debt.document_ids = [Command.create({"type_id": invoice.id})]
        self.assertNotIn(invoice, debt.missing_document_ids)
        debt.nature = "supplies"
        self.assertIn("delivery_note", debt.missing_document_ids.mapped("code"))
        debt.nature = False
        self.assertFalse(debt.missing_document_ids)

    def test_regime_is_proposed_then_kept(self):
        inherited = self.new_debt()
        own = self.new_debt(predecessor_id=False)
        self.assertEqual(inherited.regime, "public_2_16_344")
        self.assertEqual(own.regime, "law_69_21")
        inherited.regime = "own"
        self.env.company.srm_inherited_regime = "law_69_21"
        self.assertEqual(inherited.regime, "own")
        self.assertEqual(self.new_debt().regime, "law_69_21")

    def test_only_a_fresh_debt_can_be_deleted(self):
        fresh, old = self.new_debt(), self.new_debt(stage="reconciled")
        fresh.unlink()
        self.assertFalse(fresh.exists())
        with self.assertRaisesRegex(UserError, "is kept"):
            old.unlink()

    def test_display_name_says_where_it_comes_from(self):
        debt = self.new_debt(origin_reference="SM-9", invoice_reference="F9")
        self.assertEqual(debt.display_name, f"{self.ramsa.name} · SM-9 · F9")

    def test_creating_many_does_not_query_one_by_one(self):
        def create(count):
            vals_list = [self.debt_vals(number + 1) for number in range(count)]
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.env["srm.debt"].create(vals_list)
            self.env.flush_all()
            return self.cr.sql_log_count - before

        create(2)
        few, many = create(10), create(60)
        self.assertLessEqual(many - few, 3)
