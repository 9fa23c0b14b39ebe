from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import LazyTranslate

from odoo.addons.srm_kit.guard import Freeze, Guard

from ..amounts import ZERO, money

_lt = LazyTranslate(__name__)

#: What the settlement decided: a payment line does not depart from it.
SETTLED_FIELDS = (
    "order_id",
    "partner_id",
    "partner_bank_id",
    "move_line_id",
    "amount_currency",
    "currency_id",
    "srm_allocation_id",
)
#: What the bank reads besides.
TOLD_FIELDS = (
    "date",
    "communication",
    "communication_type",
    "priority",
    "local_instrument",
    "category_purpose",
    "purpose",
)
#: What the bank answers, once the line is sent.
OUTCOME_FIELDS = ("srm_credit_date", "srm_refusal_date", "srm_refusal_reason")


class AccountPaymentLine(models.Model):
    """Payment of the share of an instalment that goes to one debt."""

    _inherit = "account.payment.line"
    _guard = Guard(
        closed=(
            "state",
            "payment_type",
            "company_id",
            "company_currency_id",
            "payment_ids",
        ),
        held=(*SETTLED_FIELDS[:-1], *TOLD_FIELDS),
        free=OUTCOME_FIELDS,
        freezes=(
            Freeze(
                once="srm_allocation_id",
                fields=SETTLED_FIELDS,
                remedy=_lt(
                    "Amount and beneficiary are those of the settlement: remove the "
                    "line if it must not be paid."
                ),
            ),
            Freeze(once="srm_credit_date", fields=OUTCOME_FIELDS[:1], database=True),
            Freeze(once="srm_refusal_date", fields=OUTCOME_FIELDS[1:], database=True),
        ),
    )

    srm_allocation_id = fields.Many2one(
        "srm.settlement.allocation",
        string="Share of instalment",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    srm_instalment_id = fields.Many2one(
        related="srm_allocation_id.instalment_id",
        string="Instalment",
        store=True,
        index="btree_not_null",
    )
    srm_debt_id = fields.Many2one(
        related="srm_allocation_id.debt_id",
        string="Supplier debt",
        store=True,
        index="btree_not_null",
    )
    srm_credit_date = fields.Date(
        string="Credited on",
        readonly=True,
        copy=False,
        help="Day the creditor's account was credited: it stops the delay of law "
        "69-21.",
    )
    srm_refusal_date = fields.Date(string="Refused on", readonly=True, copy=False)
    srm_refusal_reason = fields.Char(string="Refusal", readonly=True, copy=False)
    srm_live = fields.Boolean(
        string="Pays the share",
        compute="_compute_srm_live",
        store=True,
        help="Neither cancelled nor refused: the share is paid, or being paid, here.",
    )
    srm_in_transit = fields.Boolean(
        string="With the bank",
        compute="_compute_srm_live",
        store=True,
        help="Sent to the bank, not yet credited.",
    )
    ml_maturity_date = fields.Date(compute="_compute_ml_maturity_date", related=None)

    # Two people who order the same share at once: the second one is refused here.
    _srm_share_unique = models.UniqueIndex(
        "(srm_allocation_id) WHERE srm_live",
        "This instalment is already in a payment order.",
    )
    _srm_transit_idx = models.Index("(srm_debt_id) WHERE srm_in_transit")

    @api.depends("srm_allocation_id", "state", "srm_refusal_date", "srm_credit_date")
    def _compute_srm_live(self):
        for line in self:
            line.srm_live = bool(
                line.srm_allocation_id
                and line.state != "cancel"
                and not line.srm_refusal_date
            )
            line.srm_in_transit = (
                line.srm_live and line.state == "uploaded" and not line.srm_credit_date
            )

    @api.depends("move_line_id.date_maturity", "srm_instalment_id.date")
    def _compute_ml_maturity_date(self):
        """An instalment is executed on its date, not on the old due date."""
        for line in self:
            line.ml_maturity_date = (
                line.srm_instalment_id.date or line.move_line_id.date_maturity
            )

    @api.model
    def _get_payment_line_grouping_fields(self):
        """One transfer per instalment: its outcome is recorded for it alone."""
        return super()._get_payment_line_grouping_fields() + ["srm_instalment_id"]

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.order_id._note_author("srm_preparer_ids")
        return lines

    def write(self, vals):
        orders = self.order_id
        result = super().write(vals)
        if vals.keys() & set(SETTLED_FIELDS):
            (orders | self.order_id)._note_author("srm_preparer_ids")
        return result

    @api.constrains(*SETTLED_FIELDS)
    def _check_srm_share(self):
        """A share is paid as agreed; a debt is paid through its agreement only."""
        for line in self.filtered(lambda item: item.payment_type == "outbound"):
            reason, remedy = line._srm_share_refusal()
            if reason:
                raise ValidationError(
                    self.env._(
                        "%(record)s: %(reason)s %(remedy)s",
                        record=line.display_name,
                        reason=reason,
                        remedy=remedy,
                    )
                )

    def _srm_write_outcome(self, **vals):
        self._by_code().write(vals)

    def _srm_settle_debts(self):
        """Tell the debts what was credited, instalment by instalment."""
        for instalment, lines in self.grouped("srm_instalment_id").items():
            amounts = defaultdict(lambda: ZERO)
            for line in lines:
                amounts[line.srm_debt_id.id] += money(line.amount_currency)
            self.env["srm.debt"]._register_settled(
                dict(amounts),
                date=max(lines.mapped("srm_credit_date")),
                reference=lines._srm_settlement_reference(instalment),
            )

    def _srm_settlement_reference(self, instalment) -> str:
        return f"{instalment.name} ({self.order_id.name})"

    def _srm_unsettle_debts(self, reason):
        """The bank took the money back: the debts are owed again."""
        for instalment, lines in self.grouped("srm_instalment_id").items():
            self.env["srm.debt"]._cancel_settled(
                lines.srm_debt_id.ids,
                lines._srm_settlement_reference(instalment),
                reason,
            )

    def _srm_tell_refusal(self, reason):
        for settlement, lines in self.grouped(
            lambda line: line.srm_instalment_id.settlement_id
        ).items():
            settlement.message_post(
                body=self.env._(
                    "Payment of %(instalments)s refused by the bank: %(reason)s",
                    instalments=", ".join(lines.srm_instalment_id.mapped("name")),
                    reason=reason,
                )
            )
