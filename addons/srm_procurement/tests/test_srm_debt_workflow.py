from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .arrears_common import ArrearsCase


@tagged("post_install", "-at_install")
class TestSrmDebtWorkflow(ArrearsCase):
    def test_whole_way_to_the_queue(self):
        debt = self.new_debt(50000, "scored")
        self.assertEqual(debt.stage, "scored")
        self.assertEqual(debt.reconciled_by_id, self.officer)
        self.assertEqual(debt.certified_by_id, self.manager)
        self.assertEqual(debt.amount_certified, 50000)
        self.assertTrue(debt.file_id.score)
        bodies = "".join(debt.file_id.message_ids.mapped("body"))
        for label in ("Documents complete", "Reconciled", "Certified", "Scored"):
            self.assertIn(label, bodies)

    def test_steps_are_not_skipped(self):
        debt = self.new_debt()
        for action in ("action_reconcile", "action_classify", "action_score"):
            with self.assertRaisesRegex(UserError, "must be"):
                getattr(debt.with_user(self.officer), action)()
        self.assertEqual(debt.stage, "registered")

    def test_documents_are_named_when_missing(self):
        debt = self.new_debt()
        with self.assertRaisesRegex(UserError, "Delivery note"):
            debt.action_documents_complete()
        debt.nature = False
        with self.assertRaisesRegex(UserError, "choose its nature"):
            debt.action_documents_complete()

    def test_reconciliation_needs_the_entry_of_origin(self):
        debt = self.new_debt(1000, "documents")
        with self.assertRaisesRegex(UserError, "ledger of origin and its date"):
            debt.action_reconcile()
        debt.write(
            {
                "ledger_reference": "G1",
                "ledger_date": "2024-10-01",
                "ledger_amount": 990,
            }
        )
        with self.assertRaisesRegex(UserError, "differs by"):
            debt.action_reconcile()
        debt.ledger_note = "Retention booked apart"
        debt.action_reconcile()
        self.assertEqual(debt.stage, "reconciled")

    def test_only_a_manager_certifies(self):
        debt = self.new_debt(stage="reconciled")
        debt.write({"bearer": "srm", "transfer_act": "Act"})
        with self.assertRaises(AccessError):
            debt.with_user(self.officer).action_certify()
        debt.with_user(self.manager).action_certify()
        self.assertEqual(debt.certified_by_id, self.manager)

    def test_certification_needs_bearer_and_act(self):
        debt = self.new_debt(stage="reconciled").with_user(self.manager)
        with self.assertRaisesRegex(UserError, "transfer act"):
            debt.action_certify()
        debt.bearer = "srm"
        with self.assertRaisesRegex(UserError, "transfer act"):
            debt.action_certify()

    def test_certification_needs_ice_and_account(self):
        partner = self.file.partner_id
        debt = self.new_debt(stage="reconciled").with_user(self.manager)
        debt.write({"bearer": "srm", "transfer_act": "Act"})
        partner.bank_ids.unlink()
        partner.company_registry = False
        with self.assertRaises(UserError) as caught:
            debt.action_certify()
        self.assertIn("ICE", str(caught.exception))
        self.assertIn("RIB", str(caught.exception))

    def test_nothing_accepted_is_not_certified(self):
        debt = self.new_debt(1000, "reconciled", amount_contested=1000)
        debt.write({"bearer": "srm", "transfer_act": "Act"})
        with self.assertRaisesRegex(UserError, "contested"):
            debt.with_user(self.manager).action_certify()
        paid = self.new_debt(
            1000, "reconciled", amount_contested=500, amount_paid_before=600
        )
        paid.write({"bearer": "srm", "transfer_act": "Act"})
        with self.assertRaisesRegex(UserError, "paid already"):
            paid.with_user(self.manager).action_certify()

    def test_a_claim_paid_or_rejected_in_full_closes_at_once(self):
        paid = self.new_debt(1000, "certified", amount_paid_before=1000)
        rejected = self.new_debt(1000, "certified", amount_rejected=1000)
        self.assertEqual((paid + rejected).mapped("stage"), ["closed", "closed"])

    def test_repeated_clicks_change_nothing(self):
        debt = self.new_debt(stage="certified")
        messages = len(debt.file_id.message_ids)
        debt.with_user(self.officer).action_documents_complete()
        debt.with_user(self.officer).action_reconcile()
        debt.with_user(self.manager).action_certify()
        self.assertEqual(debt.stage, "certified")
        self.assertEqual(len(debt.file_id.message_ids), messages)

    def test_every_refusal_of_a_batch_is_listed(self):
        debts = self.new_debt() + self.new_debt() + self.new_debt(stage="documents")
        with self.assertRaises(UserError) as caught:
            debts.action_documents_complete()
        lines = str(caught.exception).splitlines()
        self.assertEqual(len(lines), 2)
        self.assertIn(debts[0].display_name, lines[0])

    def test_blocked_debt_stays_at_certified(self):
        debt = self.new_debt(stage="certified")
        pledge = self.env.ref("srm_procurement.block_reason_pledge")
        block = self.env["srm.debt.block"].create(
            {"debt_id": debt.id, "reason_id": pledge.id}
        )
        self.assertTrue(debt.blocked)
        with self.assertRaisesRegex(UserError, pledge.name):
            debt.action_classify()
        block.closing_note = "Released by the bank"
        block.action_close()
        debt.action_classify()
        self.assertEqual(debt.stage, "classified")

    def test_some_reasons_stop_certification(self):
        debt = self.new_debt(stage="reconciled")
        debt.write({"bearer": "srm", "transfer_act": "Act"})
        dispute = self.env.ref("srm_procurement.block_reason_quantity_dispute")
        self.env["srm.debt.block"].create({"debt_id": debt.id, "reason_id": dispute.id})
        with self.assertRaisesRegex(UserError, dispute.name):
            debt.with_user(self.manager).action_certify()

    def test_automatic_blocks_follow_the_facts(self):
        debt = self.new_debt(stage="reconciled")
        self.assertTrue(debt.blocked, "no bearer yet")
        block = debt.block_ids
        self.assertEqual(block.reason_id.code, "ownership")
        with self.assertRaisesRegex(UserError, "by itself"):
            block.action_close()
        debt.with_user(self.officer).write({"bearer": "srm", "transfer_act": "Act"})
        self.assertFalse(debt.blocked)
        self.assertEqual(block.closed_by_id, self.officer)

    def test_correcting_the_account_lifts_its_block(self):
        account = self.file.partner_id.bank_ids
        account.action_archive()
        debt = self.new_debt(stage="reconciled", bearer="srm", transfer_act="Act")
        self.assertEqual(debt.block_ids.reason_id.code, "bank_identifier")
        account.action_unarchive()
        debt.with_user(self.manager).action_certify()
        self.assertEqual(debt.stage, "certified")
        self.assertFalse(debt.blocked)

    def test_going_back_is_a_managers_reasoned_decision(self):
        debt = self.new_debt(stage="classified")
        wizard = self.env["srm.debt.send.back"]
        values = {"debt_ids": debt.ids, "stage": "reconciled", "reason": "Wrong split"}
        with self.assertRaises(AccessError):
            wizard.with_user(self.officer).create(values)
        wizard.with_user(self.manager).create(values).action_confirm()
        self.assertEqual(debt.stage, "reconciled")
        self.assertFalse(debt.certified_by_id)
        self.assertEqual(debt.amount_certified, 0)
        self.assertIn("Wrong split", debt.file_id.message_ids[0].body)
        with self.assertRaisesRegex(UserError, "why it goes back"):
            debt._set_stage("registered")

    def test_next_is_the_one_obvious_step(self):
        debt = self.new_debt(stage="certified")
        debt.action_next()
        debt.action_next()
        self.assertEqual(debt.stage, "scored")
        with self.assertRaisesRegex(UserError, "settlement"):
            debt.action_next()

    def test_settlement_may_jump_but_not_before_the_queue(self):
        debt = self.new_debt(stage="scored")
        debt._set_stage("scheduled")
        self.assertEqual(debt.stage, "scheduled")
        debt._set_stage("scored", "Settlement cancelled")
        early = self.new_debt(stage="certified")
        with self.assertRaisesRegex(UserError, "must be"):
            early._set_stage("scheduled")

    def test_dispute_is_decided_in_parts(self):
        debt = self.new_debt(1000, "certified", amount_contested=300)
        wizard = self.env["srm.debt.resolve.dispute"].with_user(self.manager)
        values = {"debt_id": debt.id, "note": "Joint measurement"}
        with self.assertRaisesRegex(UserError, "contested"):
            wizard.create(values | {"amount_accepted": 301}).action_confirm()
        wizard.create(
            values | {"amount_accepted": 100, "amount_rejected": 150}
        ).action_confirm()
        self.assertEqual(debt.amount_certified, 800)
        self.assertEqual(debt.amount_rejected, 150)
        self.assertEqual(debt.amount_contested, 50)
        self.assertEqual(debt.amount_remaining, 850)
