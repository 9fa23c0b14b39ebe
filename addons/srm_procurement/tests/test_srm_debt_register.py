from datetime import date
from decimal import Decimal

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .arrears_common import ArrearsCase


@tagged("post_install", "-at_install")
class TestSrmDebtRegister(ArrearsCase):
    def settle(self, debt, amount, reference="VIR-1", day=date(2025, 2, 1)):
        return debt.with_user(self.officer)._register_settled(
            {debt.id: Decimal(amount)}, day, reference
        )

    def test_debt_closes_by_itself(self):
        debt = self.new_debt(1000, "scored")
        debt._set_stage("scheduled")
        self.settle(debt, "400.00")
        self.assertEqual(debt.stage, "scheduled")
        self.assertEqual(debt.amount_payable, 600)
        self.settle(debt, "600.00", "VIR-2")
        self.assertEqual(debt.stage, "closed")
        self.assertEqual(debt.amount_remaining, 0)
        self.assertEqual(self.file.stage, "closed")

    def test_same_reference_counts_once(self):
        debt = self.new_debt(1000, "scored")
        self.assertEqual(len(self.settle(debt, "400.00")), 1)
        self.assertFalse(self.settle(debt, "400.00"))
        self.assertEqual(debt.amount_settled, 400)

    def test_never_more_than_payable(self):
        debt = self.new_debt(1000, "scored", amount_retention=70)
        with self.assertRaisesRegex(UserError, "payable"):
            self.settle(debt, "930.01")
        with self.assertRaisesRegex(UserError, "not certified"):
            self.settle(self.new_debt(1000), "1.00")

    def test_retention_reopens_a_paid_debt(self):
        debt = self.new_debt(1000, "scored", amount_retention=70)
        self.settle(debt, "930.00")
        self.assertEqual(debt.stage, "paid")
        with self.assertRaises(AccessError):
            debt.with_user(self.officer).action_release_retention()
        debt.with_user(self.manager).action_release_retention()
        self.assertEqual(debt.stage, "scored")
        self.assertEqual(debt.amount_payable, 70)
        self.settle(debt, "70.00", "VIR-2")
        self.assertEqual(debt.stage, "closed")

    def test_rejecting_the_rest_closes_a_paid_debt(self):
        debt = self.new_debt(1000, "scored", amount_contested=100)
        self.settle(debt, "900.00")
        self.assertEqual(debt.stage, "paid")
        debt.with_user(self.manager)._resolve_dispute(
            Decimal(0), Decimal("100.00"), "Not executed"
        )
        self.assertEqual(debt.stage, "closed")

    def test_accepting_the_rest_puts_it_back_in_the_queue(self):
        debt = self.new_debt(1000, "scored", amount_contested=100)
        self.settle(debt, "900.00")
        debt.with_user(self.manager)._resolve_dispute(
            Decimal("100.00"), Decimal(0), "Executed after all"
        )
        self.assertEqual(debt.stage, "scored")
        self.assertEqual(debt.amount_payable, 100)

    def test_payments_cannot_be_written_by_hand(self):
        debt = self.new_debt(1000, "scored")
        payment = self.settle(debt, "100.00")
        with self.assertRaises(AccessError):
            payment.with_user(self.manager).write({"amount": 1})
        with self.assertRaises(AccessError):
            self.env["srm.debt.payment"].with_user(self.manager).create(
                {
                    "debt_id": debt.id,
                    "amount": 5,
                    "reference": "X",
                    "date": "2025-01-01",
                }
            )
