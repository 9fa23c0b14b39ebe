from decimal import Decimal

from odoo import models

from ..amounts import money, total


class AccountMove(models.Model):
    """Entries of the money that leaves: posted once its payment may be made."""

    _inherit = "account.move"

    def _post(self, soft=True):
        payments = self.origin_payment_id
        payments._srm_check_payable()
        posted = super()._post(soft)
        payments.filtered(lambda item: item.move_id.state == "posted")._srm_seal()
        return posted

    def button_draft(self):
        self.origin_payment_id._srm_refuse_ordered()
        return super().button_draft()

    def button_cancel(self):
        self.origin_payment_id._srm_refuse_ordered()
        return super().button_cancel()


class SrmContract(models.Model):
    _inherit = "srm.contract"

    def _pledged_to(self):
        """Lenders who are paid instead of the contractor, while the pledge lasts."""
        # sudo: who pays must know of a pledge even without reading contracts.
        pledges = self.sudo()._active_pledges()
        return pledges.partner_id.commercial_partner_id.sudo(self.env.su)


class AccountMoveLine(models.Model):
    """Journal items as what is owed to somebody."""

    _inherit = "account.move.line"

    def _srm_is_open_item(self) -> bool:
        return (
            self.parent_state == "posted"
            and self.account_id.account_type
            in ("liability_payable", "asset_receivable")
            and self._srm_owed() > 0
        )

    def _srm_payees(self):
        """Who is owed these items, or the lender to whom the contract is pledged."""
        lenders = self.move_id.srm_contract_id._pledged_to()
        return lenders or self.partner_id.commercial_partner_id

    def _srm_paid_by(self, move) -> Decimal:
        """What an entry that is reset to draft still pays of this item."""
        partials = self.matched_debit_ids.filtered(
            lambda partial: partial.debit_move_id.move_id == move
        )
        return total(partials.mapped("credit_amount_currency"))

    def _srm_owed(self) -> Decimal:
        """What we still owe on this item, in its currency."""
        return -money(self.amount_residual_currency)
