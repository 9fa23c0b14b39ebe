from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .payment_common import PaymentCase

STATE = ["state", "srm_confirmed_by_id", "srm_file_id"]


@tagged("post_install", "-at_install")
class TestOrdersInDisguise(PaymentCase):
    """An order that is said to collect money pays none, by whatever way."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.method = cls.env["account.payment.method"].create(
            {"name": "Collect", "code": "srm_test_collect", "payment_type": "inbound"}
        )
        cls.transfer = cls.env.ref(
            "account_banking_sepa_credit_transfer.sepa_credit_transfer"
        )
        cls.collecting = cls._mode().copy(
            {
                "name": "Collect",
                "bank_account_link": "variable",
                "fixed_journal_id": False,
                "variable_journal_ids": [Command.set(cls.journal.ids)],
                "payment_method_id": cls.method.id,
                "srm_bank_format_id": False,
            }
        )

    def setUp(self):
        super().setUp()
        self.own = self._new_account(self.thief, self.thief.partner_id)

    def _collecting_order(self, **values):
        """One manager alone, who collects 99,999 DH from the own account."""
        orders = self.env["account.payment.order"].with_user(self.thief)
        vals = orders._srm_prepare_order_vals(self.collecting)
        order = orders.create(vals | {"journal_id": self.journal.id} | values)
        self.assertEqual(order.payment_type, "inbound")
        self._line(
            order,
            partner_id=self.thief.partner_id.id,
            partner_bank_id=self.own.id,
            amount_currency=99999,
        )
        return order

    def assertPaysNothing(self, order, *attacks):
        """None of the steps makes a file of it; what is refused stays so."""
        for attack in (*attacks, "draft2open", "open2generated", "generated2uploaded"):
            method = getattr(order, attack) if isinstance(attack, str) else attack
            try:
                with self.env.cr.savepoint():
                    method()
                    self.env.flush_all()
            except UserError:
                self.env.invalidate_all()
        self.assertFalse(order.sudo().srm_file_id)
        self.assertNotIn(order.state, ("generated", "uploaded"))

    def test_in_the_file_of_a_transfer(self):
        layout = self.env.ref("srm_procurement.bank_format_fixed_example")
        self.assertPaysNothing(self._collecting_order(srm_bank_format_id=layout.id))

    def test_by_a_mode_that_turns_to_a_transfer(self):
        order = self._collecting_order()
        order.draft2open()
        mode = self.collecting.with_user(self.thief)
        turn = {"payment_method_id": self.transfer.id}
        self.assertPaysNothing(order, lambda: mode.write(turn))

    def test_by_a_mode_that_turns_before_the_release(self):
        order = self._collecting_order()
        mode = self.collecting.with_user(self.thief)
        turn = {"payment_method_id": self.transfer.id}
        self.assertPaysNothing(order, lambda: mode.write(turn))

    def test_by_a_method_that_says_the_contrary(self):
        order = self._collecting_order()
        method = self.transfer.with_user(self.thief)
        mode = self.collecting.with_user(self.thief)
        turn = {"payment_method_id": self.transfer.id}
        self.assertPaysNothing(
            order,
            lambda: method.write({"payment_type": "inbound"}),
            lambda: mode.write(turn),
        )

    def test_by_an_order_that_turns(self):
        """Released as one that collects, it does not become one that pays."""
        order = self._collecting_order()
        order.draft2open()
        self.assertPaysNothing(
            order,
            lambda: order.write({"payment_type": "outbound"}),
            lambda: order.write({"payment_mode_id": self._mode().id}),
            lambda: order.payment_ids.write({"payment_type": "outbound"}),
        )
        self.assertEqual(order.payment_type, "inbound")


@tagged("post_install", "-at_install")
class TestHolders(PaymentCase):
    """The holder of an account is its owner's name, unless another one is entered."""

    def test_an_owner_who_changes_its_name_is_approved_again(self):
        account = self._new_account(self.officer, approver=self.certifier)
        self.supplier.with_user(self.thief).name = "Another firm"
        self.assertFalse(account._srm_is_approved())
        with self.assertRaisesRegex(UserError, "somebody else"):
            account.with_user(self.thief).action_srm_approve()
        account.with_user(self.certifier).action_srm_approve()
        self.assertTrue(account._srm_is_approved())

    def test_who_may_not_read_the_account_changes_its_holder_no_less(self):
        account = self._new_account(self.officer, approver=self.certifier)
        clerk = self._user("set_clerk", "srm_base.group_project_manager")
        self.supplier.with_user(clerk).name = "Another firm"
        self.assertFalse(account._srm_is_approved())
        self.assertIn(clerk, account._srm_authors())
        self.account.with_user(self.certifier).action_srm_approve()
        order = self._released()
        self.assertStays(
            self.supplier,
            ["name"],
            lambda: self.supplier.with_user(clerk).write({"name": "A third one"}),
            order.name,
        )

    def test_an_owner_paid_by_a_released_order_keeps_its_name(self):
        order = self._released()
        owner = self.supplier.with_user(self.thief)
        self.assertStays(
            self.supplier,
            ["name"],
            lambda: owner.write({"name": "Another firm"}),
            order.name,
        )
        order.with_user(self.officer).open2generated()
        order.with_user(self.officer).generated2uploaded()
        owner.name = "Another firm"
        self.assertFalse(self.account._srm_is_approved())
