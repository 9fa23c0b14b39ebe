import base64

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.srm_kit.guard.database import disarmed

from .payment_common import PaymentCase
from .settlement_common import rib

STATE = ["state", "srm_confirmed_by_id"]
LINE = [
    "order_id",
    "amount_currency",
    "partner_id",
    "partner_bank_id",
    "move_line_id",
    "state",
    "srm_paid_account",
    "srm_paid_amount",
]


@tagged("post_install", "-at_install")
class TestOrderRelease(PaymentCase):
    """Every order: an approved account, three people, the amount it settles."""

    def refuse_release(self, order, text, user=None):
        self.assertStays(
            order, STATE, order.with_user(user or self.manager).draft2open, text
        )

    def test_a_bill_is_paid_by_three_people(self):
        order = self._bill_order()
        order.with_user(self.manager).draft2open()
        self._send_on(order)
        self.assertEqual(order.state, "uploaded")
        self.assertEqual(order.srm_confirmed_by_id, self.manager)
        self.assertEqual(order.payment_line_ids.move_line_id.amount_residual, 0)

    def _send_on(self, order):
        order.with_user(self.officer).open2generated()
        order.with_user(self.officer).generated2uploaded()

    def test_an_account_nobody_approved(self):
        account = self._new_account(self.thief)
        order = self._bill_order(partner_bank_id=account.id)
        self.refuse_release(order, "No second person has approved")
        account.with_user(self.certifier).action_srm_approve()
        order.with_user(self.manager).draft2open()
        self.assertEqual(order.state, "open")

    def test_an_officer_does_not_release(self):
        self.refuse_release(self._bill_order(), "Finance manager", self.officer)

    def test_who_prepared_does_not_release(self):
        order = self._bill_order(user=self.thief)
        self.refuse_release(order, "Prepared by", self.thief)

    def test_who_touched_a_line_has_prepared_it(self):
        order = self._bill_order(amount=1000)
        line = order.payment_line_ids
        line.with_user(self.thief).amount_currency = 999
        line.with_user(self.officer).write({"amount_currency": 1000})
        self.refuse_release(order, "Prepared by", self.thief)
        for attack in (
            {"srm_preparer_ids": [Command.clear()]},
            {"srm_preparer_ids": [Command.unlink(self.thief.id)]},
        ):
            self.assertStays(
                order,
                ["srm_preparer_ids"],
                lambda vals=attack: order.with_user(self.thief).write(vals),
            )

    def test_who_entered_the_account_neither_releases_nor_prepares(self):
        account = self._new_account(self.thief, approver=self.certifier)
        order = self._bill_order(partner_bank_id=account.id)
        self.refuse_release(order, "Number entered by", self.thief)
        own = self._new_account(self.officer, approver=self.certifier)
        order = self._bill_order(partner_bank_id=own.id)
        self.refuse_release(order, "prepared the order and entered")

    def test_one_manager_alone_pays_nothing(self):
        """The published attack: 99,999 DH to an account of one's own, alone."""
        account = self._new_account(self.thief, self.thief.partner_id)
        with self.assertRaisesRegex(UserError, "somebody else"):
            account.with_user(self.thief).action_srm_approve()
        order = self._new_order(self.thief)
        self._line(
            order.with_user(self.thief),
            amount_currency=99999,
            partner_id=self.thief.partner_id.id,
            partner_bank_id=account.id,
            srm_reason="Mine",
        )
        self.refuse_release(order, "", self.thief)
        self.refuse_release(order, "No second person", self.manager)
        self.assertFalse(order.payment_ids)

    def test_more_than_what_is_owed(self):
        order = self._bill_order(amount=1000)
        order.payment_line_ids.amount_currency = 1000.01
        self.refuse_release(order, "is asked, .* is left")

    def test_twice_in_one_order(self):
        order = self._bill_order(amount=1000)
        order.payment_line_ids.copy({"communication": "again"})
        self.refuse_release(order, "is asked, .* is left")

    def test_a_bill_is_in_one_released_order(self):
        first = self._bill_order(amount=1000)
        item = first.payment_line_ids.move_line_id
        second = self._new_order()
        self._line(second, move_line_id=item.id)
        first.with_user(self.manager).draft2open()
        with self.assertRaisesRegex(Exception, "already in a released|unique"):
            with self.env.cr.savepoint():
                second.with_user(self.manager).draft2open()
                self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(second.state, "draft")

    def test_a_part_of_a_bill_has_its_reason(self):
        order = self._bill_order(amount=1000, amount_currency=400)
        self.refuse_release(order, "a part of what is owed")
        order.payment_line_ids.srm_reason = "The rest is contested"
        order.with_user(self.manager).draft2open()
        self.assertEqual(order.state, "open")

    def test_the_account_of_another_firm(self):
        other = self._file("Complice").partner_id
        order = self._bill_order(partner_bank_id=other.bank_ids.id)
        self.refuse_release(order, "owed to .*, not to Complice")
        order = self._bill_order(partner_id=other.id, partner_bank_id=other.bank_ids.id)
        self.refuse_release(order, "owed to .*, not to Complice")

    def test_an_item_that_is_not_owed(self):
        draft = self._bill().copy()
        order = self._new_order()
        self._line(order, move_line_id=self._item(draft).id)
        self.refuse_release(order, "not an open item")

    def test_nothing_known_needs_a_reason(self):
        order = self._new_order()
        line = self._line(order)
        self.refuse_release(order, "settles nothing known")
        line.srm_reason = "Deposit asked by the court"
        self.refuse_release(order, "Finance manager", self.officer)
        order.with_user(self.manager).draft2open()
        self.assertEqual(order.state, "open")

    def test_nothing_known_still_goes_to_its_payee(self):
        order = self._new_order()
        other = self._file("Complice").partner_id
        self._line(order, partner_bank_id=other.bank_ids.id, srm_reason="Deposit")
        self.refuse_release(order, "not to Complice")


@tagged("post_install", "-at_install")
class TestOrderSteps(PaymentCase):
    """State and releaser change by the buttons, and what is released stays."""

    def test_states_are_not_written(self):
        order = self._bill_order()
        mine = order.with_user(self.thief)
        for vals in (
            {"state": "open"},
            {"state": "uploaded"},
            {"srm_confirmed_by_id": self.manager.id},
            {"generated_user_id": self.manager.id},
            {"date_uploaded": "2026-01-01"},
            {"srm_file_sha256": "0" * 64},
        ):
            self.assertStays(order, [*vals], lambda vals=vals: mine.write(vals))
        self.assertStays(
            order, STATE, lambda: mine.web_save({"state": "generated"}, {})
        )

    def test_states_are_not_given_at_creation(self):
        orders = self.env["account.payment.order"].with_user(self.thief)
        vals = orders._srm_prepare_order_vals(self._mode())
        for given in ({"state": "open"}, {"srm_confirmed_by_id": self.manager.id}):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                orders.create(vals | given)
        made = orders.with_context(default_state="generated").create(vals)
        self.assertEqual(made.state, "draft")
        self.assertEqual(self._bill_order().copy().state, "draft")

    def test_no_step_is_skipped(self):
        order = self._bill_order()
        mine = order.with_user(self.thief)
        for attack in (
            mine.open2generated,
            mine.post_and_reconcile,
            mine.generate_payment_file,
        ):
            self.assertStays(order, STATE, attack)
        mine.generated2uploaded()
        mine.cancel2draft()
        self.assertEqual(order.state, "draft")
        self.assertFalse(order.payment_ids)

    def test_payments_of_an_order_are_posted_by_its_upload(self):
        order = self._released()
        payment = order.payment_ids
        for attack in (
            payment.with_user(self.thief).action_post,
            lambda: payment.with_user(self.thief).write({"state": "paid"}),
            payment.with_user(self.thief).action_cancel,
            payment.with_user(self.thief).unlink,
            order.with_user(self.thief).post_and_reconcile,
        ):
            self.assertStays(payment, ["state", "amount"], attack)

    def test_a_line_follows_its_order(self):
        line = self._bill_order().payment_line_ids
        for vals in ({"state": "cancel"}, {"payment_type": "inbound"}):
            self.assertStays(
                line, [*vals], lambda vals=vals: line.with_user(self.thief).write(vals)
            )

    def test_lines_of_a_released_order_stay(self):
        order = self._released()
        line, other = order.payment_line_ids, self._bill_order()
        theirs = line.with_user(self.thief)
        account = self._file("Complice").partner_id.bank_ids
        for name, attack in {
            "amount": lambda: theirs.write({"amount_currency": 1}),
            "account": lambda: theirs.write({"partner_bank_id": account.id}),
            "partner": lambda: theirs.write({"partner_id": account.partner_id.id}),
            "date": lambda: theirs.write({"date": "2030-01-01"}),
            "kept": lambda: theirs.write({"srm_paid_account": account.srm_rib}),
            "move out": lambda: theirs.write({"order_id": other.id}),
            "delete": theirs.unlink,
            "create": lambda: self._line(order.with_user(self.thief)),
            "copy": lambda: theirs.copy({}),
            "move in": lambda: other.payment_line_ids.with_user(self.thief).write(
                {"order_id": order.id}
            ),
            "command": lambda: order.with_user(self.thief).write(
                {"payment_line_ids": [Command.clear()]}
            ),
            "system": lambda: line.sudo().write({"amount_currency": 1}),
        }.items():
            with self.subTest(name):
                self.assertStays(line | other.payment_line_ids, LINE, attack)
        self.assertEqual(order.payment_line_ids, line)

    def test_terms_of_a_released_order_stay(self):
        order = self._released()
        layout = self.env.ref("srm_procurement.bank_format_csv_example")
        for vals in (
            {"srm_bank_format_id": layout.id},
            {"payment_mode_id": self._mode().copy({"name": "Autre"}).id},
            {"payment_type": "inbound"},
            {"charge_bearer": "CRED"},
        ):
            self.assertStays(
                order,
                [*vals],
                lambda vals=vals: order.with_user(self.thief).write(vals),
            )
        self.assertStays(order, STATE, order.with_user(self.thief).unlink)

    def test_payments_of_a_released_order_stay(self):
        order = self._released()
        payment = order.payment_ids
        account = self._file("Complice").partner_id.bank_ids
        theirs = payment.with_user(self.thief)
        for name, attack in {
            "amount": lambda: theirs.write({"amount": 1}),
            "account": lambda: theirs.write({"partner_bank_id": account.id}),
            "partner": lambda: theirs.write({"partner_id": account.partner_id.id}),
            "out": lambda: theirs.write({"payment_order_id": False}),
            "another": lambda: theirs.create(
                {
                    "payment_type": "outbound",
                    "partner_id": account.partner_id.id,
                    "amount": 5,
                    "payment_order_id": order.id,
                }
            ),
            "lines": lambda: theirs.write({"payment_line_ids": [Command.clear()]}),
        }.items():
            with self.subTest(name):
                self.assertStays(
                    payment, ["amount", "partner_bank_id", "payment_order_id"], attack
                )
        self.assertEqual(order.payment_ids, payment)

    def test_taxes_of_a_released_payment_stay(self):
        """A negative tax would make the bank pay more."""
        order = self._share_order(120000)
        debt = order.payment_line_ids.srm_debt_id
        debt.nature = "services"
        order.with_user(self.manager).draft2open()
        tax = order.payment_ids.withholding_line_ids
        self.assertEqual(tax.amount, 15000)
        theirs = tax.with_user(self.thief)
        for attack in (
            lambda: theirs.write({"amount": -90000}),
            theirs.unlink,
            lambda: theirs.copy({"amount": -1}),
            lambda: order.payment_ids.with_user(self.thief).write(
                {"withholding_line_ids": [Command.clear()]}
            ),
        ):
            self.assertStays(tax, ["amount", "payment_id"], attack)
        self.assertEqual(order.payment_ids.srm_amount_net, 105000)

    def test_the_database_holds_a_released_order(self):
        order = self._released()
        line, other = order.payment_line_ids, self._bill_order().payment_line_ids
        account = self._file("Complice").partner_id.bank_ids.id
        for query, *params in (
            (
                "UPDATE account_payment_order SET state = 'draft' WHERE id = %s",
                order.id,
            ),
            (
                "UPDATE account_payment_order SET srm_confirmed_by_id = NULL"
                " WHERE id = %s",
                order.id,
            ),
            ("DELETE FROM account_payment_order WHERE id = %s", order.id),
            (
                "UPDATE account_payment_line SET amount_currency = 1 WHERE id = %s",
                line.id,
            ),
            (
                "UPDATE account_payment_line SET partner_bank_id = %s WHERE id = %s",
                account,
                line.id,
            ),
            (
                "UPDATE account_payment_line SET srm_paid_account = '1' WHERE id = %s",
                line.id,
            ),
            ("DELETE FROM account_payment_line WHERE id = %s", line.id),
            (
                "UPDATE account_payment_line SET order_id = %s WHERE id = %s",
                order.id,
                other.id,
            ),
            (
                "UPDATE account_payment SET partner_bank_id = %s"
                " WHERE payment_order_id = %s",
                account,
                order.id,
            ),
            (
                "UPDATE account_payment SET amount = 1 WHERE payment_order_id = %s",
                order.id,
            ),
            ("DELETE FROM srm_payment_check WHERE order_id = %s", order.id),
            (
                "UPDATE srm_payment_check SET passed = false WHERE order_id = %s",
                order.id,
            ),
        ):
            with self.subTest(query):
                self.assertHeldByDatabase(query, *params)

    def test_a_cancelled_order_is_released_anew(self):
        order = self._released()
        order.with_user(self.manager).action_cancel()
        order.with_user(self.manager).cancel2draft()
        self.assertFalse(order.srm_confirmed_by_id)
        self.assertFalse(order.payment_line_ids.srm_paid_account)
        order.with_user(self.manager).draft2open()
        self.assertEqual(order.payment_line_ids.srm_paid_account, self.account.srm_rib)


@tagged("post_install", "-at_install")
class TestBankFile(PaymentCase):
    """The file says what was released; it is kept with its digest."""

    def _generated(self):
        order = self._released()
        order.with_user(self.officer).open2generated()
        return order

    def test_what_was_released_goes_to_the_bank(self):
        order = self._generated()
        line = order.payment_line_ids
        self.assertEqual(line.srm_paid_account, self.account.srm_rib)
        self.assertEqual(line.srm_paid_holder, self.account.acc_holder_name)
        self.assertEqual(line.srm_paid_amount, 1000)
        file = order.srm_file_id
        self.assertEqual(len(order.srm_file_sha256), 64)
        self.assertEqual(order._proof("srm_file_id"), file.raw)
        self.assertIn(self.account.srm_rib, file.raw.decode())

    def _bend(self, query, *params):
        """Something changes in the database behind the back of everybody."""
        self.env.flush_all()
        with disarmed(self.env, "account.payment.line", "account.payment"):
            self.env.cr.execute(query, params)
        self.env.invalidate_all()

    def _bends(self, order):
        account = self._file("Complice").partner_id.bank_ids
        yield (
            "changed since it was approved",
            "UPDATE res_partner_bank SET srm_rib = %s, sanitized_acc_number = %s"
            " WHERE id = %s",
            account.srm_rib,
            account.srm_rib,
            self.account.id,
        )
        yield (
            "changed since it was approved",
            "UPDATE res_partner_bank SET acc_holder_name = 'X' WHERE id = %s",
            self.account.id,
        )
        yield (
            "not to Complice",
            "UPDATE account_payment_line SET partner_bank_id = %s WHERE order_id = %s",
            account.id,
            order.id,
        )
        yield (
            "not what was released|is asked",
            "UPDATE account_payment_line SET amount_currency = 999 WHERE order_id = %s",
            order.id,
        )
        yield (
            "not those of its lines",
            "UPDATE account_payment SET amount = 5000 WHERE payment_order_id = %s",
            order.id,
        )
        yield (
            "No second person",
            "UPDATE res_partner_bank SET srm_approval = 'to_approve',"
            " srm_approved_by_id = NULL WHERE id = %s",
            self.account.id,
        )

    def test_looked_at_again_when_the_file_is_made_and_uploaded(self):
        for make, step in (
            (self._released, "open2generated"),
            (self._generated, "generated2uploaded"),
        ):
            order = make()
            for text, query, *params in self._bends(order):
                with self.subTest(f"{step} {text}"), self.env.cr.savepoint() as point:
                    self._bend(query, *params)
                    mine = order.with_user(self.officer)
                    self.assertStays(order, STATE, getattr(mine, step), text)
                    point.rollback()
                self.env.invalidate_all()
            getattr(order.with_user(self.officer), step)()

    def test_the_file_is_a_proof(self):
        order = self._generated()
        file = order.srm_file_id.with_user(self.thief)
        other = file.create({"name": "other", "raw": b"forged"})
        mine = order.with_user(self.thief)
        for name, attack in {
            "content": lambda: file.write({"raw": b"forged"}),
            "data": lambda: file.write({"datas": base64.b64encode(b"forged")}),
            "delete": file.unlink,
            "system": lambda: file.sudo().unlink(),
            "away": lambda: file.write({"res_id": 0}),
            "another": lambda: mine.write({"srm_file_id": other.id}),
            "digest": lambda: mine.write({"srm_file_sha256": "0" * 64}),
        }.items():
            with self.subTest(name):
                self.assertStays(order, ["srm_file_id", "srm_file_sha256"], attack)
        self.assertHeldByDatabase(
            "UPDATE account_payment_order SET srm_file_id = %s WHERE id = %s",
            other.id,
            order.id,
        )
        self.assertHeldByDatabase(
            "UPDATE account_payment_order SET srm_file_sha256 = NULL WHERE id = %s",
            order.id,
        )

    def test_a_forged_file_is_neither_opened_nor_uploaded(self):
        order = self._generated()
        order.srm_file_id._by_code().write({"raw": b"forged"})
        mine = order.with_user(self.officer)
        self.assertStays(order, STATE, mine.generated2uploaded, "SHA-256")
        with self.assertRaisesRegex(UserError, "SHA-256"):
            self.env["ir.binary"]._get_stream_from(order.srm_file_id)

    def test_an_order_whose_file_was_made_is_not_taken_back(self):
        order = self._generated()
        order.with_user(self.manager).action_cancel()
        mine = order.with_user(self.manager)
        self.assertStays(order, STATE, mine.cancel2draft, "file of .* was made")
        self.assertStays(order, STATE, mine.unlink)
        file = order.srm_file_id.with_user(self.thief)
        self.assertStays(order, ["srm_file_id"], file.unlink)

    def test_a_bill_order_with_the_bank_is_recalled_by_a_manager(self):
        order = self._generated()
        order.with_user(self.officer).generated2uploaded()
        mine = order.with_user(self.officer)
        self.assertStays(order, STATE, mine.action_uploaded_cancel, "Finance manager")
        order.with_user(self.manager).action_uploaded_cancel()
        self.assertEqual(order.state, "cancel")
        self.assertEqual(order.payment_line_ids.move_line_id.amount_residual, -1000)

    def test_a_format_is_approved_by_somebody_who_did_not_touch_it(self):
        """A constant in place of the account would divert every transfer."""
        layout = self.env.ref("srm_procurement.bank_format_fixed_example")
        column = layout.record_ids.column_ids.filtered(
            lambda item: item.source == "beneficiary_rib"
        )
        theirs = column.with_user(self.thief)
        bend = {"source": False, "constant": rib(666)}
        self.assertStays(column, [*bend], lambda: theirs.write(bend))
        self.assertStays(
            layout,
            ["record_ids"],
            lambda: layout.with_user(self.thief).write({"record_ids": [(5, 0, 0)]}),
        )
        layout.with_user(self.thief).action_revise()
        theirs.write(bend)
        mine = layout.with_user(self.thief)
        self.assertStays(layout, ["approval"], mine.action_approve, "somebody else")
        order = self._bill_order()
        order.srm_bank_format_id = layout
        for user in (self.thief, self.manager):
            self.assertStays(
                order,
                STATE,
                order.with_user(user).draft2open,
                "approved this bank file",
            )
        layout.with_user(self.certifier).action_approve()
        self.assertEqual(layout.approved_by_id, self.certifier)


@tagged("post_install", "-at_install")
class TestShares(PaymentCase):
    """A line that names a share pays that creditor, that amount, once."""

    def test_a_share_is_not_named_by_hand(self):
        order = self._share_order()
        share = order.payment_line_ids.srm_allocation_id
        order.with_user(self.officer).unlink()
        own = self._new_account(self.thief, self.thief.partner_id)
        draft = self._new_order(self.thief)
        lines = draft.payment_line_ids.with_user(self.thief)
        vals = {
            "order_id": draft.id,
            "partner_id": self.thief.partner_id.id,
            "partner_bank_id": own.id,
            "amount_currency": 99999,
            "communication": "x",
        }
        line = self._line(draft)
        for name, attack in {
            "create": lambda: lines.create(vals | {"srm_allocation_id": share.id}),
            "write": lambda: line.with_user(self.thief).write(
                {"srm_allocation_id": share.id}
            ),
            "command": lambda: draft.with_user(self.thief).write(
                {
                    "payment_line_ids": [
                        Command.create(vals | {"srm_allocation_id": share.id})
                    ]
                }
            ),
        }.items():
            with self.subTest(name):
                self.assertStays(share, ["state", "payment_line_ids"], attack)
        by_context = lines.with_context(default_srm_allocation_id=share.id).create(vals)
        self.assertFalse(by_context.srm_allocation_id)
        self.assertEqual(share.state, "to_pay")

    def test_code_pays_a_share_as_agreed_only(self):
        order = self._share_order()
        share = order.payment_line_ids.srm_allocation_id
        order.with_user(self.officer).unlink()
        vals = share._prepare_payment_line(self._new_order())
        other = self._file("Complice").partner_id
        item = self._item(self._bill())
        for bent in (
            {"amount_currency": share.amount + 1},
            {"amount_currency": share.amount - 1},
            {"partner_id": other.id},
            {"partner_bank_id": other.bank_ids.id},
            {"move_line_id": item.id},
        ):
            with self.subTest(bent):
                self.assertStays(
                    share,
                    ["state"],
                    lambda bent=bent: self.env["account.payment.line"].create(
                        vals | bent
                    ),
                )

    def test_a_share_is_in_one_order(self):
        order = self._share_order()
        line = order.payment_line_ids
        vals = line.srm_allocation_id._prepare_payment_line(self._new_order())
        with self.assertRaisesRegex(Exception, "srm_share_unique|already in a payment"):
            with self.env.cr.savepoint():
                self.env["account.payment.line"].create(vals)
                self.env.flush_all()

    def test_the_line_of_a_share_does_not_change(self):
        order, other = self._share_order(), self._new_order(self.thief)
        line = order.payment_line_ids
        theirs = line.with_user(self.thief)
        account = self._file("Complice").partner_id.bank_ids
        for vals in (
            {"amount_currency": 99999},
            {"partner_id": account.partner_id.id},
            {"partner_bank_id": account.id},
            {"order_id": other.id},
            {"srm_allocation_id": False},
            {"move_line_id": False},
        ):
            self.assertStays(line, [*vals], lambda vals=vals: theirs.write(vals))

    def test_a_debt_is_not_paid_beside_its_agreement(self):
        order = self._share_order()
        item = order.payment_line_ids.move_line_id
        draft = self._new_order(self.thief)
        self.assertStays(
            draft,
            ["payment_line_ids"],
            lambda: self._line(draft.with_user(self.thief), move_line_id=item.id),
            "paid by its agreement",
        )
        self.assertStays(
            draft,
            ["payment_line_ids"],
            lambda: item.with_user(self.thief).create_payment_line_from_move_line(
                draft
            ),
            "paid by its agreement",
        )
        line = self._line(draft)
        self.assertStays(
            line,
            ["move_line_id"],
            lambda: line.with_user(self.thief).write({"move_line_id": item.id}),
            "paid by its agreement",
        )

    def test_a_cancelled_order_taken_back_does_not_pay_twice(self):
        order = self._share_order()
        order.with_user(self.manager).draft2open()
        order.with_user(self.manager).action_cancel()
        instalment = order.payment_line_ids.srm_instalment_id
        again = self._order(instalment)
        self.assertStays(
            order, STATE, order.with_user(self.manager).cancel2draft, again.name
        )
        self._send(again)
        self.assertStays(
            order, STATE, order.with_user(self.manager).cancel2draft, again.name
        )
        theirs = order.payment_line_ids.with_user(self.thief)
        self.assertStays(order, STATE, lambda: theirs.write({"state": "draft"}))

    def test_the_holder_of_the_claim_is_paid(self):
        """Assigned after the agreement, by any way: the order does not go."""
        order = self._share_order()
        debt = order.payment_line_ids.srm_debt_id
        other = self._file("Cessionnaire").partner_id
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE srm_debt SET payee_id = %s WHERE id = %s", (other.id, debt.id)
        )
        self.env.invalidate_all()
        self.assertStays(
            order, STATE, order.with_user(self.manager).draft2open, "to be paid to"
        )
