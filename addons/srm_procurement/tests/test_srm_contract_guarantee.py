import datetime

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .contract_common import ContractCase


@tagged("post_install", "-at_install")
class TestSrmContractGuarantee(ContractCase):
    def test_the_amount_comes_from_the_contract(self):
        contract = self.draft(5191974.00, tax_id=self.no_vat.id)
        deed = self.env["srm.contract.guarantee"].create(
            {"contract_id": contract.id, "kind": "definitive"}
        )
        self.assertEqual(deed.amount, 155760)
        with self.assertRefused("without: Issued by, Deed No., Issued on"):
            deed.with_user(self.buyer).action_receive()

    def test_a_short_guarantee_is_refused(self):
        contract = self.running(1000)
        with self.assertRefused("is less than", ValidationError):
            self.guarantee(contract, "definitive", 35.99)
        self.assertTrue(contract.guarantee_missing)
        self.guarantee(contract, "definitive")
        self.assertFalse(contract.guarantee_missing)

    def test_the_guarantee_is_due_after_the_notification(self):
        contract = self.running(1000)
        due = self.today + datetime.timedelta(days=20)
        self.assertEqual(contract.guarantee_due_date, due)

    def test_a_deed_held_does_not_change(self):
        deed = self.guarantee(self.running(1000), "definitive")
        with self.assertRefused("Record the new deed"):
            deed.with_user(self.buyer).amount = 99
        with self.assertRefused("with the buttons of the document"):
            deed.with_user(self.buyer).write({"state": "released"})
        with self.assertRefused("is kept"):
            deed.with_user(self.buyer).unlink()
        deed.with_user(self.buyer).date_expiry = self.today

    def test_releases(self):
        contract = self.running(1000)
        provisional = self.guarantee(contract, "provisional", 10)
        with self.assertRefused("once the definitive guarantee is held"):
            provisional.action_release()
        definitive = self.guarantee(contract, "definitive")
        provisional.action_release()
        self.assertEqual(provisional.date_released, self.today)
        with self.assertRefused("at the final acceptance"):
            definitive.action_release()
        other = self.guarantee(contract, "definitive", reference="CB-bis")
        definitive.action_release()
        definitive.action_release()
        self.assertEqual(definitive.state, "released")
        other.action_call()
        self.assertEqual(other.state, "called")
        self.assertTrue(contract.guarantee_missing)

    def test_the_guarantee_of_the_advance_is_held_until_it_is_repaid(self):
        contract = self.running(1000000)
        self.pay_advance(contract)
        deed = contract.guarantee_ids
        with self.assertRefused("once the advance is repaid"):
            deed.with_user(self.buyer).action_release()
        self.post(self.statement(contract, 900000))
        self.assertEqual(contract.advance_repaid, contract.advance_amount)
        deed.with_user(self.buyer).action_release()

    def test_one_alert_before_the_expiry(self):
        contract = self.running(1000, user_id=self.buyer.id)
        soon = self.guarantee(
            contract,
            "definitive",
            date_expiry=self.today + datetime.timedelta(days=30),
        )
        later = self.guarantee(
            contract,
            "provisional",
            5,
            date_expiry=self.today + datetime.timedelta(days=31),
        )
        self.env["srm.contract.guarantee"]._cron_alert_expiry()
        self.env["srm.contract.guarantee"]._cron_alert_expiry()
        self.assertEqual(len(soon.activity_ids), 1)
        self.assertEqual(soon.activity_ids.user_id, self.buyer)
        self.assertEqual(soon.activity_ids.date_deadline, soon.date_expiry)
        self.assertFalse(later.activity_ids)
