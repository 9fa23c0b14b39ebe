from odoo import api, fields, models

from ..amounts import money


class SrmDebtResolveDispute(models.TransientModel):
    """Decide on the contested part of a certified debt."""

    _name = "srm.debt.resolve.dispute"
    _description = "Decide on a Contested Amount"

    debt_id = fields.Many2one("srm.debt", required=True, readonly=True)
    dispute_id = fields.Many2one(
        "srm.debt.dispute",
        readonly=True,
        help="Empty: everything contested on the debt.",
    )
    currency_id = fields.Many2one(related="debt_id.currency_id")
    amount_contested = fields.Monetary(
        string="Contested", compute="_compute_amount_contested"
    )
    amount_accepted = fields.Monetary(string="Accepted")
    amount_rejected = fields.Monetary(string="Rejected for good")
    amount_left = fields.Monetary(
        string="Still contested", compute="_compute_amount_left"
    )
    note = fields.Char(string="Decision", required=True)

    @api.depends("debt_id.amount_contested", "dispute_id.amount")
    def _compute_amount_contested(self):
        for wizard in self:
            wizard.amount_contested = (
                wizard.dispute_id.amount or wizard.debt_id.amount_contested
            )

    @api.depends("amount_contested", "amount_accepted", "amount_rejected")
    def _compute_amount_left(self):
        for wizard in self:
            wizard.amount_left = (
                wizard.amount_contested
                - wizard.amount_accepted
                - wizard.amount_rejected
            )

    def action_confirm(self):
        self.ensure_one()
        self.debt_id._resolve_dispute(
            money(self.amount_accepted),
            money(self.amount_rejected),
            self.note,
            self.dispute_id,
        )
        return {"type": "ir.actions.act_window_close"}
