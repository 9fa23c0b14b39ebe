from odoo import models


class AccountPayment(models.Model):
    _inherit = "account.payment"

    def _srm_end_to_end_reference(self) -> str:
        """Reference the bank statement brings back: instalment and payment.

        At most 35 characters, unique: an instalment refused and paid again, or paid
        from two accounts, has several payments.
        """
        instalment = self.payment_line_ids.srm_instalment_id[:1]
        if not instalment:
            return ""
        return f"{instalment.name.replace('/', '-')}-{self.id}"
