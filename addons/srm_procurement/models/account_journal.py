from odoo import Command, models


class AccountJournal(models.Model):
    _inherit = "account.journal"

    def _srm_set_transfer_method(self, method):
        """Offer ``method`` on the bank journal, through an outstanding account.

        The supplier counts as paid in the books when the file is sent; the bank
        account itself moves on the day the bank credits the supplier.
        """
        self.ensure_one()
        template = self.env["account.chart.template"].with_company(self.company_id)
        outstanding = template.ref("account_journal_payment_credit_account_id")
        line = self.outbound_payment_method_line_ids.filtered(
            lambda line: line.payment_method_id == method
        )
        if not line:
            command = Command.create({"payment_method_id": method.id})
            self.write({"outbound_payment_method_line_ids": [command]})
            line = self.outbound_payment_method_line_ids.filtered(
                lambda line: line.payment_method_id == method
            )
        line.filtered(
            lambda line: not line.payment_account_id
        ).payment_account_id = outstanding
