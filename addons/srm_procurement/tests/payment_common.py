from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tools import mute_logger

from .settlement_common import MANAGER, SettlementCase, rib


class PaymentCase(SettlementCase):
    """Bills and payment orders, and people who try to divert the money."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "lang": "en_US"})
        cls.supplier = cls.file.partner_id
        cls.account = cls.supplier.bank_ids
        cls.thief = cls._user("set_thief", MANAGER)

    @classmethod
    def _bill(cls, amount=1000, partner=None):
        bill = cls.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": (partner or cls.supplier).id,
                "invoice_date": fields.Date.today(),
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Pièces", "price_unit": amount, "tax_ids": []}
                    )
                ],
            }
        )
        bill.action_post()
        return bill

    @classmethod
    def _item(cls, bill):
        return bill.line_ids.filtered(
            lambda line: line.account_id.account_type == "liability_payable"
        )

    @classmethod
    def _new_order(cls, user=None):
        orders = cls.env["account.payment.order"].with_user(user or cls.officer)
        return orders.create(orders._srm_prepare_order_vals(cls._mode()))

    @classmethod
    def _mode(cls):
        return cls.company.srm_payment_mode_id

    def _line(self, order, **values):
        """A line entered by hand, as a client does."""
        return order.payment_line_ids.create(
            {
                "order_id": order.id,
                "partner_id": self.supplier.id,
                "partner_bank_id": self.account.id,
                "amount_currency": 1000,
                "currency_id": self.company.currency_id.id,
                "communication": "FA-1",
            }
            | values
        )

    def _bill_order(self, amount=1000, user=None, **values):
        """Draft order of one bill, prepared by the officer."""
        item = self._item(self._bill(amount))
        order = self._new_order(user)
        self._line(order, move_line_id=item.id, **{"amount_currency": amount} | values)
        return order

    def _released(self, **values):
        order = self._bill_order(**values)
        order.with_user(self.manager).draft2open()
        return order

    def _share_order(self, amount=1200):
        """Scheduled agreement of one instalment, in a draft order of the officer."""
        settlement = self._settlement(self._debt(amount), count=1)
        self._schedule(settlement)
        return self._order(settlement.instalment_ids)

    def _new_account(self, user, partner=None, approver=None):
        type(self).serial += 1
        account = (
            self.env["res.partner.bank"]
            .with_user(user)
            .create(
                {
                    "acc_number": rib(self.serial),
                    "partner_id": (partner or self.supplier).id,
                }
            )
        )
        if approver:
            account.with_user(approver).action_srm_approve()
        return account

    # --- attacks -------------------------------------------------------------------
    def assertStays(self, record, names, attack, text=""):
        """The attack is refused and the record is what it was."""
        self.env.flush_all()
        before = record.sudo().read(names)
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            attack()
            self.env.flush_all()
        if text:
            self.assertRegex(str(caught.exception), text)
        self.env.invalidate_all()
        self.assertEqual(record.sudo().read(names), before)

    def assertHeldByDatabase(self, query, *params):
        self.env.flush_all()
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(query, params)
