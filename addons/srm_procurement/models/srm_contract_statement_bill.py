from decimal import Decimal

from odoo import Command, models

from ..amounts import ZERO, money

#: Deduction of the statement -> account of the company it is booked on.
DEDUCTIONS = {
    "retention": "retention",
    "advance": "advance",
    "penalty": "penalty",
    "special_penalty": "penalty",
}


class SrmContractStatement(models.Model):
    """The vendor bill of a statement.

    Works and their VAT are debited in full; retention (4413), repayment of the advance
    (3411) and penalties (7581) are credited on lines of the same bill, so that what
    is left on the supplier's account is the net to pay.
    """

    _inherit = "srm.contract.statement"

    def _has_amounts(self) -> bool:
        names = ("ht", "net", *DEDUCTIONS)
        return any(money(self[f"{name}_period"]) for name in names)

    def _create_bill(self):
        """Post the bill; nothing to book (general statement): no bill."""
        moves = self.env["account.move"].with_company(self.company_id)
        if not self._has_amounts():
            return moves
        bill = moves._by_code().create(self._prepare_bill_vals())
        self._set_bill_tax(bill)
        bill.action_post()
        return bill

    def _bill_sign(self) -> int:
        """A statement in which the contractor owes becomes a refund."""
        return -1 if money(self.net_period) < 0 else 1

    def _prepare_bill_vals(self) -> dict:
        contract = self.contract_id
        return {
            "move_type": "in_refund" if self._bill_sign() < 0 else "in_invoice",
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "invoice_date": self.invoice_date,
            "invoice_payment_term_id": False,
            "invoice_date_due": self._date_due() or self.invoice_date,
            "ref": self.invoice_reference,
            "invoice_origin": self.name,
            "srm_contract_id": contract.id,
            "srm_statement_id": self.id,
            "srm_contract_bill": "statement",
            "invoice_line_ids": [
                Command.create(vals) for vals in self._prepare_bill_lines()
            ],
        }

    def _prepare_bill_lines(self) -> list[dict]:
        contract, company = self.contract_id, self.company_id
        lines = []
        if money(self.ht_period):
            lines.append(
                self._prepare_bill_line(
                    contract.title, self.ht_period, contract._works_account()
                )
                | {"tax_ids": [Command.set(contract.tax_id.ids)]}
            )
        labels = self._deduction_labels()
        for name, account in DEDUCTIONS.items():
            amount = self[f"{name}_period"]
            if money(amount):
                account = company._srm_contract_account(account)
                lines.append(self._prepare_bill_line(labels[name], -amount, account))
        return lines

    def _deduction_labels(self) -> dict[str, str]:
        return {
            "retention": self.env._("Retention"),
            "advance": self.env._("Repayment of the advance"),
            "penalty": self.env._("Delay penalties"),
            "special_penalty": self.env._("Special penalties"),
        }

    def _prepare_bill_line(self, label: str, amount: float, account) -> dict:
        return {
            "name": f"{label} - {self.name}",
            "quantity": 1,
            "price_unit": self._bill_sign() * amount,
            "account_id": account.id,
            "tax_ids": [Command.clear()],
        }

    def _set_bill_tax(self, bill):
        """VAT of the statement, cumulative: may differ by a centime from the bill's."""
        gap = self._bill_sign() * money(self.vat_period) - money(bill.amount_tax)
        if not gap:
            return
        tax_line = bill.line_ids.filtered("tax_line_id")[:1]
        direction = Decimal(-1 if bill.is_inbound() else 1)
        amount = money(tax_line.amount_currency) + direction * gap
        bill.write(
            {
                "line_ids": [
                    Command.update(tax_line.id, {"amount_currency": float(amount)})
                ]
            }
        )

    def _bill_total(self) -> Decimal:
        """What the bill must come to: the net, or what the contractor owes."""
        return abs(money(self.net_period)) if self._has_amounts() else ZERO
