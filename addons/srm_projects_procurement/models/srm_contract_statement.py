from odoo import models

from odoo.addons.srm_projects.amounts import money


class SrmContractStatement(models.Model):
    """A statement put in the books is an order to pay on the project's budget."""

    _inherit = "srm.contract.statement"

    def action_post(self):
        result = super().action_post()
        for statement in self:
            statement._issue_on_budget()
        return result

    def _issue_on_budget(self):
        """One order to pay per statement, on the commitment of its contract."""
        commitment = self.contract_id._budget_commitment()
        entries = self.env["srm.budget.entry"].sudo()
        known = entries.search(
            [("statement_id", "=", self.id), ("state", "!=", "cancelled")], limit=1
        )
        if not commitment or known or money(self.net_period) <= 0:
            return
        entry = entries.create(
            {
                "line_id": commitment.line_id.id,
                "kind": "emission",
                "parent_id": commitment.id,
                "statement_id": self.id,
                "document": self.name,
                "partner_id": self.partner_id.id,
                "amount": self.net_period,
                "date": self.date,
            }
        )
        entry.action_confirm()

    def _pay_on_budget(self, order):
        """Payment entry of what the bill received and the budget does not know yet."""
        bill = self.bill_id
        paid = money(bill.amount_total) - money(bill.amount_residual)
        known = sum(
            money(child.amount)
            for child in order.child_ids
            if child.state == "confirmed"
        )
        if bill.state != "posted" or paid <= known:
            return
        payment = order.create(
            {
                "line_id": order.line_id.id,
                "kind": "payment",
                "parent_id": order.id,
                "document": bill.name,
                "partner_id": bill.partner_id.id,
                "amount": float(paid - known),
            }
        )
        payment.action_confirm()
