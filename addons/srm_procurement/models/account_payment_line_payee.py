from odoo import api, fields, models

from ..amounts import money, total

#: Nothing to say against a line: reason and remedy.
FINE = ("", "")


class AccountPaymentLine(models.Model):
    """What a line settles, to whom it goes, and what of it was released."""

    _inherit = "account.payment.line"

    srm_reason = fields.Char(
        string="Why it is paid",
        copy=False,
        help="For a payment that settles nothing known, or a part of what is owed.",
    )
    # Filled by the release: what the bank is told, whatever the account becomes.
    srm_paid_account = fields.Char(string="Account released", readonly=True, copy=False)
    srm_paid_holder = fields.Char(string="Holder released", readonly=True, copy=False)
    srm_paid_amount = fields.Monetary(
        string="Amount released",
        currency_field="currency_id",
        readonly=True,
        copy=False,
    )
    srm_engaged = fields.Boolean(
        string="Pays the item",
        compute="_compute_srm_engaged",
        store=True,
        help="In an order that is released and not with the bank yet.",
    )

    # Two orders released at once for the same bill: the second one is refused here.
    _srm_item_unique = models.UniqueIndex(
        "(move_line_id) WHERE srm_engaged",
        "This journal item is already in a released payment order.",
    )

    @api.depends("state", "payment_type", "move_line_id", "srm_allocation_id")
    def _compute_srm_engaged(self):
        for line in self:
            line.srm_engaged = (
                line.payment_type == "outbound"
                and line.state in ("open", "generated")
                and bool(line.move_line_id)
                and not line.srm_allocation_id
            )

    # --- what is released ----------------------------------------------------------
    def _srm_transfer(self) -> dict:
        account = self.partner_bank_id
        return {
            "srm_paid_account": account._srm_number(),
            "srm_paid_holder": account._srm_holder() or self.partner_id.name,
            "srm_paid_amount": self.amount_currency,
        }

    def _srm_keep_transfer(self) -> None:
        for line in self:
            line._by_code().write(line._srm_transfer())

    def _srm_forget_transfer(self) -> None:
        names = ("srm_paid_account", "srm_paid_holder", "srm_paid_amount")
        self._by_code().write(dict.fromkeys(names, False))

    def _srm_is_as_kept(self) -> bool:
        kept, now = self.srm_paid_amount, self._srm_transfer()
        return (
            money(kept) == money(now["srm_paid_amount"])
            and (self.srm_paid_account or "") == now["srm_paid_account"]
            and (self.srm_paid_holder or "") == (now["srm_paid_holder"] or "")
        )

    def _srm_needs_account(self) -> bool:
        order = self.order_id
        return bool(
            order.payment_type == "outbound"
            and (self.bank_account_required or order.srm_bank_format_id)
        )

    # --- what it settles -----------------------------------------------------------
    def _srm_settling_refusal(self) -> tuple[str, str]:
        """Why a line may not be paid as it is, and what to do; empty when it may."""
        self.ensure_one()
        refusal = self._srm_share_refusal()
        if any(refusal) or self.srm_allocation_id:
            return refusal if any(refusal) else self._srm_residual_refusal()
        if self.move_line_id:
            return self._srm_item_refusal()
        return self._srm_unknown_refusal()

    def _srm_share_refusal(self) -> tuple[str, str]:
        """A share of an agreement is paid in full, to who holds the claim, in its
        own item of the books; the item of a debt is paid by a share only."""
        share, debt = self.srm_allocation_id, self.srm_allocation_id.debt_id
        if not share:
            debt = self.move_line_id.srm_debt_id
            if not debt:
                return FINE
            return (
                self.env._(
                    "Debt %(debt)s is paid by its agreement.", debt=debt.display_name
                ),
                self.env._("Take it out, and prepare the order from the instalments."),
            )
        holder = debt.payee_id
        account = self.partner_bank_id.partner_id
        lenders = debt.contract_id._pledged_to()
        if self.partner_id != holder or account != holder or (lenders - account):
            return (
                self.env._(
                    "It is to be paid to %(holder)s.", holder=(lenders or holder).name
                ),
                self.env._("Cancel the agreement and prepare a new one."),
            )
        same = self.currency_id == share.currency_id
        if not same or money(self.amount_currency) != money(share.amount):
            return (
                self.env._(
                    "The agreement grants %(amount)s.",
                    amount=share.currency_id.format(share.amount),
                ),
                self.env._("Take the line out and prepare the order again."),
            )
        if self.move_line_id != debt.opening_line_id:
            return (
                self.env._("The entry of the debt has changed in the books."),
                self.env._("Take the line out and prepare the order again."),
            )
        return FINE

    def _srm_residual_refusal(self) -> tuple[str, str]:
        """What the lines of the order ask of one item of the books is left on it."""
        item = self.move_line_id
        lines = self.order_id.payment_line_ids.filtered(
            lambda line: line.move_line_id == item
        )
        asked = total(lines.mapped("amount_currency"))
        if asked <= item._srm_owed():
            return FINE
        return (
            self.env._(
                "%(asked)s is asked, %(left)s is left.",
                asked=self.currency_id.format(float(asked)),
                left=self.currency_id.format(float(item._srm_owed())),
            ),
            self.env._("Cancel the agreement and plan it again.")
            if self.srm_allocation_id
            else self.env._("Pay what is left."),
        )

    def _srm_item_refusal(self) -> tuple[str, str]:
        item = self.move_line_id
        if not item._srm_is_open_item() or self.currency_id != item.currency_id:
            return (
                self.env._("%(item)s is not an open item.", item=item.display_name),
                self.env._("Choose an item that is posted and owed, in its currency."),
            )
        refusal = self._srm_payee_refusal(item._srm_payees())
        if any(refusal):
            return refusal
        if money(self.amount_currency) < item._srm_owed() and not self.srm_reason:
            return (
                self.env._("It pays a part of what is owed."),
                self.env._("Say why on the line, or pay the whole."),
            )
        return self._srm_residual_refusal()

    def _srm_payee_refusal(self, payees) -> tuple[str, str]:
        """
        :param payees: who may receive the money; its account is theirs
        """
        owner = self.partner_bank_id.partner_id.commercial_partner_id
        if (owner or self.partner_id.commercial_partner_id) in payees:
            return FINE
        return (
            self.env._(
                "It is owed to %(payee)s, not to %(owner)s.",
                payee=", ".join(payees.mapped("name")),
                owner=(owner or self.partner_id).name,
            ),
            self.env._("Choose an account of the payee."),
        )

    def _srm_unknown_refusal(self) -> tuple[str, str]:
        if not (self.srm_reason or "").strip():
            return (
                self.env._("It settles nothing known."),
                self.env._("Say why it is paid, or choose what it settles."),
            )
        return self._srm_payee_refusal(self.partner_id.commercial_partner_id)
