from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class SrmPaymentOutcome(models.TransientModel):
    """What the bank did with the transfers of one payment order."""

    _name = "srm.payment.outcome"
    _description = "Outcome of Payments"

    order_id = fields.Many2one(
        "account.payment.order", required=True, readonly=True, ondelete="cascade"
    )
    outcome = fields.Selection(
        [("credited", "Creditors credited"), ("refused", "Refused or returned")],
        required=True,
        default="credited",
    )
    date = fields.Date(
        required=True,
        default=fields.Date.context_today,
        help="Day of the bank, not the day of the entry here: it is the day the "
        "delay of law 69-21 stops.",
    )
    reason = fields.Char(help="Reason given by the bank.")
    line_ids = fields.Many2many(
        "account.payment.line",
        string="Payments",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    allowed_line_ids = fields.Many2many(
        "account.payment.line", compute="_compute_allowed_line_ids"
    )

    @api.depends("order_id", "outcome")
    def _compute_allowed_line_ids(self):
        """A credited payment may still be returned; it is not credited twice."""
        for wizard in self:
            lines = wizard.order_id._srm_lines().filtered(
                lambda line: line.srm_live and line.state == "uploaded"
            )
            if wizard.outcome == "credited":
                lines = lines.filtered("srm_in_transit")
            wizard.allowed_line_ids = lines

    @api.depends("order_id", "outcome")
    def _compute_line_ids(self):
        """All of them for a credit; a refusal is chosen one by one."""
        for wizard in self:
            credited = wizard.outcome == "credited"
            lines = wizard.allowed_line_ids if credited else False
            wizard.line_ids = lines and [Command.set(lines.ids)]

    def action_confirm(self):
        self.ensure_one()
        lines = self.line_ids & self.allowed_line_ids
        if not lines:
            raise UserError(self.env._("Choose the payments concerned."))
        if self.outcome == "credited":
            self.order_id._srm_register_credit(lines, self.date)
        else:
            self.order_id._srm_register_refusal(lines, self.date, self.reason)
        return {"type": "ir.actions.act_window_close"}
