from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..amounts import ZERO, money

#: What the settlement decided: a payment line does not depart from it.
SETTLED_FIELDS = {
    "order_id",
    "partner_id",
    "partner_bank_id",
    "move_line_id",
    "amount_currency",
    "currency_id",
    "srm_allocation_id",
}
OUTCOME_FIELDS = {"srm_credit_date", "srm_refusal_date", "srm_refusal_reason"}
#: Only code of this add-on can hold this object.
OUTCOME_TOKEN = object()


class AccountPaymentLine(models.Model):
    """Payment of the share of an instalment that goes to one debt."""

    _inherit = "account.payment.line"

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

    def write(self, vals):
        settled = self.filtered("srm_allocation_id")
        if settled and SETTLED_FIELDS & set(vals):
            raise UserError(
                self.env._(
                    "Payment line %(line)s pays instalment %(instalment)s: its amount "
                    "and beneficiary are those of the settlement. Remove the line if "
                    "it must not be paid.",
                    line=settled[0].name,
                    instalment=settled[0].srm_instalment_id.name,
                )
            )
        self._check_outcome_fields(vals)
        return super().write(vals)

    def _check_outcome_fields(self, vals):
        if self.env.context.get("srm_outcome") is OUTCOME_TOKEN:
            return
        if OUTCOME_FIELDS & set(vals):
            raise UserError(
                self.env._(
                    "The outcome of a payment is recorded from its payment order."
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_outcome_fields(vals)
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_srm_sent(self):
        sent = self.filtered(
            lambda line: (
                line.srm_allocation_id and line.state not in ("draft", "cancel")
            )
        )
        if sent:
            raise UserError(
                self.env._(
                    "Payment line %(line)s is confirmed: cancel the payment order to "
                    "remove it.",
                    line=sent[0].name,
                )
            )

    def _srm_write_outcome(self, **vals):
        self.with_context(srm_outcome=OUTCOME_TOKEN).write(vals)

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
