from odoo import Command, fields, models
from odoo.exceptions import ValidationError

from ..amounts import ZERO, money


class AccountPaymentOrder(models.Model):
    """What the bank did with the transfers: credited on a date, or refused.

    Everything is recorded per transfer (``account.payment``): the debts it pays share
    its fate.
    """

    _inherit = "account.payment.order"

    def _srm_register_credit(self, lines, date):
        """The creditors of these payment lines were credited on ``date``.

        Books the bank account, settles the debts, finishes the settlements. Lines
        already recorded are left alone: repeating the call changes nothing.

        :param lines: ``account.payment.line`` of this order
        :raise ValidationError: date before the transfer or in the future
        """
        lines = self._srm_lock_transfers(lines).filtered("srm_in_transit")
        if not lines:
            return
        self._srm_check_outcome_date(date)
        self._srm_post_bank_debit(lines.payment_ids, date)
        lines._srm_write_outcome(srm_credit_date=date)
        lines._srm_settle_debts()
        lines.srm_instalment_id.settlement_id._finish()

    def _srm_register_refusal(self, lines, date, reason):
        """The bank refused, or returned, these transfers: they are to be paid again.

        :param lines: ``account.payment.line`` of this order
        :param reason: shown on the instalment, required
        :raise ValidationError: no reason, date before the transfer or in the future
        """
        lines = self._srm_lock_transfers(lines).filtered(
            lambda line: line.srm_live and line.state == "uploaded"
        )
        if not lines:
            return
        if not (reason or "").strip():
            raise ValidationError(self.env._("Say why the bank refused the payment."))
        self._srm_check_outcome_date(date)
        returned = lines.filtered("srm_credit_date")
        self._srm_reverse_payments((lines - returned).payment_ids, date, reason)
        self._srm_reverse_payments(returned.payment_ids, date, reason, returned=True)
        lines._srm_write_outcome(srm_refusal_date=date, srm_refusal_reason=reason)
        returned._srm_unsettle_debts(reason)
        lines.srm_instalment_id.settlement_id._reopen()
        lines._srm_tell_refusal(reason)

    def _srm_lock_transfers(self, lines):
        """Lock the order and take every line of the transfers of ``lines``."""
        self.ensure_one()
        self.check_access("write")
        self.lock_for_update()
        lines = lines.payment_ids.payment_line_ids & self._srm_lines()
        lines.lock_for_update()
        lines.invalidate_recordset(["srm_live", "srm_in_transit", "srm_credit_date"])
        return lines

    def _srm_check_outcome_date(self, date):
        today = fields.Date.context_today(self)
        if not self.date_uploaded <= date <= today:
            raise ValidationError(
                self.env._(
                    "%(order)s was sent on %(sent)s: the bank's date must lie between "
                    "that day and today.",
                    order=self.name,
                    sent=fields.Date.to_string(self.date_uploaded),
                )
            )

    # --- entries -------------------------------------------------------------------
    def _srm_post_bank_debit(self, payments, date):
        """Outstanding payments -> bank account, one entry for the whole set.

        Nothing to do where the accountant already matched the bank statement, or
        where payments are booked on the bank account directly.
        """
        bank = self.journal_id.default_account_id
        waiting = self._srm_liquidity_lines(payments).filtered(
            lambda line: line.account_id != bank and not line.reconciled
        )
        if not waiting:
            return
        items = [self._srm_item(line, line.account_id, line.credit) for line in waiting]
        paid = sum((money(line.credit) for line in waiting), ZERO)
        items.append(
            {
                "account_id": bank.id,
                "name": self.env._("Credited to suppliers: %(order)s", order=self.name),
                "credit": float(paid),
                "debit": 0.0,
            }
        )
        move = self._srm_post_entry(items, date, self.name)
        cleared = move.line_ids.sorted("sequence")
        self.env["account.move.line"]._reconcile_plan(
            [line | cleared[rank] for rank, line in enumerate(waiting)]
        )

    def _srm_reverse_payments(self, payments, date, reason, returned=False):
        """Put the debts back on the suppliers accounts.

        :param returned: the bank account had been debited already, and gets the
            money back; otherwise the outstanding payment is cleared
        """
        if not payments:
            return
        liquidity = self._srm_liquidity_lines(payments)
        owed = payments.move_id.line_ids - liquidity
        bank = self.journal_id.default_account_id
        # Withheld taxes are among them: nothing is owed to the Treasury either.
        items = [self._srm_item(line, line.account_id, -line.balance) for line in owed]
        items += [
            self._srm_item(line, bank if returned else line.account_id, line.credit)
            for line in liquidity
        ]
        move = self._srm_post_entry(items, date, f"{self.name} - {reason}")
        back = move.line_ids.sorted("sequence")
        owed.remove_move_reconcile()
        pairs = [line | back[rank] for rank, line in enumerate(owed)]
        if not returned:
            offset = len(owed)
            pairs += [line | back[offset + rank] for rank, line in enumerate(liquidity)]
        payments._by_code().with_context(srm_refusal_date=date).action_reject()
        self.env["account.move.line"]._reconcile_plan(
            [pair for pair in pairs if pair.account_id.reconcile]
        )

    def _srm_liquidity_lines(self, payments):
        """Items of the payments on the outstanding or the bank account."""
        lines = self.env["account.move.line"]
        for payment in payments:
            liquidity, _counterpart, _writeoff = payment._seek_for_lines()
            lines |= liquidity
        return lines

    def _srm_item(self, line, account, balance) -> dict:
        """Journal item answering ``line``; ``balance`` is a debit when positive."""
        return {
            "account_id": account.id,
            "partner_id": line.partner_id.id,
            "name": line.name,
            "debit": float(max(money(balance), ZERO)),
            "credit": float(max(-money(balance), ZERO)),
        }

    def _srm_post_entry(self, items, date, ref):
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": self.journal_id.id,
                "date": date,
                "ref": ref,
                "payment_order_id": self.id,
                "line_ids": [
                    Command.create(dict(item, sequence=rank))
                    for rank, item in enumerate(items)
                ],
            }
        )
        move._post(soft=False)
        return move
