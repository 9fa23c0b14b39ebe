from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .settlement_common import SettlementCase, rib


@tagged("post_install", "-at_install")
class TestReleaseChecks(SettlementCase):
    """Each red check holds the order back, with a remedy; all green lets it go."""

    def setUp(self):
        super().setUp()
        self.debt = self._debt(1200)
        settlement = self._settlement(self.debt, count=1)
        self._schedule(settlement)
        self.partner = self.file.partner_id
        self.settlement = settlement
        self.order = self._order(settlement.instalment_ids)

    def _red(self, user=None):
        self.order.with_user(user or self.manager).action_srm_check()
        checks = self.order.srm_check_ids.filtered(lambda item: not item.passed)
        for check in checks:
            self.assertTrue(check.reason and check.remedy and check.subject)
            self.assertTrue(self.env[check.res_model].browse(check.res_id).exists())
        return checks.mapped("code")

    def _release(self):
        self.order.with_user(self.manager).draft2open()

    def test_a_new_order_shows_its_checks_all_green(self):
        self.assertTrue(self.order.srm_checked_on)
        checks = self.order.srm_check_ids
        self.assertEqual(set(checks.mapped("passed")), {True})
        self.assertEqual(len(checks), 8)
        self._release()
        self.assertEqual(self.order.state, "open")

    def test_account_without_a_second_person(self):
        account = self.env["res.partner.bank"].browse(
            self.settlement.partner_bank_id.id
        )
        account.acc_number = rib(4242)
        self.assertEqual(self._red(), ["bank"])
        with self.assertRefused("No second person has approved this account."):
            self._release()
        self.settlement.partner_bank_id.with_user(self.certifier).action_srm_approve()
        self.assertEqual(self._red(), [])
        self._release()

    def test_certificate_missing_then_expired_then_registered(self):
        self._drop_certificates(self.partner)
        self.assertEqual(self._red(), ["certificate"])
        with self.assertRefused("No verified tax certificate under 6 months old."):
            self._release()
        old = fields.Date.today() - timedelta(days=190)
        self._certificate(self.partner, old)
        self.assertEqual(self._red(), ["certificate"], "expired")
        certificate = self._certificate(self.partner, verify=False)
        self.assertEqual(self._red(), ["certificate"], "not verified")
        certificate.with_user(self.officer).action_verify()
        self.assertEqual(self._red(), [])
        self._release()

    def test_blocked_debt(self):
        block = self.env["srm.debt.block"].create(
            {
                "file_id": self.file.id,
                "reason_id": self.env.ref("srm_procurement.block_reason_budget").id,
                "note": "Crédits à reporter",
            }
        )
        self.assertTrue(block and self.debt.blocked)
        self.assertIn("blocked", self._red())
        with self.assertRefused("blocked"):
            self._release()

    def test_more_than_the_remaining(self):
        credit_note = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": self.company.srm_debt_journal_id.id,
                "line_ids": [
                    (
                        0,
                        0,
                        {
                            "account_id": self.debt.opening_line_id.account_id.id,
                            "partner_id": self.partner.id,
                            "debit": 500,
                        },
                    ),
                    (
                        0,
                        0,
                        {
                            "account_id": self.accounts.contra_account_id.id,
                            "credit": 500,
                        },
                    ),
                ],
            }
        )
        credit_note.action_post()
        (credit_note.line_ids[0] | self.debt.opening_line_id).reconcile()
        self.assertEqual(self._red(), ["remaining"])
        with self.assertRefused("left in the books"):
            self._release()

    def test_separation_of_duties_names_who_may_release(self):
        for user in (self.officer, self.manager, self.certifier):
            self.assertEqual(self._red(user), [])
        group = self.env.ref("srm_base.group_finance_manager")
        others = group.all_user_ids - self.certifier - self.manager
        others.action_archive()
        duties = self._duties()
        self.assertEqual(duties.subject, self.manager.name)
        with self.assertRefused("certified debt"):
            self.order.with_user(self.certifier).draft2open()

    def test_nobody_is_left_to_release(self):
        group = self.env.ref("srm_base.group_finance_manager")
        (group.all_user_ids - self.certifier).action_archive()
        self.assertEqual(self._red(self.certifier), ["duties"])

    def _duties(self):
        self.order.action_srm_check()
        return self.order.srm_check_ids.filtered(lambda item: item.code == "duties")

    def test_payer_status(self):
        self.company.srm_payer_status = False
        self.assertEqual(self._red(), ["payer_status"])

    def test_supply_unknown(self):
        self.debt.nature = False
        self.assertEqual(self._red(), ["supply"])
        self.partner.srm_supply_nature = "works"
        self.assertEqual(self._red(), [])

    def test_the_list_is_written_by_the_checks_only(self):
        for user in (self.officer, self.manager, self.director):
            checks = self.order.srm_check_ids.with_user(user)
            self.assertTrue(
                checks[:1].subject is not None and checks.has_access("read")
            )
            self.assertFalse(checks.has_access("write"))

    def test_a_released_order_is_not_checked_again(self):
        self._release()
        when = self.order.srm_checked_on
        self._drop_certificates(self.partner)
        self.order.action_srm_check()
        self.assertEqual(self.order.srm_checked_on, when)


@tagged("post_install", "-at_install")
class TestPaymentProposal(SettlementCase):
    """Everything due becomes one draft order per payment mode."""

    def _proposal(self, **values):
        return self.env["srm.payment.proposal"].with_user(self.officer).create(values)

    def test_what_is_due_is_grouped_by_mode(self):
        mode = self.company.srm_payment_mode_id
        other = mode.copy({"name": "Autre mode"})
        first = self._settlement(self._debt(100), count=2)
        self.file = self._file("Second")
        second = self._settlement(
            self._debt(200, file_id=self.file.id), count=1, payment_mode_id=other.id
        )
        for settlement in (first, second):
            self._schedule(settlement)
        mine = (first | second).instalment_ids
        due = mine.filtered(lambda item: item.date <= fields.Date.today())
        proposal = self._proposal()
        self.assertEqual(proposal.instalment_ids & mine, due)
        proposal.instalment_ids = due
        self.assertEqual(proposal.amount, 250)
        proposal.action_prepare()
        orders = due.order_id
        self.assertEqual(orders.payment_mode_id, mode | other)
        self.assertTrue(all(order.srm_check_ids for order in orders))

    def test_blocked_debts_are_left_out_and_shown(self):
        settlement = self._settlement(self._debt(100), count=1)
        self._schedule(settlement)
        self.env["srm.debt.block"].create(
            {
                "file_id": self.file.id,
                "reason_id": self.env.ref("srm_procurement.block_reason_budget").id,
                "note": "Crédits à reporter",
            }
        )
        proposal = self._proposal()
        self.assertIn(settlement.instalment_ids, proposal.blocked_ids)
        self.assertNotIn(settlement.instalment_ids, proposal.instalment_ids)

    def test_the_ceiling_takes_the_oldest_that_fit(self):
        settlements = self.env["srm.settlement"]
        for rank, amount in enumerate((300, 900, 150)):
            self.file = self._file(f"Plafond {rank}")
            debt = self._debt(amount, file_id=self.file.id)
            settlement = self._settlement(debt, count=1)
            self._schedule(settlement)
            settlements |= settlement
        due = settlements.instalment_ids.sorted("id")
        proposal = self._proposal(ceiling=500)
        chosen = proposal._within_ceiling(due)
        self.assertEqual(chosen, due[0] | due[2])

    def test_nothing_due(self):
        proposal = self._proposal(date_until="2000-01-01")
        with self.assertRefused("No instalment is due"):
            proposal.action_prepare()
