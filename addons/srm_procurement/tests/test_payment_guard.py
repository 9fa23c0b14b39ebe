from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .payment_common import PaymentCase
from .settlement_common import rib

APPROVAL = [
    "acc_number",
    "acc_holder_name",
    "partner_id",
    "active",
    "srm_approval",
    "srm_approved_by_id",
]


@tagged("post_install", "-at_install")
class TestAccounts(PaymentCase):
    """What is approved is a number, a holder and an owner."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._file("Autre entreprise").partner_id

    def changes(self):
        yield "number", {"acc_number": rib(4321)}
        yield "sanitized number", {"sanitized_acc_number": rib(4322)}
        yield "holder", {"acc_holder_name": "Somebody else"}
        yield "owner", {"partner_id": self.other.id}

    def test_a_change_is_approved_again_by_somebody_else(self):
        for name, vals in self.changes():
            with self.subTest(name):
                account = self._new_account(self.officer, approver=self.certifier)
                account.with_user(self.thief).write(vals)
                self.assertEqual(account.srm_approval, "to_approve")
                self.assertFalse(account._srm_is_approved())
                self.assertIn(self.thief, account._srm_authors())
                with self.assertRaisesRegex(UserError, "somebody else"):
                    account.with_user(self.thief).action_srm_approve()
                account.with_user(self.certifier).action_srm_approve()
                self.assertTrue(account._srm_is_approved())

    def test_who_typed_the_number_does_not_approve_after_another_s_change(self):
        account = self._new_account(self.thief)
        account.with_user(self.officer).acc_holder_name = "Somebody"
        with self.assertRaisesRegex(UserError, "somebody else"):
            account.with_user(self.thief).action_srm_approve()

    def test_an_approval_is_not_written(self):
        account = self._new_account(self.thief)
        for vals in (
            {"srm_approval": "approved"},
            {"srm_approved_by_id": self.manager.id},
            {"srm_entered_by_id": self.officer.id},
            {"srm_changed_by_ids": [Command.clear()]},
            {"srm_approved_digest": account._srm_payee_digest()},
            {"srm_rib": rib(99)},
        ):
            self.assertStays(
                account,
                [*vals],
                lambda vals=vals: account.with_user(self.thief).write(vals),
            )
        banks = self.env["res.partner.bank"].with_user(self.thief)
        made = banks.with_context(
            default_srm_approval="approved",
            default_srm_approved_by_id=self.manager.id,
            default_srm_entered_by_id=self.officer.id,
        ).create({"acc_number": rib(98), "partner_id": self.other.id})
        self.assertEqual(made.srm_approval, "to_approve")
        self.assertEqual(made.srm_entered_by_id, self.thief)

    def test_an_account_a_released_order_pays_does_not_change(self):
        order = self._released()
        mine = self.account.with_user(self.thief)
        for name, vals in [*self.changes(), ("archive", {"active": False})]:
            with self.subTest(name):
                self.assertStays(
                    self.account,
                    APPROVAL,
                    lambda vals=vals: mine.write(vals),
                    order.name,
                )
        owner = self.supplier.with_user(self.thief)
        for name, attack in {
            "unlink": mine.unlink,
            "archive": mine.action_archive,
            "system": lambda: self.account.sudo().write({"acc_number": rib(5)}),
            "taken": lambda: self.other.with_user(self.thief).write(
                {"bank_ids": [Command.link(self.account.id)]}
            ),
            "through the owner": lambda: owner.write(
                {"bank_ids": [Command.update(self.account.id, {"acc_number": rib(6)})]}
            ),
            "parent": lambda: owner.write(
                {"parent_id": self.other.id, "is_company": False}
            ),
            "child": lambda: self.other.with_user(self.thief).write(
                {
                    "child_ids": [
                        Command.link(self.supplier.id),
                        Command.update(self.supplier.id, {"is_company": False}),
                    ]
                }
            ),
            "merge away": lambda: self._merge(self.supplier | self.other, self.other),
            "merge in": lambda: self._merge(self.supplier | self.other, self.supplier),
        }.items():
            with self.subTest(name):
                self.assertStays(self.account, APPROVAL, attack)
        order.with_user(self.officer).open2generated()
        self.assertStays(
            self.account,
            APPROVAL,
            lambda: mine.write({"acc_number": rib(7)}),
            order.name,
        )
        order.with_user(self.officer).generated2uploaded()
        mine.acc_number = rib(7)
        self.assertEqual(self.account.srm_approval, "to_approve")

    def _merge(self, partners, kept):
        wizards = self.env["base.partner.merge.automatic.wizard"]
        # sudo: some fields of partners are not for everybody who merges them.
        theirs = wizards.with_user(self.thief).sudo()
        theirs._merge(partners.ids, kept, extra_checks=False)

    def test_a_merge_asks_for_the_approval_again(self):
        one, other = self.env["res.partner"].create([{"name": "A"}, {"name": "B"}])
        accounts = self._new_account(self.officer, one, approver=self.certifier)
        accounts |= self._new_account(self.officer, other, approver=self.certifier)
        self._merge(one | other, other)
        self.assertEqual(accounts.exists().mapped("srm_approval"), ["to_approve"] * 2)
        with self.assertRaisesRegex(UserError, "somebody else"):
            accounts[:1].with_user(self.thief).action_srm_approve()

    def test_certified_claims_are_not_merged_into_another_s(self):
        self._debt(100, stage="certified")
        self.assertStays(
            self.file,
            ["partner_id"],
            lambda: self._merge(self.supplier | self.other, self.other),
            "Debts are certified",
        )
        self.assertHeldByDatabase(
            "UPDATE srm_debt_file SET partner_id = %s WHERE id = %s",
            self.other.id,
            self.file.id,
        )

    def test_a_contact_taken_into_another_firm(self):
        """An account approved for oneself does not come to be a supplier's."""
        person = self.env["res.partner"].create({"name": "Complice"})
        account = self._new_account(self.thief, person, approver=self.certifier)
        person.with_user(self.thief).parent_id = self.supplier
        self.assertEqual(account.srm_approval, "to_approve")
        with self.assertRaisesRegex(UserError, "somebody else"):
            account.with_user(self.thief).action_srm_approve()

    def test_a_firm_of_a_group_keeps_its_accounts(self):
        self._released()
        self.supplier.with_user(self.thief).parent_id = self.other
        self.assertEqual(self.supplier.commercial_partner_id, self.supplier)
        self.assertEqual(self.account.srm_approval, "approved")

    def test_a_change_behind_the_back_is_seen_at_payment(self):
        order = self._bill_order()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner_bank SET acc_holder_name = 'X' WHERE id = %s",
            [self.account.id],
        )
        self.env.invalidate_all()
        self.assertStays(
            order,
            ["state"],
            order.with_user(self.manager).draft2open,
            "changed since it was approved",
        )
        self.account.with_user(self.certifier).action_srm_approve()
        order.with_user(self.manager).draft2open()
        self.assertEqual(order.state, "open")


@tagged("post_install", "-at_install")
class TestNativePayments(PaymentCase):
    """Odoo's own payments: same accounts, no more than the bill, else two people."""

    def _payment(self, user, **values):
        vals = {
            "payment_type": "outbound",
            "partner_type": "supplier",
            "partner_id": self.supplier.id,
            "amount": 500,
            "journal_id": self.journal.id,
        }
        return self.env["account.payment"].with_user(user).create(vals | values)

    def _register(self, bill, user, **values):
        return (
            self.env["account.payment.register"]
            .with_user(user)
            .with_context(active_model="account.move", active_ids=bill.ids)
            .create(values)
            ._create_payments()
        )

    def test_a_bill_is_paid_from_itself(self):
        bill = self._bill()
        payment = self._register(bill, self.officer)
        self.assertEqual(bill.amount_residual, 0)
        self.assertEqual(payment.srm_settled_line_ids, self._item(bill))
        self.assertEqual(payment.srm_released_by_id, self.officer)

    def test_not_to_an_account_nobody_approved(self):
        bill = self._bill()
        self.account.with_user(self.thief).acc_number = rib(31)
        self.assertStays(
            bill,
            ["amount_residual", "payment_state"],
            lambda: self._register(bill, self.manager),
            "No second person",
        )

    def test_not_by_who_entered_the_account(self):
        account = self._new_account(self.thief, approver=self.certifier)
        bill = self._bill()
        self.assertStays(
            bill,
            ["amount_residual"],
            lambda: self._register(bill, self.thief, partner_bank_id=account.id),
            "Number entered by",
        )

    def test_not_by_who_entered_the_bill(self):
        bill = (
            self.env["account.move"]
            .with_user(self.thief)
            .create(
                {
                    "move_type": "in_invoice",
                    "partner_id": self.supplier.id,
                    "invoice_date": fields.Date.today(),
                    "invoice_line_ids": [
                        Command.create(
                            {"name": "x", "price_unit": 99999, "tax_ids": []}
                        )
                    ],
                }
            )
        )
        bill.action_post()
        self.assertStays(
            bill,
            ["amount_residual"],
            lambda: self._register(bill, self.thief),
            "somebody else",
        )

    def test_not_more_than_the_bill(self):
        bill = self._bill(1000)
        writeoff = self.env["account.account"].search(
            [("account_type", "=", "expense")], limit=1
        )
        self.assertStays(
            bill,
            ["amount_residual"],
            lambda: self._register(
                bill,
                self.officer,
                amount=5000,
                payment_difference_handling="reconcile",
                writeoff_account_id=writeoff.id,
            ),
            "is asked, .* is left",
        )
        self._register(bill, self.officer, amount=400)
        self.assertEqual(bill.amount_residual, 600)

    def test_not_to_the_account_of_another(self):
        other = self._file("Complice").partner_id
        payment = self._payment(
            self.officer, partner_bank_id=other.bank_ids.id, srm_reason="x"
        )
        self.assertStays(
            payment,
            ["state"],
            payment.with_user(self.manager).action_post,
            "not to Complice",
        )

    def test_nothing_known_needs_a_manager_a_reason_and_two_people(self):
        payment = self._payment(self.officer)
        mine = payment.with_user(self.manager)
        self.assertStays(payment, ["state"], mine.action_post, "settles nothing known")
        payment.with_user(self.officer).srm_reason = "Deposit"
        self.assertStays(
            payment,
            ["state"],
            payment.with_user(self.officer).action_post,
            "Finance manager",
        )
        mine.action_post()
        self.assertEqual(payment.move_id.state, "posted")
        self.assertEqual(payment.srm_released_by_id, self.manager)
        own = self._payment(self.thief, srm_reason="Mine")
        mine = own.with_user(self.thief)
        self.assertStays(own, ["state"], mine.action_post, "Prepared by")

    def test_no_other_way_to_post(self):
        payment = self._payment(self.thief, srm_reason="Mine")
        mine = payment.with_user(self.thief)
        for name, attack in {
            "paid": lambda: mine.write({"state": "paid"}),
            "in process": lambda: mine.write({"state": "in_process"}),
            "validate": mine.action_validate,
            "without an entry": lambda: mine.write(
                {"outstanding_account_id": False, "state": "paid"}
            ),
            "born paid": lambda: self._payment(self.thief, state="paid"),
            "settled": lambda: mine.write(
                {"srm_settled_line_ids": [Command.set(self._item(self._bill()).ids)]}
            ),
            "released": lambda: mine.write({"srm_released_by_id": self.manager.id}),
            "prepared": lambda: mine.write({"srm_preparer_ids": [Command.clear()]}),
        }.items():
            with self.subTest(name):
                self.assertStays(payment, ["state", "srm_released_by_id"], attack)

    def test_the_entry_of_a_payment_is_not_posted_by_itself(self):
        payment = self._payment(self.thief, srm_reason="Mine")
        payment._generate_journal_entry()
        move = payment.move_id.with_user(self.thief)
        self.assertStays(move, ["state"], move.action_post, "Prepared by")

    def test_a_posted_payment_stays(self):
        payment = self._register(self._bill(), self.officer)
        other = self._file("Complice").partner_id
        for vals in (
            {"amount": 99999},
            {"partner_bank_id": other.bank_ids.id},
            {"partner_id": other.id},
        ):
            self.assertStays(
                payment,
                [*vals],
                lambda vals=vals: payment.with_user(self.thief).write(vals),
            )

    def test_a_debt_is_paid_through_its_agreement(self):
        debt = self._debt(1000)
        item = debt.opening_line_id
        register = self.env["account.payment.register"].with_user(self.officer)
        wizard = register.with_context(
            active_model="account.move.line", active_ids=item.ids
        ).create({})
        self.assertStays(
            item, ["amount_residual"], wizard._create_payments, "by its agreement"
        )

    def test_customers_pay_as_before(self):
        customer = self.env["res.partner"].create({"name": "Client"})
        payment = self._payment(
            self.officer,
            payment_type="inbound",
            partner_type="customer",
            partner_id=customer.id,
        )
        payment.action_post()
        self.assertEqual(payment.move_id.state, "posted")


@tagged("post_install", "-at_install")
class TestStrangers(PaymentCase):
    """Links of the creditors' files are for those who may read them."""

    def test_a_stranger_gets_no_link(self):
        stranger = new_test_user(self.env, "set_stranger", groups="base.group_portal")
        creditor = new_test_user(self.env, "set_own", groups="base.group_portal")
        creditor.partner_id.parent_id = self.supplier
        clerk = self._user("set_clerk", "srm_base.group_meter_reader")
        files = self.env["srm.debt.file"].sudo().search([])
        for user in (stranger, creditor, clerk):
            for file in files:
                with self.assertRaises(AccessError):
                    file.with_user(user).get_portal_url()
        self.assertFalse(self.file.access_token)

    def test_a_token_is_not_written(self):
        for vals in ({"access_token": "x"}, {"access_token_expiry": "2099-01-01"}):
            self.assertStays(
                self.file,
                [*vals],
                lambda vals=vals: self.file.with_user(self.officer).write(vals),
            )
