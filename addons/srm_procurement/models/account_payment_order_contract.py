from odoo import models


class AccountPaymentOrder(models.Model):
    _inherit = "account.payment.order"

    def draft2open(self):
        """Bills of a pledged contract are released to the lender's account only."""
        drafts = self.filtered(lambda order: order.state == "draft")
        for line in drafts.payment_line_ids:
            contract = line.move_line_id.move_id.srm_contract_id
            contract._check_not_pledged(line.partner_bank_id)
        return super().draft2open()
