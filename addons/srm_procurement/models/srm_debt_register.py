from datetime import date
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..amounts import money
from ..constants import DONE


class SrmDebt(models.Model):
    """Money credited on debts, and what it changes in their life."""

    _inherit = "srm.debt"

    def _register_settled(
        self,
        amounts: dict[int, Decimal],
        date: date | None = None,
        reference: str = "",
    ):
        """Record money the bank has credited to creditors.

        :param amounts: {debt id: dirhams credited, > 0}
        :param date: day of the credit; today when absent
        :param reference: identifies the payment; the same reference is recorded once
            per debt, so that a repeated call changes nothing
        :return: the new ``srm.debt.payment`` records
        :raises UserError: when a debt is not certified, or more is paid than payable
        """
        debts = self.browse(amounts)
        debts.lock_for_update()
        debts -= debts._payments_of(reference).debt_id
        for debt in debts:
            debt._check_settled(amounts[debt.id])
        # Officers record payments through the settlement only, never by hand.
        payments = (
            self.env["srm.debt.payment"]
            .sudo()
            .create(
                [
                    {
                        "debt_id": debt.id,
                        "date": date or fields.Date.context_today(self),
                        "amount": float(amounts[debt.id]),
                        "reference": reference,
                    }
                    for debt in debts
                ]
            )
            .sudo(self.env.su)
        )
        debts._follow_payments(reference)
        return payments

    def _payments_of(self, reference: str):
        """Payments of these debts recorded with a reference, returned ones too."""
        # Officers record payments, and their return, through the order only.
        payments = self.env["srm.debt.payment"].sudo().with_context(active_test=False)
        return payments.search(
            [("debt_id", "in", self.ids), ("reference", "=", reference)]
        )

    @api.model
    def _cancel_settled(
        self, debt_ids: list[int], reference: str, reason: str, stage="scheduled"
    ):
        """Undo ``_register_settled``: the bank returned the payment ``reference``.

        :param stage: where a debt that was paid goes back to
        """
        debts = self.browse(debt_ids)
        debts.lock_for_update()
        debts._payments_of(reference)._by_code().write(
            {"active": False, "return_reason": reason}
        )
        debts.filtered(lambda debt: debt.stage in DONE)._set_stage(stage, reason)

    def _check_settled(self, amount: Decimal) -> None:
        if not self._is_certified():
            raise UserError(
                self.env._(
                    "%(debt)s is not certified: it cannot be paid.",
                    debt=self.display_name,
                )
            )
        if amount <= 0 or amount > money(self.amount_payable):
            raise UserError(
                self.env._(
                    "%(debt)s: %(amount)s cannot be paid, %(payable)s is payable.",
                    debt=self.display_name,
                    amount=self.currency_id.format(float(amount)),
                    payable=self.currency_id.format(self.amount_payable),
                )
            )

    def _follow_payments(self, reason: str = "") -> None:
        """Paid when nothing is payable any more, closed when nothing remains."""
        done = self.filtered(
            lambda item: item._is_certified() and not money(item.amount_payable)
        )
        closed = done.filtered(lambda item: not money(item.amount_remaining))
        (done - closed)._settle_stage("paid", reason)
        closed._settle_stage("closed", reason)

    def _settle_stage(self, stage: str, reason: str) -> None:
        self.filtered(lambda item: item.stage not in (stage, "closed"))._set_stage(
            stage, reason
        )
