from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .settlement_common import SettlementCase, rib


@tagged("post_install", "-at_install")
class TestSrmDebtAssignment(SettlementCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.assignee = cls.env["res.partner"].create(
            {
                "name": "Affacturage d'essai SA",
                "is_company": True,
                "country_id": cls.env.ref("base.ma").id,
                "bank_ids": [Command.create({"acc_number": rib(777001)})],
            }
        )
        cls._make_payable(cls.assignee)

    def assignment(self, debts, **values):
        return (
            self.env["srm.debt.assignment"]
            .with_user(self.officer)
            .create(
                {
                    "file_id": debts.file_id.id,
                    "debt_ids": [Command.set(debts.ids)],
                    "assignee_id": self.assignee.id,
                    "partner_bank_id": self.assignee.bank_ids.id,
                    "date_notified": fields.Date.today() - timedelta(days=10),
                    "document": "YWN0ZQ==",
                }
                | values
            )
        )

    def in_force(self, debts):
        assignment = self.assignment(debts)
        assignment.with_user(self.manager).action_notify()
        return assignment

    def test_the_assignee_is_paid(self):
        debt = self._debt(1000)
        self.assertEqual(debt.payee_id, self.file.partner_id)
        self.in_force(debt)
        self.assertEqual(debt.payee_id, self.assignee)
        settlement = self._settlement(debt, count=1)
        self.assertEqual(settlement.payee_id, self.assignee)
        self.assertEqual(settlement.partner_bank_id, self.assignee.bank_ids)
        self._schedule(settlement)
        order = self._order(settlement.instalment_ids)
        line = order.payment_line_ids
        self.assertEqual(line.partner_id, self.assignee)
        self.assertEqual(line.partner_bank_id, self.assignee.bank_ids)
        self._send(order)
        self._bank(order, "credited", date=fields.Date.today())
        self.assertEqual((debt.stage, debt.amount_remaining), ("closed", 0))
        self.assertBalanced(debts=0)

    def test_the_creditor_account_is_refused(self):
        debt = self._debt(1000)
        self.in_force(debt)
        settlement = self._settlement(debt, count=1)
        with self.assertRefused("belongs to", ValidationError):
            settlement.partner_bank_id = self.file.partner_bank_id

    def test_claims_of_two_holders_are_settled_apart(self):
        assigned, kept = self._debts(self._debt_vals(1000), self._debt_vals(500))
        self.in_force(assigned)
        settlement = self.env["srm.settlement"].create({"file_id": self.file.id})
        settlement.action_add_payable_debts()
        self.assertEqual(settlement.line_ids.debt_id, kept)
        settlement.line_ids = [Command.create({"debt_id": assigned.id, "amount": 1000})]
        self._plan(settlement, 1)
        with self.assertRefused("in another agreement"):
            settlement.action_propose()

    def test_a_settlement_stops_the_assignment(self):
        debt = self._debt(1000)
        settlement = self._settlement(debt, count=1)
        assignment = self.assignment(debt)
        with self.assertRefused(settlement.name):
            assignment.with_user(self.manager).action_notify()
        settlement.with_user(self.manager)._cancel("Claim assigned")
        assignment.with_user(self.manager).action_notify()
        self.assertEqual(debt.payee_id, self.assignee)

    def test_payment_of_an_agreement_signed_before_is_refused(self):
        """Even if somebody recorded the assignment by another way."""
        debt = self._debt(1000)
        settlement = self._settlement(debt, count=1)
        self._schedule(settlement)
        assignment = self.assignment(debt)
        assignment._by_code().write({"state": "notified"})
        self.assertEqual(settlement.payee_id, self.file.partner_id, "signed: it stays")
        with self.assertRefused("to be paid to"):
            settlement.instalment_ids.with_user(self.officer).action_prepare_orders()

    def test_one_holder_at_a_time_and_history_is_kept(self):
        debt = self._debt(1000)
        first = self.in_force(debt)
        second = self.assignment(debt)
        with self.assertRefused("already assigned"):
            second.with_user(self.manager).action_notify()
        with self.assertRefused("say why"):
            first.with_user(self.manager).action_end()
        first.end_reason = "Released"
        first.with_user(self.manager).action_end()
        self.assertEqual(debt.payee_id, self.file.partner_id)
        self.assertTrue(first.date_ended)
        second.with_user(self.manager).action_notify()
        self.assertEqual(debt.assignment_ids, first | second)
        with self.assertRefused("is kept"):
            first.unlink()
        with self.assertRefused("In force"):
            second.date_notified = fields.Date.today()

    def test_a_second_click_changes_nothing(self):
        debt = self._debt(1000)
        assignment = self.in_force(debt)
        messages = len(self.file.message_ids)
        assignment.with_user(self.manager).action_notify()
        self.assertEqual(len(self.file.message_ids), messages)

    def test_what_is_missing_is_said(self):
        assignment = self.assignment(self._debt(1000), document=False)
        with self.assertRefused("Deed"):
            assignment.with_user(self.manager).action_notify()
        with self.assertRefused("buttons"):
            assignment.state = "notified"
        with self.assertRaises(AccessError):
            assignment.action_notify()
        with self.assertRefused("cannot assign a claim to itself", ValidationError):
            assignment.write(
                {"assignee_id": self.file.partner_id.id, "partner_bank_id": False}
            )

    def test_every_open_claim_at_once(self):
        debts = self._debts(self._debt_vals(1000), self._debt_vals(500))
        assignment = self.assignment(debts[0])
        assignment.action_take_open_debts()
        self.assertEqual(assignment.debt_ids, debts)
        self.assertEqual(assignment.amount_remaining, 1500)

    def test_an_assigned_claim_is_not_set_off(self):
        from .test_srm_debt_setoff import receivable

        debt = self._debt(1000)
        line = receivable(
            self.env, self.file.partner_id, 100, self.company.srm_debt_journal_id
        )
        setoff = self.env["srm.debt.setoff"].create(
            {"debt_id": debt.id, "receivable_line_id": line.id, "amount": 100}
        )
        self.in_force(debt)
        with self.assertRefused("is assigned to"):
            setoff.action_propose()
