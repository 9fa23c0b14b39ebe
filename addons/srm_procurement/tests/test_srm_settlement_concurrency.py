import threading
from concurrent.futures import ThreadPoolExecutor

from psycopg2 import OperationalError
from psycopg2.errors import UniqueViolation

from odoo import Command, fields
from odoo.exceptions import LockError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.srm_kit.guard.database import disarmed

from .concurrency_common import DebtConcurrencyCase
from .settlement_common import MANAGER, rib


class SettlementConcurrencyCase(DebtConcurrencyCase):
    """The same debt in a settlement of one instalment."""

    def _remove(self):
        self._remove_settlement()

    def _remove_settlement(self):
        with self._transaction(commit=True) as env, self._unguarded(env):
            debt = env["srm.debt"].browse(self.debt_id)
            settlements = env["srm.settlement"].search([("file_id", "=", self.file_id)])
            lines = env["account.payment.line"].search([("srm_debt_id", "=", debt.id)])
            orders = lines.order_id
            lines._by_code().unlink()
            orders._by_code().unlink()
            moves = (
                env["account.move.line"].search([("srm_debt_id", "=", debt.id)]).move_id
            )
            env.flush_all()
            env.cr.execute(
                """UPDATE srm_debt SET opening_line_id = NULL, stage = 'registered'
                    WHERE id = %s""",
                (debt.id,),
            )
            env.cr.execute(
                "UPDATE srm_settlement SET state = 'draft' WHERE id = ANY(%s)",
                (settlements.ids,),
            )
            env.invalidate_all()
            settlements._by_code().unlink()
            moves.button_draft()
            moves.line_ids.write({"srm_debt_id": False})
            moves.with_context(force_delete=True).unlink()
            self._remove_debt(env)

    def _certify(self, env):
        self._take_to(env["srm.debt"].browse(self.debt_id), "certified")
        env.flush_all()

    def _scheduled(self):
        """A committed settlement whose instalment is to be paid."""
        with self._transaction(commit=True) as env:
            self._certify(env)
            debt = env["srm.debt"].browse(self.debt_id)
            settlement = env["srm.settlement"].create(
                {
                    "file_id": self.file_id,
                    "line_ids": [Command.create({"debt_id": debt.id, "amount": 100})],
                    "instalment_ids": [
                        Command.create({"date": fields.Date.today(), "amount": 100})
                    ],
                }
            )
            for step in ("classified", "scored", "scheduled"):
                debt._take_step(step)
            settlement._allocate()
            env.flush_all()
            env.cr.execute(
                "UPDATE srm_settlement SET state = 'scheduled' WHERE id = %s",
                (settlement.id,),
            )
            settlement.invalidate_recordset(["state"])
            settlement.modified(["state"])
            return settlement.instalment_ids.id


@tagged("post_install", "-at_install")
class TestConcurrency(SettlementConcurrencyCase):
    """Two people, two real transactions, the same debt or instalment."""

    def test_a_debt_enters_the_books_once(self):
        with self._transaction() as first:
            self._certify(first)
            with (
                self._transaction() as second,
                mute_logger("odoo.sql_db"),
                self.assertRaises(LockError),
            ):
                second["srm.debt"].browse(self.debt_id)._set_stage("certified")

    def test_an_instalment_is_ordered_once(self):
        instalment_id = self._scheduled()
        with self._transaction() as first:
            mine = first["srm.settlement.instalment"].browse(instalment_id)
            mine.action_prepare_orders()
            first.flush_all()
            with self._transaction() as second, self.assertRaises(LockError):
                theirs = second["srm.settlement.instalment"].browse(instalment_id)
                theirs.action_prepare_orders()

    def test_the_database_refuses_a_second_live_line(self):
        """Even code that takes no lock cannot order a share twice."""
        instalment_id = self._scheduled()
        with self._transaction(commit=True) as first:
            first["srm.settlement.instalment"].browse(
                instalment_id
            ).action_prepare_orders()
        with (
            self._transaction() as second,
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
        ):
            shares = second["srm.settlement.allocation"].search(
                [("instalment_id", "=", instalment_id)]
            )
            second["account.payment.line"].create(
                shares._prepare_payment_lines(shares.payment_line_ids.order_id)
            )
            second.flush_all()

    def test_second_click_finds_the_instalment_ordered(self):
        """The late one is told which order has it."""
        instalment_id = self._scheduled()
        with self._transaction(commit=True) as first:
            first["srm.settlement.instalment"].browse(
                instalment_id
            ).action_prepare_orders()
        with self._transaction() as second:
            instalment = second["srm.settlement.instalment"].browse(instalment_id)
            self.assertEqual(instalment.state, "ordered")
            with self.assertRaisesRegex(UserError, instalment.order_id.name):
                instalment.action_prepare_orders()


@tagged("post_install", "-at_install")
class TestTwoPayers(SettlementConcurrencyCase):
    """Two finance managers pay the same debt from end to end, at the same time; each
    releases what the other one prepares."""

    PAYERS = ("two_payers_1", "two_payers_2")

    def setUp(self):
        super().setUp()
        self.instalment_id = self._scheduled()

    def _create(self, env):
        self._create_debt(env)
        self._make_payable(env)

    def _make_payable(self, env):
        """What the checks before release ask for; remembers what it changes."""
        company = env.company
        self.status = company.srm_payer_status
        company.srm_payer_status = "public_enterprise"
        partner = env["res.partner"].browse(self.partner_id)
        env["srm.debt"].browse(self.debt_id).nature = "services"
        env["srm.tax.certificate"].create(
            {
                "partner_id": partner.id,
                "number": "ARF-TWO",
                "date_issue": fields.Date.today(),
                "file": "YXR0ZXN0YXRpb24=",
            }
        ).action_verify()
        users = [
            new_test_user(env, login, groups=MANAGER, company_id=company.id)
            for login in self.PAYERS
        ]
        self.user_ids = [user.id for user in users]
        partner.bank_ids.with_user(users[0]).action_srm_approve()
        journal = company.srm_payment_mode_id.fixed_journal_id
        self.journal_id, self.account_id = journal.id, journal.bank_account_id.id
        if not self.account_id:
            journal.bank_account_id = env["res.partner.bank"].create(
                {
                    # Of its own: a used account is archived, not deleted.
                    "acc_number": rib(54321),
                    "partner_id": company.partner_id.id,
                }
            )

    def _pay(self, user_id, together):
        """Prepare, release, write the file and hand it over; "" when it went through,
        else the name of the error."""
        threading.current_thread().testing = True
        try:
            # Leaving the block commits; an error leaves nothing behind.
            with self._transaction(commit=True) as env:
                self._pay_through(env(user=user_id), together)
        except (LockError, UserError, OperationalError) as error:
            return type(error).__name__
        return ""

    def _pay_through(self, env, together):
        instalment = env["srm.settlement.instalment"].browse(self.instalment_id)
        instalment.read(["state"])  # both have seen it to pay
        together.wait(30)
        action = instalment.action_prepare_orders()
        order = env["account.payment.order"].browse(action["res_id"])
        (other,) = set(self.user_ids) - {env.uid}
        order.with_user(other).draft2open()
        order.open2generated()
        order.generated2uploaded()

    def _remove(self):
        with self._transaction(commit=True) as env:
            self._undo_payments(env)
            company = env.company
            company.srm_payer_status = self.status
            with disarmed(env, "srm.tax.certificate"):
                certificates = env["srm.tax.certificate"]._by_code()
                certificates.search([("partner_id", "=", self.partner_id)]).unlink()
        self._remove_settlement()
        with self._transaction(commit=True) as env:
            journal = env["account.journal"].browse(self.journal_id)
            if not self.account_id:
                account = journal.bank_account_id
                journal.bank_account_id = False
                account.unlink()
            env["res.users"].browse(self.user_ids).unlink()

    def _undo_payments(self, env):
        with self._unguarded(env):
            self._undo_payments_unguarded(env)

    def _undo_payments_unguarded(self, env):
        lines = env["account.payment.line"].search([("srm_debt_id", "=", self.debt_id)])
        payments = lines.order_id.payment_ids
        payments.move_id.line_ids.remove_move_reconcile()
        payments._by_code().action_draft()
        payments._by_code().with_context(force_delete=True).unlink()
        env.flush_all()
        for table, ids in (
            ("account_payment_order", lines.order_id.ids),
            ("account_payment_line", lines.ids),
        ):
            env.cr.execute(
                f"UPDATE {table} SET state = 'draft' WHERE id = ANY(%s)", (ids,)
            )
        env.invalidate_all()

    def test_exactly_one_of_two_payers_succeeds(self):
        together = threading.Barrier(2)
        with (
            mute_logger("odoo.sql_db"),
            ThreadPoolExecutor(max_workers=2) as pool,
        ):
            results = list(
                pool.map(lambda uid: self._pay(uid, together), self.user_ids)
            )
        self.assertEqual(results.count(""), 1, results)
        with self._transaction() as env:
            payments = env["account.payment"].search(
                [("partner_id", "=", self.partner_id)]
            )
            self.assertEqual(payments.mapped("state"), ["in_process"])
            debt = env["srm.debt"].browse(self.debt_id)
            self.assertEqual(debt.opening_line_id.amount_residual, 0)
            self.assertEqual(len(payments.srm_withholding_ids), 1)
