from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _get_invoice_portal_extra_values(self, *args, **kwargs):
        """The list of a partner's own invoices links to each of them.

        sudo: the page searched them with the partner's rights; links are made for it
        by the system, never for who calls from outside.
        """
        values = super()._get_invoice_portal_extra_values(*args, **kwargs)
        return values | {"invoice": self.sudo()}
