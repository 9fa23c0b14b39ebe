from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .contract_common import ContractCase


@tagged("post_install", "-at_install")
class TestSrmContractOrder(ContractCase):
    def sent(self, days, contract=None, **values):
        """Another instruction, sent so many days ago."""
        contract = contract or self.running(1000)
        order = self.draft_order(contract, "other", self.today)
        order._issue(self.ago(days))
        order.write(values)
        return order

    def test_orders_are_numbered_on_their_contract(self):
        contract = self.running(1000)
        order = self.order(contract, "other", self.today)
        order.action_issue()
        self.assertEqual(contract.order_ids.mapped("number"), [1, 2])
        self.assertEqual(order.date_issued, self.today)

    def test_deemed_received_after_three_days(self):
        self.assertEqual(self.sent(2).reception, "waiting")
        order = self.sent(3)
        self.assertEqual((order.reception, order.date_received), ("deemed", self.today))

    def test_signed_in_time_or_too_late(self):
        signed = self.sent(5, date_signed=self.ago(4))
        self.assertEqual(signed.reception, "signed")
        self.assertEqual(signed.date_received, self.ago(4))
        late = self.sent(9, date_signed=self.today)
        self.assertEqual((late.reception, late.date_received), ("deemed", self.ago(6)))

    def test_the_delay_is_the_contract_s(self):
        order = self.sent(3, self.running(1000, order_days=5))
        self.assertEqual(order.reception, "waiting")

    def test_search_by_reception(self):
        waiting, deemed = self.sent(1), self.sent(8)
        found = self.env["srm.contract.order"].search(
            [
                ("reception", "in", ["waiting"]),
                ("id", "in", (waiting + deemed).ids),
            ]
        )
        self.assertEqual(found, waiting)

    def test_orders_follow_the_state_of_the_contract(self):
        contract = self.running(1000)
        for kind, text in (("start", "Running"), ("resume", "Running")):
            with self.assertRefused(text):
                self.order(contract, kind, self.today)
        with self.assertRefused("Say why", ValidationError):
            self.order(contract, "stop", self.today, reason=" ")
        with self.assertRefused("before the previous one", ValidationError):
            self.order(contract, "stop", self.ago(366))
        self.order(contract, "stop", self.ago(10))
        with self.assertRefused("Stopped"):
            self.order(contract, "stop", self.today)

    def test_an_issued_order_does_not_change(self):
        order = self.order(self.running(1000), "other", self.today)
        with self.assertRefused("Issue another order"):
            order.with_user(self.buyer).name = "Autre"
        with self.assertRefused("is kept"):
            order.with_user(self.buyer).unlink()
        order.with_user(self.buyer).reservations = "Réserve du titulaire"
        with self.assertRaises(AccessError):
            order.with_user(self.officer).reservations = "x"
