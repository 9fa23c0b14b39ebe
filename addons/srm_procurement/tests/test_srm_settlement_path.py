from datetime import timedelta

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .settlement_common import SettlementCase


@tagged("post_install", "-at_install")
class TestSettlementPath(SettlementCase):
    """From the register to the closed debt, the books balanced at every step."""

    def test_from_registered_to_closed(self):
        debt = self._debt(10000.01, stage="reconciled")
        self.assertBalanced(debts=0)
        debt.with_user(self.certifier).action_certify()
        self.assertBalanced(debts=10000.01)
        debt.action_classify()
        debt.action_score()

        settlement = self._settlement(debt, count=3)
        self.assertEqual(
            settlement.instalment_ids.mapped("amount"), [3333.33, 3333.33, 3333.35]
        )
        self._schedule(settlement)
        self.assertEqual(debt.stage, "scheduled")
        self.assertEqual(settlement.instalment_ids.mapped("state"), ["to_pay"] * 3)
        self.assertBalanced(debts=10000.01, transit=0)

        paid = 0.0
        for instalment in settlement.instalment_ids.sorted("date"):
            order = self._order(instalment)
            self.assertEqual(instalment.state, "ordered")
            self.assertBalanced(debts=10000.01 - paid, transit=0)
            self._send(order)
            self.assertEqual(instalment.state, "sent")
            self.assertBalanced(debts=10000.01 - paid, transit=instalment.amount)
            self._bank(order, "credited")
            paid += instalment.amount
            self.assertEqual(instalment.state, "paid")
            self.assertEqual(instalment.credit_date, fields.Date.today())
            self.assertBalanced(debts=10000.01 - paid, transit=0)
        self.assertEqual(debt.stage, "closed")
        self.assertEqual(debt.amount_settled, 10000.01)
        self.assertEqual(settlement.state, "done")
        self.assertTrue(debt.opening_line_id.reconciled)
        payments = order.payment_ids
        self.assertEqual(payments.state, "paid")

    def test_bank_account_moves_on_the_day_of_the_credit(self):
        debt = self._debt(500)
        settlement = self._settlement(debt, count=1)
        self._schedule(settlement)
        order = self._order(settlement.instalment_ids)
        bank = self.journal.default_account_id
        before = self._balance(bank)
        self._send(order)
        self.assertEqual(self._balance(bank), before)
        self._bank(order, "credited")
        self.assertEqual(self._balance(bank), before - 500)
        self.assertEqual(debt.payment_ids.date, fields.Date.today())

    def _balance(self, account):
        ((total,),) = self.env["account.move.line"]._read_group(
            [("account_id", "=", account.id), ("parent_state", "=", "posted")],
            [],
            ["balance:sum"],
        )
        return total

    def test_retention_stays_in_its_own_account_until_released(self):
        debt = self._debt(1000, amount_retention=100)
        control = self._control()
        self.assertEqual(control.balance_payable, 900)
        self.assertEqual(control.balance_retention, 100)
        settlement = self._settlement(debt, count=1)
        self.assertEqual(settlement.amount_total, 900)
        self._schedule(settlement)
        order = self._order(settlement.instalment_ids)
        self._send(order)
        self._bank(order, "credited")
        self.assertEqual(debt.stage, "paid", "the retention is still owed")
        self.assertBalanced(debts=100)

        debt.with_user(self.manager).action_release_retention()
        control = self._control()
        self.assertEqual((control.balance_payable, control.balance_retention), (100, 0))
        self.assertBalanced(debts=100)
        last = self._settlement(debt, count=1)
        self._schedule(last)
        order = self._order(last.instalment_ids)
        self._send(order)
        self._bank(order, "credited")
        self.assertEqual(debt.stage, "closed")
        self.assertBalanced(debts=0)

    def test_part_of_the_debts_and_the_rest_later(self):
        debt = self._debt(1000)
        settlement = self._settlement(debt, count=1, amount=400)
        self._schedule(settlement)
        order = self._order(settlement.instalment_ids)
        self._send(order)
        self._bank(order, "credited")
        self.assertEqual(settlement.state, "done")
        self.assertEqual(debt.stage, "scored", "the rest can be settled again")
        self.assertBalanced(debts=600)
        self._schedule(self._settlement(debt, count=2))
        self.assertBalanced(debts=600)

    def test_an_instalment_pays_the_oldest_debt_first(self):
        new = self._debt(100, invoice_date="2024-06-01")
        old = self._debt(100, invoice_date="2023-01-01")
        settlement = self._settlement(new | old, count=2)
        self._schedule(settlement)
        first, second = settlement.instalment_ids.sorted("date")
        self.assertEqual(first.allocation_ids.debt_id, old)
        self.assertEqual(second.allocation_ids.debt_id, new)

    def test_refused_transfer_is_due_again(self):
        debt = self._debt(900)
        settlement = self._settlement(debt, count=3)
        self._schedule(settlement)
        first, second = settlement.instalment_ids.sorted("date")[:2]
        order = self._order(first | second)
        self._send(order)
        lines = order.payment_line_ids
        refused = lines.filtered(lambda line: line.srm_instalment_id == first)
        self._bank(order, "refused", refused, reason="Compte clôturé")
        self.assertEqual(first.state, "to_pay")
        self.assertEqual(first.refusal_reason, "Compte clôturé")
        self.assertEqual(second.state, "sent")
        self.assertEqual(refused.payment_ids.state, "rejected")
        self.assertBalanced(debts=900, transit=300)
        self._bank(order, "credited")
        self.assertEqual(second.state, "paid")
        self.assertEqual(first.state, "to_pay", "refused lines are not credited")
        self.assertBalanced(debts=600, transit=0)

        again = self._order(first)
        self.assertNotEqual(again, order)
        self._send(again)
        self._bank(again, "credited")
        self.assertEqual(first.state, "paid")
        self.assertBalanced(debts=300)

    def test_returned_transfer_reopens_the_debt(self):
        debt = self._debt(250)
        settlement = self._settlement(debt, count=1)
        self._schedule(settlement)
        order = self._order(settlement.instalment_ids)
        self._send(order)
        self._bank(order, "credited")
        self.assertEqual(debt.stage, "closed")
        self._bank(
            order, "refused", order.payment_line_ids, reason="Retour de la banque"
        )
        self.assertEqual(debt.stage, "scheduled")
        self.assertEqual(debt.amount_settled, 0)
        self.assertEqual(settlement.state, "scheduled")
        self.assertEqual(settlement.instalment_ids.state, "to_pay")
        self.assertBalanced(debts=250, transit=0)
        order = self._order(settlement.instalment_ids)
        self._send(order)
        self._bank(order, "credited")
        self.assertEqual((debt.stage, settlement.state), ("closed", "done"))
        self.assertBalanced(debts=0)

    def test_every_button_may_be_pressed_twice(self):
        debt = self._debt(300)
        settlement = self._settlement(debt, count=1)
        for _click in range(2):
            settlement.with_user(self.officer).action_propose()
        self._sign(settlement)
        for _click in range(2):
            settlement.with_user(self.manager).action_agree()
        for _click in range(2):
            settlement.with_user(self.officer).action_schedule()
        self.assertEqual(len(settlement.instalment_ids.allocation_ids), 1)
        order = self._order(settlement.instalment_ids)
        with self.assertRefused(order.name):
            self._order(settlement.instalment_ids)
        for _click in range(2):
            order.with_user(self.manager).draft2open()
        payment = order.payment_ids
        for _click in range(2):
            order.with_user(self.officer).open2generated()
        for _click in range(2):
            order.with_user(self.officer).generated2uploaded()
        order.with_user(self.manager).draft2open()
        self.assertEqual(order.payment_ids, payment)
        self.assertEqual(order.state, "uploaded")
        lines = order.payment_line_ids
        for _click in range(2):
            order._srm_register_credit(lines, fields.Date.today())
        self.assertEqual(debt.amount_settled, 300)
        self.assertEqual(len(debt.payment_ids), 1)
        self.assertBalanced(debts=0)

    def test_credit_date_lies_between_the_file_and_today(self):
        settlement = self._settlement(self._debt(100), count=1)
        self._schedule(settlement)
        order = self._order(settlement.instalment_ids)
        self._send(order)
        for days in (-1, 1):
            with self.assertRaises(ValidationError):
                self._bank(
                    order, "credited", date=fields.Date.today() + timedelta(days=days)
                )
        with self.assertRaises(ValidationError):
            self._bank(order, "refused", order.payment_line_ids, reason=" ")

    def test_cancelled_settlement_gives_its_debts_back(self):
        debt = self._debt(600)
        settlement = self._settlement(debt, count=2)
        self._schedule(settlement)
        first = settlement.instalment_ids.sorted("date")[0]
        order = self._order(first)
        with self.assertRefused(order.name):
            settlement.with_user(self.manager)._cancel("Liquidation")
        self._send(order)
        self._bank(order, "credited")
        settlement.with_user(self.manager)._cancel("Liquidation")
        self.assertEqual(settlement.state, "cancelled")
        self.assertEqual(debt.stage, "scored")
        self.assertEqual(debt.amount_settled, 300)
        self.assertBalanced(debts=300)
        states = settlement.instalment_ids.sorted("date").mapped("state")
        self.assertEqual(states, ["paid", "cancelled"])

    def test_order_with_the_bank_is_not_cancelled(self):
        settlement = self._settlement(self._debt(100), count=1)
        self._schedule(settlement)
        order = self._order(settlement.instalment_ids)
        self._send(order)
        with self.assertRefused("with the bank"):
            order.action_uploaded_cancel()

    def test_cancelled_order_frees_its_instalments(self):
        settlement = self._settlement(self._debt(100), count=1)
        self._schedule(settlement)
        order = self._order(settlement.instalment_ids)
        order.with_user(self.manager).draft2open()
        order.with_user(self.manager).action_cancel()
        self.assertEqual(settlement.instalment_ids.state, "to_pay")
        other = self._order(settlement.instalment_ids)
        with self.assertRefused(other.name):
            order.with_user(self.manager).cancel2draft()
        self.assertBalanced(debts=100, transit=0)

    def test_deleted_order_frees_its_instalments(self):
        settlement = self._settlement(self._debt(100), count=1)
        self._schedule(settlement)
        self._order(settlement.instalment_ids).with_user(self.officer).unlink()
        self.assertEqual(settlement.instalment_ids.state, "to_pay")
        order = self._order(settlement.instalment_ids)
        order.with_user(self.manager).draft2open()
        with self.assertRefused("is kept"):
            order.with_user(self.manager).unlink()
        self.assertEqual(settlement.instalment_ids.state, "ordered")

    def test_prepare_what_is_due_from_the_settlement(self):
        settlement = self._settlement(self._debt(100), count=2)
        self._schedule(settlement)
        first, second = settlement.instalment_ids.sorted("date")
        settlement.with_user(self.officer).action_prepare_orders()
        self.assertEqual((first.state, second.state), ("ordered", "to_pay"))
        settlement.with_user(self.officer).action_prepare_orders()
        self.assertEqual(second.state, "ordered", "nothing due: the next one")
