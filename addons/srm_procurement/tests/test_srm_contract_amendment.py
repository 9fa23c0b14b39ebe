from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .contract_common import ContractCase


@tagged("post_install", "-at_install")
class TestSrmContractAmendment(ContractCase):
    def amendment(self, contract, quantity, price=1.0, **values):
        line = {
            "contract_id": contract.id,
            "number": f"A{quantity}",
            "name": "Prix nouveau",
            "quantity": quantity,
            "price_unit": price,
        }
        if quantity < 0:
            line["amends_line_id"] = contract.line_ids[:1].id
        return (
            self.env["srm.contract.amendment"]
            .with_user(self.buyer)
            .create(
                {
                    "contract_id": contract.id,
                    "name": "Avenant",
                    "date_signed": self.ago(20),
                    "line_ids": [Command.create(line)],
                    **values,
                }
            )
        )

    def test_an_approved_amendment_changes_the_contract(self):
        contract = self.running(1000)
        amendment = self.amendment(contract, 60)
        self.assertEqual((contract.amount_ht, amendment.share), (1000, 6))
        amendment.action_approve()
        amendment.action_approve()
        self.assertEqual((amendment.number, contract.amount_ht), (1, 1060))
        self.assertEqual(contract.amount_initial_ht, 1000)
        self.assertEqual(contract.guarantee_amount, 36)
        with self.assertRefused("cannot change"):
            amendment.days = 3
        with self.assertRefused("Prepare another amendment"):
            amendment.line_ids.quantity = 3
        with self.assertRefused("is kept"):
            amendment.unlink()

    def test_all_amendments_together_stay_within_the_increase(self):
        contract = self.running(1000)
        self.amendment(contract, 60).action_approve()
        second = self.amendment(contract, 50)
        self.assertIn("11.00 %", second.warning)
        with self.assertRefused("above the limit of 10 %", ValidationError):
            second.action_approve()
        second.line_ids.quantity = 40
        second.action_approve()
        self.assertEqual(contract.amount_amendments_ht, 100)

    def test_a_large_decrease_is_a_warning(self):
        contract = self.running(1000)
        amendment = self.amendment(contract, -300)
        self.assertIn("claim damages", amendment.warning)
        amendment.action_approve()
        self.assertEqual(contract.amount_ht, 700)
        self.assertEqual(contract.line_ids[:1].quantity_total, 700)

    def test_a_quantity_cannot_become_negative(self):
        contract = self.running(0, prices=[("1", 10, 1), ("2", 990, 1)])
        with self.assertRefused("negative quantity", ValidationError):
            self.amendment(contract, -11).action_approve()

    def test_what_cannot_be_approved(self):
        contract = self.draft(1000)
        with self.assertRefused("is not under way"):
            self.amendment(contract, 10).action_approve()
        contract.with_user(self.buyer).action_notify()
        with self.assertRefused("date of signature"):
            self.amendment(contract, 11, date_signed=False).action_approve()
        with self.assertRefused("neither the prices nor the term"):
            self.amendment(contract, 12, line_ids=[]).action_approve()
        cancelled = self.amendment(contract, 13)
        cancelled.action_cancel()
        with self.assertRefused("(Cancelled)"):
            cancelled.action_approve()
        self.assertEqual(contract.amount_ht, 1000)

    def test_a_changed_quantity_keeps_its_price(self):
        contract = self.running(1000)
        with self.assertRefused("keeps the unit price", ValidationError):
            self.amendment(contract, -10, price=2.0)

    def test_only_the_contract_manager_amends(self):
        amendment = self.amendment(self.running(1000), 10)
        with self.assertRaises(AccessError):
            amendment.with_user(self.manager).action_approve()
