from odoo import api, models


class AccountPaymentLineCreate(models.TransientModel):
    """Items proposed to a payment order: those of debts come from their agreements."""

    _inherit = "account.payment.line.create"

    @api.depends()
    def _compute_move_line_domain(self):
        result = super()._compute_move_line_domain()
        for wizard in self:
            wizard.move_line_domain = [
                ("srm_debt_id", "=", False),
                *wizard.move_line_domain,
            ]
        return result
