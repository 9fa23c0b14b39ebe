from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.srm_kit.guard import MEMORY

from ..amounts import money


class SrmSettlementAllocation(models.Model):
    """Share of an instalment that pays one debt. Written once, at scheduling."""

    _name = "srm.settlement.allocation"
    _description = "Share of an Instalment"
    _order = "instalment_id, id"
    _rec_name = "debt_id"
    _guard = MEMORY

    instalment_id = fields.Many2one(
        "srm.settlement.instalment",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    line_id = fields.Many2one(
        "srm.settlement.line",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    debt_id = fields.Many2one(related="line_id.debt_id", store=True, index=True)
    predecessor_id = fields.Many2one(related="line_id.predecessor_id")
    payment_mode_id = fields.Many2one(related="instalment_id.payment_mode_id")
    company_id = fields.Many2one(related="instalment_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(required=True, readonly=True)
    payment_line_ids = fields.One2many(
        "account.payment.line", "srm_allocation_id", string="Payment lines"
    )
    state = fields.Selection(
        [
            ("to_pay", "To pay"),
            ("ordered", "In a payment order"),
            ("sent", "Sent to the bank"),
            ("paid", "Paid"),
        ],
        compute="_compute_state",
        store=True,
    )
    paid = fields.Boolean(compute="_compute_state", store=True)
    credit_date = fields.Date(compute="_compute_state", store=True)

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "The share of a debt must be positive."
    )
    _share_unique = models.UniqueIndex(
        "(instalment_id, line_id)", "An instalment pays a debt once."
    )

    @api.depends(
        "payment_line_ids.srm_live",
        "payment_line_ids.state",
        "payment_line_ids.srm_credit_date",
    )
    def _compute_state(self):
        for share in self:
            line = share.payment_line_ids.filtered("srm_live")[:1]
            share.credit_date = line.srm_credit_date
            share.paid = bool(line.srm_credit_date)
            share.state = share._state_from(line)

    def _state_from(self, line) -> str:
        if not line:
            return "to_pay"
        if line.srm_credit_date:
            return "paid"
        return "sent" if line.state == "uploaded" else "ordered"

    def _check_can_be_ordered(self):
        """Scheduled agreement, unblocked debt, and enough left on its ledger item."""
        for share in self:
            settlement = share.instalment_id.settlement_id
            if settlement.state != "scheduled":
                raise UserError(
                    self.env._(
                        "%(name)s is not scheduled: its instalments cannot be paid.",
                        name=settlement.name,
                    )
                )
            if share.debt_id.blocked:
                raise UserError(
                    self.env._(
                        "Debt %(debt)s is blocked: its instalment %(instalment)s "
                        "cannot be paid before the block is lifted.",
                        debt=share.debt_id.display_name,
                        instalment=share.instalment_id.name,
                    )
                )
            share._check_payee()
            left = -money(share.debt_id.opening_line_id.amount_residual)
            if money(share.amount) > left:
                raise UserError(
                    self.env._(
                        "Debt %(debt)s has only %(left)s left in the books for "
                        "instalment %(instalment)s.",
                        debt=share.debt_id.display_name,
                        left=share.currency_id.format(float(left)),
                        instalment=share.instalment_id.name,
                    )
                )

    def _check_payee(self):
        """The account paid belongs to who holds the claim today."""
        holder = self.debt_id.payee_id
        if self.instalment_id.partner_bank_id.partner_id != holder:
            raise UserError(
                self.env._(
                    "Debt %(debt)s is to be paid to %(holder)s, but settlement "
                    "%(settlement)s pays another account: cancel it and prepare a new "
                    "one.",
                    debt=self.debt_id.display_name,
                    holder=holder.name,
                    settlement=self.instalment_id.settlement_id.name,
                )
            )

    def _prepare_payment_lines(self, order) -> list[dict]:
        return [share._prepare_payment_line(order) for share in self]

    def _prepare_payment_line(self, order) -> dict:
        instalment, debt = self.instalment_id, self.debt_id
        return {
            "order_id": order.id,
            "partner_id": instalment.settlement_id.payee_id.id,
            "partner_bank_id": instalment.partner_bank_id.id,
            "move_line_id": debt.opening_line_id.id,
            "amount_currency": self.amount,
            "currency_id": self.currency_id.id,
            "date": instalment.date,
            "communication": " ".join(
                part for part in (instalment.name, debt.invoice_reference) if part
            ),
            "communication_type": "normal",
            "srm_allocation_id": self.id,
        }
