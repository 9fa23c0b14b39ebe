from odoo import Command, fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from ..amounts import money
from .settlement_common import SettlementCase

DOCUMENT = "YWNjb3Jk"


def receivable(env, partner, amount, journal):
    """Open item of ``partner`` on a customers account."""
    accounts = env["account.account"]
    owed = accounts.search([("account_type", "=", "asset_receivable")], limit=1)
    income = accounts.search([("account_type", "=", "income")], limit=1)
    move = env["account.move"].create(
        {
            "move_type": "entry",
            "journal_id": journal.id,
            "line_ids": [
                Command.create(
                    {"account_id": owed.id, "partner_id": partner.id, "debit": amount}
                ),
                Command.create({"account_id": income.id, "credit": amount}),
            ],
        }
    )
    move._post(soft=False)
    return move.line_ids.filtered(lambda line: line.account_id == owed)


@tagged("post_install", "-at_install")
class TestSrmDebtSetoff(SettlementCase):
    def receivable(self, amount, partner=None):
        return receivable(
            self.env,
            partner or self.file.partner_id,
            amount,
            self.company.srm_debt_journal_id,
        )

    def setoff(self, debt, line, amount, **values):
        return (
            self.env["srm.debt.setoff"]
            .with_user(self.officer)
            .create(
                {
                    "debt_id": debt.id,
                    "receivable_line_id": line.id,
                    "amount": amount,
                    "document": DOCUMENT,
                }
                | values
            )
        )

    def book(self, setoff):
        setoff.with_user(self.officer).action_propose()
        setoff.with_user(self.manager).action_agree()
        setoff.with_user(self.officer).action_book()

    def test_one_balanced_entry_reduces_both_sides(self):
        debt = self._debt(1000)
        line = self.receivable(400)
        setoff = self.setoff(debt, line, 300)
        self.book(setoff)
        items = setoff.move_id.line_ids
        self.assertEqual(sum(items.mapped("debit")), sum(items.mapped("credit")))
        self.assertEqual(
            sorted((item.account_id.account_type, item.balance) for item in items),
            [("asset_receivable", -300.0), ("liability_payable", 300.0)],
        )
        self.assertEqual(line.amount_residual, 100)
        self.assertEqual(debt.opening_line_id.amount_residual, -700)
        self.assertEqual((debt.amount_settled, debt.amount_payable), (300, 700))
        self.assertEqual(debt.stage, "scored", "the rest is still to be settled")
        self.assertEqual(debt.payment_ids.reference, setoff.name)
        self.assertBalanced(debts=700)

    def test_booked_once_whatever_the_clicks(self):
        debt = self._debt(1000)
        setoff = self.setoff(debt, self.receivable(400), 300)
        self.book(setoff)
        move = setoff.move_id
        setoff.action_book()
        self.assertEqual(setoff.move_id, move)
        self.assertEqual(debt.amount_settled, 300)
        self.assertEqual(len(debt.payment_ids), 1)

    def test_whole_debt_set_off_is_closed_and_reversed(self):
        debt = self._debt(1000)
        line = self.receivable(1000)
        setoff = self.setoff(debt, line, 1000)
        self.book(setoff)
        self.assertEqual(debt.stage, "closed")
        self.assertTrue(line.reconciled)
        with self.assertRaises(AccessError):
            setoff.with_user(self.officer)._reverse("Error")
        setoff.with_user(self.manager)._reverse("Penalties waived")
        self.assertEqual(setoff.state, "reversed")
        self.assertEqual(setoff.reversal_move_id.reversed_entry_id, setoff.move_id)
        self.assertEqual((debt.stage, debt.amount_payable), ("scored", 1000))
        self.assertEqual(line.amount_residual, 1000)
        self.assertFalse(debt.payment_ids)
        self.assertEqual(-debt.opening_line_id.amount_residual, 1000)
        self.assertBalanced(debts=1000)
        setoff.with_user(self.manager)._reverse("Again")
        self.assertEqual(setoff.reversal_reason, "Penalties waived")

    def test_reversal_after_the_books_changed(self):
        """The opening item was replaced meanwhile: the books still balance."""
        debt = self._debt(1000, amount_contested=200)
        setoff = self.setoff(debt, self.receivable(300), 300)
        self.book(setoff)
        debt.with_user(self.certifier)._resolve_dispute(
            money(100), money(100), "Measured"
        )
        self.assertEqual(debt.amount_payable, 600)
        setoff.with_user(self.manager)._reverse("Error")
        self.assertEqual(debt.amount_payable, 900)
        self.assertEqual(-debt.opening_line_id.amount_residual, 900)
        self.assertBalanced(debts=900)
        settlement = self._settlement(debt, count=1)
        self._schedule(settlement)
        self._order(settlement.instalment_ids)

    def test_who_certified_does_not_approve(self):
        setoff = self.setoff(self._debt(1000), self.receivable(300), 300)
        setoff.action_propose()
        with self.assertRefused("certified debt"):
            setoff.with_user(self.certifier).action_agree()
        with self.assertRaises(AccessError):
            setoff.action_agree()

    def test_refusals_name_the_remedy(self):
        debt = self._debt(1000)
        with self.assertRefused("is payable"):
            self.setoff(debt, self.receivable(2000), 1500).action_propose()
        with self.assertRefused("still owed"):
            self.setoff(debt, self.receivable(100), 300).action_propose()
        with self.assertRefused("in the future"):
            self.setoff(
                debt,
                self.receivable(100),
                100,
                date=fields.Date.add(fields.Date.today(), days=3),
            ).action_propose()
        with self.assertRefused("must be certified"):
            self.setoff(
                self._debt(1000, stage="certified"), self.receivable(100), 100
            ).action_propose()
        other = self._file("Autre Firme").partner_id
        with self.assertRefused("between the same parties", ValidationError):
            self.setoff(debt, self.receivable(100, other), 100)
        setoff = self.setoff(debt, self.receivable(100), 100, document=False)
        setoff.action_propose()
        with self.assertRefused("attach the agreement"):
            setoff.with_user(self.manager).action_agree()
        with self.assertRefused("present state"):
            setoff.action_book()

    def test_a_debt_promised_elsewhere_is_not_set_off(self):
        debt = self._debt(1000)
        settlement = self._settlement(debt)
        setoff = self.setoff(debt, self.receivable(100), 100)
        with self.assertRefused(settlement.name):
            setoff.action_propose()

    def test_two_set_offs_share_one_receivable(self):
        line = self.receivable(500)
        first = self.setoff(self._debt(1000), line, 400)
        second = self.setoff(self._debt(1000), line, 200)
        (first + second).action_propose()
        (first + second).with_user(self.manager).action_agree()
        first.action_book()
        with self.assertRefused("still owed"):
            second.action_book()

    def test_terms_and_states_are_guarded(self):
        setoff = self.setoff(self._debt(1000), self.receivable(300), 300)
        with self.assertRefused("buttons"):
            setoff.state = "booked"
        setoff.action_propose()
        setoff.with_user(self.manager).action_agree()
        with self.assertRefused("Agreed"):
            setoff.amount = 10
        with self.assertRefused("Cancel it"):
            setoff.unlink()
        setoff.with_user(self.manager).action_cancel()
        self.assertEqual(setoff.state, "cancelled")
