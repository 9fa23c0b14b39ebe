from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from ..amounts import money
from .arrears_common import ArrearsCase


@tagged("post_install", "-at_install")
class TestSrmDebtDispute(ArrearsCase):
    def contest(self, debt, amount, reason="quantity", **values):
        return (
            self.env["srm.debt.dispute"]
            .with_user(self.officer)
            .create({"debt_id": debt.id, "amount": amount, "reason": reason} | values)
        )

    def decide(self, debt, accepted, rejected, dispute=None):
        wizard = (
            self.env["srm.debt.resolve.dispute"]
            .with_user(self.manager)
            .create(
                {
                    "debt_id": debt.id,
                    "dispute_id": dispute and dispute.id,
                    "amount_accepted": accepted,
                    "amount_rejected": rejected,
                    "note": "Joint measurement",
                }
            )
        )
        wizard.action_confirm()

    def test_a_dispute_raises_the_contested_part(self):
        debt = self.new_debt(1000)
        self.contest(debt, 200)
        self.contest(debt, 100, "price")
        self.assertEqual(debt.amount_contested, 300)
        self.assertEqual(debt.amount_to_certify, 700)

    def test_a_dispute_explains_what_the_register_said(self):
        debt = self.new_debt(1000, amount_contested=300)
        self.assertEqual(debt.amount_unexplained, 300)
        self.contest(debt, 200)
        self.assertEqual(debt.amount_contested, 300)
        self.assertEqual(debt.amount_unexplained, 100)

    def test_the_contested_part_covers_its_disputes(self):
        debt = self.new_debt(1000)
        self.contest(debt, 200)
        with self.assertRaisesRegex(ValidationError, "open disputes"):
            debt.amount_contested = 100
        debt.amount_contested = 250
        self.assertEqual(debt.amount_unexplained, 50)

    def test_decision_on_one_dispute_of_a_certified_debt(self):
        debt = self.new_debt(1000)
        first, second = self.contest(debt, 200), self.contest(debt, 100, "penalty")
        self.advance_from(debt)
        self.decide(debt, 150, 50, first)
        self.assertEqual(first.state, "partly")
        self.assertEqual(first.decided_by_id, self.manager)
        self.assertTrue(first.date_decided)
        self.assertEqual(first.decision, "Joint measurement")
        self.assertEqual(debt.amount_certified, 850)
        self.assertEqual(debt.amount_rejected, 50)
        self.assertEqual(debt.amount_contested, 100)
        self.assertEqual(second.state, "open")
        self.decide(debt, 0, 100, second)
        self.assertEqual(second.state, "rejected")
        self.assertEqual(debt.amount_contested, 0)

    def advance_from(self, debt):
        self.complete_documents(debt)
        self.reconcile(debt)
        self.certify(debt)

    def test_a_partial_decision_leaves_the_rest_contested(self):
        debt = self.new_debt(1000)
        dispute = self.contest(debt, 300)
        self.advance_from(debt)
        self.decide(debt, 120, 0)
        self.assertEqual(dispute.state, "accepted")
        self.assertEqual(dispute.amount, 120)
        rest = debt.dispute_ids - dispute
        self.assertEqual(
            (rest.state, rest.amount, rest.reason), ("open", 180, "quantity")
        )
        self.assertEqual(debt.amount_contested, 180)
        self.assertEqual(debt.amount_certified, 820)

    def test_a_decision_without_dispute_is_kept_too(self):
        debt = self.new_debt(1000, amount_contested=300)
        self.advance_from(debt)
        self.decide(debt, 100, 200)
        found = debt.dispute_ids
        self.assertEqual(
            (found.reason, found.state, found.amount), ("unstated", "partly", 300)
        )

    def test_before_certification_nothing_is_certified(self):
        debt = self.new_debt(1000)
        self.decide_early(debt)
        self.assertEqual(debt.amount_certified, 0)
        self.assertEqual(debt.amount_rejected, 40)
        self.assertEqual(debt.amount_to_certify, 960)

    def decide_early(self, debt):
        dispute = self.contest(debt, 100)
        self.decide(debt, 60, 40, dispute)

    def test_withdrawn_before_certification_only(self):
        debt = self.new_debt(1000)
        dispute = self.contest(debt, 100)
        dispute.action_withdraw()
        self.assertEqual((dispute.state, debt.amount_contested), ("cancelled", 0))
        other = self.contest(debt, 100)
        self.advance_from(debt)
        with self.assertRaisesRegex(UserError, "certified"):
            other.action_withdraw()
        with self.assertRaisesRegex(UserError, "send it back"):
            self.contest(debt, 10)

    def test_more_than_contested_is_refused(self):
        debt = self.new_debt(1000)
        dispute = self.contest(debt, 100)
        self.contest(debt, 100)
        with self.assertRaisesRegex(UserError, "contested"):
            self.decide(debt, 150, 0, dispute)
        with self.assertRaisesRegex(UserError, "contested"):
            self.decide(debt, 0, 0, dispute)

    def test_decisions_come_by_the_button(self):
        dispute = self.contest(self.new_debt(1000), 100)
        with self.assertRaisesRegex(UserError, "button"):
            dispute.state = "accepted"
        with self.assertRaisesRegex(UserError, "cannot change"):
            dispute.amount = 50
        with self.assertRaises(AccessError):
            dispute.action_decide()
        with self.assertRaises(UserError):
            dispute.sudo().unlink()

    def test_dialog_proposes_what_is_not_explained(self):
        debt = self.new_debt(1000, amount_contested=300)
        action = debt.with_user(self.officer).action_contest()
        form = Form(
            self.env["srm.debt.dispute"]
            .with_user(self.officer)
            .with_context(**action["context"]),
            "srm_procurement.view_srm_debt_dispute_new",
        )
        self.assertEqual(form.amount, 300)
        form.reason = "quality"
        dispute = form.save()
        self.assertEqual(money(debt.amount_contested), money(dispute.amount))
