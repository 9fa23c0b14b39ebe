from odoo import SUPERUSER_ID
from odoo.exceptions import LockError
from odoo.tests import tagged

from .concurrency_common import DebtConcurrencyCase
from .test_srm_debt_setoff import DOCUMENT, receivable


@tagged("post_install", "-at_install")
class TestSetoffConcurrency(DebtConcurrencyCase):
    """Two people, two real transactions, the same set-off: one entry."""

    creditor = "Créancier et débiteur"
    account_serial = 54322

    def _create(self, env):
        self._create_debt(env)
        debt = env["srm.debt"].browse(self.debt_id)
        self._take_to(debt, "scored")
        line = receivable(env, debt.partner_id, 60, env.company.srm_debt_journal_id)
        setoff = env["srm.debt.setoff"].create(
            {
                "debt_id": debt.id,
                "receivable_line_id": line.id,
                "amount": 60,
                "document": DOCUMENT,
            }
        )
        setoff._take_step("propose")
        setoff._by_code().write({"state": "agreed", "agreed_by_id": SUPERUSER_ID})
        self.setoff_id, self.line_id = setoff.id, line.id

    def _remove(self):
        with self._transaction(commit=True) as env, self._unguarded(env):
            setoff = env["srm.debt.setoff"].browse(self.setoff_id)
            line = env["account.move.line"].browse(self.line_id)
            own = env["account.move.line"].search([("srm_debt_id", "=", self.debt_id)])
            moves = own.move_id | setoff.move_id | line.move_id
            env.flush_all()
            env.cr.execute(
                "DELETE FROM srm_debt_setoff WHERE id = %s", (self.setoff_id,)
            )
            env.cr.execute(
                "DELETE FROM srm_debt_payment WHERE debt_id = %s", (self.debt_id,)
            )
            env.cr.execute(
                """UPDATE srm_debt SET opening_line_id = NULL, amount_settled = 0,
                          amount_paid = 0, stage = 'registered' WHERE id = %s""",
                (self.debt_id,),
            )
            env.invalidate_all(flush=False)
            moves.line_ids.remove_move_reconcile()
            moves.button_draft()
            moves.line_ids.write({"srm_debt_id": False})
            moves.with_context(force_delete=True).unlink()
            self._remove_debt(env)

    def test_booked_by_one_of_two(self):
        with self._transaction() as first:
            first["srm.debt.setoff"].browse(self.setoff_id).action_book()
            first.flush_all()
            with self._transaction() as second, self.assertRaises(LockError):
                second["srm.debt.setoff"].browse(self.setoff_id).action_book()

    def test_the_late_one_finds_it_booked(self):
        with self._transaction(commit=True) as first:
            first["srm.debt.setoff"].browse(self.setoff_id).action_book()
        with self._transaction(commit=True) as second:
            setoff = second["srm.debt.setoff"].browse(self.setoff_id)
            move = setoff.move_id
            setoff.action_book()
            self.assertEqual(setoff.move_id, move)
            self.assertEqual(setoff.debt_id.amount_settled, 60)
            self.assertEqual(len(setoff.debt_id.payment_ids), 1)
