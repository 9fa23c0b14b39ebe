from decimal import Decimal

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .settlement_common import SettlementCase


@tagged("post_install", "-at_install")
class TestDebtAccounting(SettlementCase):
    """Inherited debts in the books: once, for the certified amount, adjustable."""

    def _items(self, debts):
        return self.env["account.move.line"].search([("srm_debt_id", "in", debts.ids)])

    def test_certified_amount_only(self):
        debt = self._debt(
            1000, amount_contested=300, amount_paid_before=200, amount_retention=50
        )
        items = self._items(debt)
        self.assertEqual(len(items), 2)
        payable, retention = debt.opening_line_id, debt.retention_line_id
        self.assertEqual(payable.credit, 450)
        self.assertEqual(payable.account_id, self.accounts.payable_account_id)
        self.assertEqual(payable.partner_id, self.file.partner_id)
        self.assertEqual(payable.date_maturity, debt.due_date)
        self.assertEqual(retention.credit, 50)
        self.assertEqual(retention.account_id, self.accounts.retention_account_id)
        move = payable.move_id
        self.assertEqual(move.state, "posted")
        contra = move.line_ids - items
        self.assertEqual(contra.account_id, self.accounts.contra_account_id)
        self.assertEqual(contra.debit, 500)
        self.assertBalanced(debts=500)

    def test_nothing_before_certification(self):
        debt = self._debt(1000, stage="reconciled")
        self.assertFalse(self._items(debt))
        self.assertBalanced(debts=0)

    def test_certifying_twice_books_once(self):
        debt = self._debt(1000, stage="certified")
        debt.with_user(self.certifier).action_certify()
        debt._sync_books()
        self.assertEqual(len(self._items(debt)), 1)
        self.assertBalanced(debts=1000)

    def test_going_back_takes_the_debt_out(self):
        debt = self._debt(1000)
        wizard = self.env["srm.debt.send.back"].with_user(self.certifier)
        wizard.create(
            {
                "debt_ids": debt.ids,
                "stage": "reconciled",
                "reason": "Erreur de quantité",
            }
        ).action_confirm()
        self.assertFalse(debt.opening_line_id)
        self.assertEqual(sum(self._items(debt).mapped("balance")), 0)
        self.assertTrue(all(self._items(debt).mapped("reconciled")))
        self.assertBalanced(debts=0)

        debt.write({"amount_rejected": 200})
        debt.with_user(self.certifier).action_certify()
        self.assertEqual(debt.opening_line_id.credit, 800)
        self.assertBalanced(debts=800)
        kinds = self._items(debt).sorted("id").mapped("srm_debt_entry")
        self.assertEqual(kinds, ["opening", "adjustment", "adjustment"])

    def test_dispute_decided_later_is_an_adjustment(self):
        debt = self._debt(1000, amount_contested=400)
        self.assertBalanced(debts=600)
        old = debt.opening_line_id
        self.env["srm.debt"].browse(debt.id).with_user(self.manager)._resolve_dispute(
            Decimal("300"), Decimal("100"), "Métré contradictoire"
        )
        self.assertNotEqual(debt.opening_line_id, old)
        self.assertTrue(old.reconciled)
        self.assertEqual(debt.opening_line_id.credit, 900)
        self.assertBalanced(debts=900)

    def test_a_debt_being_paid_is_not_changed(self):
        debt = self._debt(1000, amount_contested=400)
        settlement = self._settlement(debt, count=1)
        self._schedule(settlement)
        order = self._order(settlement.instalment_ids)
        with self.assertRefused(order.name):
            debt.with_user(self.manager)._resolve_dispute(
                Decimal("300"), Decimal("100"), "Métré"
            )

    def test_one_entry_for_a_batch(self):
        vals = [self._debt_vals(100 + rank) for rank in range(500)]
        debts = self._debts(*vals, stage="reconciled")
        self.env.flush_all()
        self.env.invalidate_all()
        # 500 debts: the statements grow with batches of rows, not with debts.
        with self.assertQueryCount(220):
            debts.with_user(self.certifier).action_certify()
            self.env.flush_all()
        moves = debts.opening_line_id.move_id
        self.assertEqual(len(moves), 1)
        self.assertEqual(len(moves.line_ids), 501)
        self.assertBalanced(debts=sum(100 + rank for rank in range(500)))

    def test_debts_of_two_predecessors_have_two_entries(self):
        other = self.env["srm.predecessor"].create({"name": "Autre", "code": "other"})
        self.company._srm_setup_settlement()
        debts = self._debts(
            self._debt_vals(10), self._debt_vals(20, predecessor_id=other.id)
        )
        self.assertEqual(len(debts.opening_line_id.move_id), 2)
        self.assertEqual(len(debts.opening_line_id.account_id), 2)
        settlement = self._settlement(debts, count=1)
        self._schedule(settlement)
        order = self._order(settlement.instalment_ids)
        self._send(order)
        self.assertEqual(len(order.payment_ids), 2, "one transfer per account")
        self._bank(order, "credited")
        self.assertEqual(set(debts.mapped("stage")), {"closed"})
        self.assertBalanced(debts=0)
        self.assertFalse(self._differences_here())

    def _differences_here(self):
        return (
            self.env["srm.arrears.control"]
            ._differences()
            .filtered(lambda line: line.mapping_id == self.accounts)
        )

    def test_own_debts_without_predecessor(self):
        debt = self._debt(70, predecessor_id=False)
        mapping = self.env["srm.predecessor.account"]._for_origin(
            self.company, self.env["srm.predecessor"]
        )
        self.assertEqual(debt.opening_line_id.account_id, mapping.payable_account_id)

    def test_missing_accounts_are_named(self):
        predecessor = self.env["srm.predecessor"].create(
            {"name": "Oubli", "code": "zz"}
        )
        with self.assertRefused("Oubli"):
            self._debt(10, predecessor_id=predecessor.id)

    def test_missing_journal_is_named(self):
        self.company.srm_debt_journal_id = False
        with self.assertRefused("journal"):
            self._debt(10)

    def test_setup_may_be_repeated(self):
        mappings = self.env["srm.predecessor.account"]
        before = mappings.search([])
        mode, journal = (
            self.company.srm_payment_mode_id,
            self.company.srm_debt_journal_id,
        )
        self.company._srm_setup_settlement()
        self.assertEqual(mappings.search([]), before)
        self.assertEqual(self.company.srm_payment_mode_id, mode)
        self.assertEqual(self.company.srm_debt_journal_id, journal)
        self.assertTrue(self.accounts.payable_account_id.reconcile)
        self.assertTrue(self.accounts.payable_account_id.code.startswith("44117"))
        self.assertTrue(self.accounts.retention_account_id.code.startswith("44137"))

    def test_accounts_of_a_predecessor_differ(self):
        with self.assertRaises(ValidationError):
            self.accounts.contra_account_id = self.accounts.payable_account_id

    # --- control -------------------------------------------------------------------
    def test_control_shows_a_difference_and_its_origin(self):
        debt = self._debt(1000)
        self.assertFalse(self._differences_here())
        stray = self.env["account.move"].create(
            {
                "journal_id": self.company.srm_debt_journal_id.id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": self.accounts.payable_account_id.id,
                            "partner_id": self.file.partner_id.id,
                            "credit": 5,
                        }
                    ),
                    Command.create(
                        {"account_id": self.accounts.contra_account_id.id, "debit": 5}
                    ),
                ],
            }
        )
        self.assertEqual(self._control().amount_unposted, 5)
        self.assertFalse(self._differences_here(), "a draft entry does not count")
        stray.action_post()
        self.assertEqual(self._differences_here().difference, -5)
        control = self._control()
        debts = self.env["srm.debt"].search(control.action_view_debts()["domain"])
        self.assertEqual(debts, debt)
        items = self.env["account.move.line"].search(
            control.action_view_book_items()["domain"]
        )
        self.assertEqual(sum(items.mapped("balance")), -1005)

    def test_control_drills_down_to_the_transfers(self):
        settlement = self._settlement(self._debt(100), count=1)
        self._schedule(settlement)
        order = self._order(settlement.instalment_ids)
        self._send(order)
        action = self._control().action_view_transit()
        lines = self.env["account.payment.line"].search(action["domain"])
        self.assertEqual(lines, order.payment_line_ids)
