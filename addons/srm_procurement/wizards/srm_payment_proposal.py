from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..amounts import total


class SrmPaymentProposal(models.TransientModel):
    """Everything due until a day, put into payment orders: one per payment mode."""

    _name = "srm.payment.proposal"
    _description = "Payment Proposal"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_until = fields.Date(
        string="Due until", required=True, default=fields.Date.context_today
    )
    ceiling = fields.Monetary(
        string="Cash available",
        help="0: no limit. Instalments are taken by due date until it is reached.",
    )
    instalment_ids = fields.Many2many(
        "srm.settlement.instalment",
        compute="_compute_instalment_ids",
        store=True,
        readonly=False,
    )
    blocked_ids = fields.Many2many(
        "srm.settlement.instalment",
        relation="srm_payment_proposal_blocked_rel",
        string="Left out: debt blocked",
        compute="_compute_instalment_ids",
        store=True,
    )
    amount = fields.Monetary(compute="_compute_amount")

    @api.depends("company_id", "date_until", "ceiling")
    def _compute_instalment_ids(self):
        for proposal in self:
            due = self.env["srm.settlement.instalment"].search(
                [
                    ("company_id", "=", proposal.company_id.id),
                    ("state", "=", "to_pay"),
                    ("date", "<=", proposal.date_until),
                ],
                order="date, id",
            )
            blocked = due.filtered(
                lambda item: any(item.allocation_ids.debt_id.mapped("blocked"))
            )
            proposal.blocked_ids = [Command.set(blocked.ids)]
            chosen = proposal._within_ceiling(due - blocked)
            proposal.instalment_ids = [Command.set(chosen.ids)]

    def _within_ceiling(self, due):
        """The oldest ones that fit together; a larger one does not stop the next."""
        if not self.ceiling:
            return due
        chosen, left = due.browse(), total([self.ceiling])
        for instalment in due:
            amount = total([instalment.amount])
            if amount <= left:
                chosen |= instalment
                left -= amount
        return chosen

    @api.depends("instalment_ids.amount")
    def _compute_amount(self):
        for proposal in self:
            proposal.amount = float(total(proposal.instalment_ids.mapped("amount")))

    def action_prepare(self):
        """Draft orders of the chosen instalments, with their checks."""
        self.ensure_one()
        if not self.instalment_ids:
            raise UserError(
                self.env._(
                    "No instalment is due until %(date)s.",
                    date=fields.Date.to_string(self.date_until),
                )
            )
        return self.instalment_ids.action_prepare_orders()
