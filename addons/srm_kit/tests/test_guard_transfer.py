import psycopg2

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..guard.database import disarmed
from .fake_models import GuardCase


@tagged("post_install", "-at_install")
class TestGuardTransfer(GuardCase):
    """Documents of another add-on, proofs by link, declared revisions."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.alice = new_test_user(cls.env, login="kit.carol", groups="base.group_user")
        cls.transfers = cls.env["srm.kit.transfer"].with_user(cls.alice)

    def sent(self, **values):
        transfer = self.transfers.create({"name": "T1", "amount": 5, **values})
        transfer._take_step("send", via=lambda found: found.action_send())
        return transfer

    def test_a_step_goes_through_the_method_of_another_add_on(self):
        transfer = self.transfers.create({"name": "T1"})
        with self.assertRaisesRegex(UserError, "buttons"):
            transfer.action_send()
        with self.assertRaisesRegex(UserError, "Nothing"):
            transfer._take_step("send", via=lambda found: found.action_send())
        transfer.amount = 5
        with self.assertRaisesRegex(UserError, r"T1 \(Draft\)"):
            transfer._take_step("send", via=lambda found: None)
        transfer._take_step("send", via=lambda found: found.action_send())
        self.assertEqual((transfer.state, transfer.sent_by_id), ("sent", self.alice))

    def assertHeld(self, query, *params):
        self.env.flush_all()
        with (
            self.assertRaises(psycopg2.IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(query, params)

    def test_what_a_step_records_changes_with_the_state_only(self):
        transfer = self.sent()
        self.assertHeld(
            "UPDATE srm_kit_transfer SET sent_by_id = NULL WHERE id = %s", transfer.id
        )
        transfer._take_step("return", sent_by_id=False)
        self.env.flush_all()
        self.assertEqual((transfer.state, transfer.sent_by_id.id), ("draft", False))

    def test_a_declared_revision_changes_what_is_frozen(self):
        transfer = self.sent()
        change = "UPDATE srm_kit_transfer SET amount = 1 WHERE id = %s"
        self.assertHeld(change, transfer.id)
        transfer._by_code().write({"amount": 7, "revision": 1})
        self.env.flush_all()
        with self.assertRaises(UserError):
            transfer.write({"amount": 8, "revision": 2})
        self.assertEqual(transfer.amount, 7)

    def test_a_made_up_past_sets_the_triggers_aside(self):
        transfer = self.sent()
        change = "UPDATE srm_kit_transfer SET amount = 1 WHERE id = %s"
        with disarmed(self.env, "srm.kit.transfer"):
            self.env.cr.execute(change, [transfer.id])
        self.assertHeld("UPDATE srm_kit_transfer SET amount = 2")

    def test_a_proof_may_be_a_link_to_an_attachment(self):
        files = self.env["ir.attachment"].with_user(self.alice)
        transfer = self.transfers.create({"name": "T2", "amount": 1})
        place = {"res_model": transfer._name, "res_id": transfer.id}
        receipt = files.create({"name": "receipt", "raw": b"paid", **place})
        transfer.receipt_id = receipt
        transfer._take_step("send", via=lambda found: found.action_send())
        self.assertEqual(transfer._proof("receipt_id"), b"paid")
        with self.assertRaisesRegex(UserError, "proves"):
            receipt.raw = b"forged"
        receipt._by_code().write({"raw": b"forged"})
        for use in (
            lambda: transfer._proof("receipt_id"),
            lambda: self.env["ir.binary"]._get_stream_from(receipt),
        ):
            with self.assertRaisesRegex(UserError, "SHA-256"):
                use()
