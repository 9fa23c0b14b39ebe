from odoo import models
from odoo.exceptions import UserError


class AccountPaymentOrder(models.Model):
    """Payment advices of every creditor an order has credited."""

    _inherit = "account.payment.order"

    def action_srm_payment_advices(self):
        """Write the advices that are not written yet, each in its own language."""
        self.ensure_one()
        self.check_access("write")
        instalments = self.payment_line_ids.srm_instalment_id.filtered(
            lambda item: item.state == "paid"
        )
        if not instalments:
            raise UserError(
                self.env._(
                    "No creditor of %(order)s is credited yet: record the outcome of "
                    "the payment first.",
                    order=self.name,
                )
            )
        contacts = self.env["srm.debt.contact"]
        for instalment in instalments:
            kept = instalment._kept_advice()
            contacts |= kept or instalment._letter_keep(
                "advice", instalment._letter_lang()
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Payment advices"),
            "res_model": "srm.debt.contact",
            "view_mode": "list,form",
            "domain": [("id", "in", contacts.ids)],
        }
