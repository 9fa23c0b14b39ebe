from decimal import Decimal

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate

from odoo.addons.srm_kit.guard import Freeze, Guard
from odoo.addons.srm_kit.guard.gate import by_code

from ..amounts import money, total
from .account_payment_order import RELEASED
from .srm_debt import MANAGER

_lt = LazyTranslate(__name__)

#: Who is paid how much, and from where.
PAID_FIELDS = (
    "amount",
    "currency_id",
    "partner_id",
    "partner_bank_id",
    "payment_type",
    "partner_type",
    "journal_id",
    "payment_order_id",
)
PAID = ("in_process", "paid")


class AccountPayment(models.Model):
    """Money that leaves, with an order or without one.

    Without an order, what is paid is a bill, to its supplier, to an approved account;
    or it has a reason, and two people: who enters it, and a manager who posts it.
    """

    _inherit = "account.payment"
    _guard = Guard(
        closed=("payment_order_id", "payment_line_ids"),
        held=PAID_FIELDS,
        free=("srm_released_by_id",),
        freezes=(
            Freeze(
                once="srm_released_by_id",
                fields=(*PAID_FIELDS, "srm_reason"),
                children=("withholding_line_ids",),
                remedy=_lt("Reset it to draft, or cancel it, to correct it."),
            ),
        ),
    )

    srm_reason = fields.Char(
        string="Why it is paid",
        copy=False,
        help="For a payment that settles no bill: a second person, a finance manager, "
        "posts it.",
    )
    srm_settled_line_ids = fields.Many2many(
        "account.move.line",
        "srm_payment_settled_line_rel",
        "payment_id",
        "line_id",
        string="Settles",
        readonly=True,
        copy=False,
    )
    srm_preparer_ids = fields.Many2many(
        "res.users",
        "srm_payment_preparer_rel",
        "payment_id",
        "user_id",
        string="Prepared by",
        readonly=True,
        copy=False,
    )
    srm_released_by_id = fields.Many2one(
        "res.users", string="Released by", readonly=True, copy=False
    )

    def _srm_end_to_end_reference(self) -> str:
        """Reference the bank statement brings back: instalment and payment.

        At most 35 characters, unique: an instalment refused and paid again, or paid
        from two accounts, has several payments.
        """
        instalment = self.payment_line_ids.srm_instalment_id[:1]
        if not instalment:
            return ""
        return f"{instalment.name.replace('/', '-')}-{self.id}"

    # --- payments of an order ------------------------------------------------------
    def _srm_transfer_amount(self) -> Decimal:
        """What the bank pays: what was released, less the taxes withheld."""
        released = total(self.payment_line_ids.mapped("srm_paid_amount"))
        return released - money(self.srm_amount_withheld)

    def _srm_pays_its_lines(self) -> bool:
        lines = self.payment_line_ids
        return (
            self.partner_bank_id == lines.partner_bank_id
            and self.partner_id == lines.partner_id
            and self.currency_id == lines.currency_id
            and money(self.amount) == total(lines.mapped("srm_paid_amount"))
            and 0 < self._srm_transfer_amount() <= money(self.amount)
        )

    def _srm_refuse_ordered(self):
        """Transfers of a released order are undone through the order."""
        if by_code(self.env):
            return
        held = self.filtered(lambda item: item._srm_is_with_order())
        if held:
            raise UserError(
                self.env._(
                    "Payment %(payment)s belongs to order %(order)s: cancel the order, "
                    "or record on it what the bank did.",
                    payment=held[0].display_name,
                    order=held[0].payment_order_id.name,
                )
            )

    def _srm_is_with_order(self) -> bool:
        state = self.payment_order_id.state
        pays_agreement = bool(self.payment_line_ids.srm_allocation_id)
        return state in RELEASED and (state != "uploaded" or pays_agreement)

    def _srm_seal(self):
        """From now on nobody changes whom it pays, how much."""
        todo = self.filtered(
            lambda item: item.payment_type == "outbound" and not item.srm_released_by_id
        )
        # sudo: whoever may post a payment is recorded on it.
        todo.sudo()._by_code().srm_released_by_id = self.env.uid

    # --- payments of their own -----------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        payments = super().create(vals_list)
        payments._note_author("srm_preparer_ids")
        payments._srm_check_unbooked()
        return payments

    def write(self, vals):
        if "state" in vals:
            self._srm_refuse_ordered()
        result = super().write(vals)
        if vals.keys() & set(PAID_FIELDS):
            self._note_author("srm_preparer_ids")
        if vals.get("state") in PAID:
            self._srm_check_unbooked()
        return result

    def action_draft(self):
        result = super().action_draft()
        self.sudo()._by_code().srm_released_by_id = False
        return result

    def _srm_check_unbooked(self):
        """Without an entry in the books, a payment is made when its state says so."""
        made = self.filtered(lambda item: not item.move_id and item.state in PAID)
        made._srm_check_payable()
        made._srm_seal()

    def _srm_check_payable(self):
        """Refuse money that leaves otherwise than it may.

        :raise UserError: names the payment, the rule and the remedy
        """
        for payment in self.filtered(lambda item: item.payment_type == "outbound"):
            if payment.payment_order_id:
                payment._srm_refuse_ordered()
            else:
                payment._srm_check_account()
                payment._srm_check_settling()

    def _srm_check_account(self):
        account = self.partner_bank_id
        reason, remedy = account._srm_payment_refusal() if account else ("", "")
        if reason:
            self._srm_refuse(f"{account.display_name}: {reason}", remedy)
        if self.env.uid != SUPERUSER_ID:
            account._refuse_same_person(("srm_entered_by_id", "srm_changed_by_ids"))

    def _srm_check_settling(self):
        """Amount and payee are those of the bills; else a reason and two people."""
        items = self.srm_settled_line_ids
        payees = items._srm_payees() or self.partner_id.commercial_partner_id
        owner = (
            self.partner_bank_id.partner_id or self.partner_id
        ).commercial_partner_id
        if owner != payees or len(payees) > 1:
            self._srm_refuse(
                self.env._(
                    "it is owed to %(payee)s, not to %(owner)s.",
                    payee=", ".join(payees.mapped("name")),
                    owner=owner.name or "-",
                ),
                self.env._("Choose an account of the payee."),
            )
        if items:
            self._srm_check_bills(items)
        else:
            self._srm_check_reasoned()

    def _srm_check_bills(self, items):
        if debts := items.srm_debt_id:
            self._srm_refuse(
                self.env._(
                    "debt %(debt)s is paid by its agreement.",
                    debt=debts[0].display_name,
                ),
                self.env._("Prepare a payment order from the instalments."),
            )
        owed = sum(
            item.currency_id._convert(
                float(item._srm_owed() + item._srm_paid_by(self.move_id)),
                self.currency_id,
                self.company_id,
                self.date,
            )
            for item in items
        )
        if money(self.amount) > money(owed):
            self._srm_refuse(
                self.env._(
                    "%(asked)s is asked, %(left)s is left.",
                    asked=self.currency_id.format(self.amount),
                    left=self.currency_id.format(owed),
                ),
                self.env._("Pay what is left."),
            )
        if self.env.uid != SUPERUSER_ID:
            items.move_id._refuse_same_person(("create_uid",))

    def _srm_check_reasoned(self):
        if not (self.srm_reason or "").strip():
            self._srm_refuse(
                self.env._("it settles nothing known."),
                self.env._("Pay it from its bill, or say why it is paid."),
            )
        self._require_group(MANAGER)
        self._refuse_same_person(("srm_preparer_ids",))

    def _srm_refuse(self, reason: str, remedy: str):
        raise UserError(
            self.env._(
                "%(record)s: %(reason)s %(remedy)s",
                record=self.display_name,
                reason=reason,
                remedy=remedy,
            )
        )
