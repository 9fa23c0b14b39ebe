from odoo import models
from odoo.exceptions import UserError


class SrmSettlementInstalment(models.Model):
    """Payment advice: what was credited, when, for which invoices."""

    _name = "srm.settlement.instalment"
    _inherit = ["srm.settlement.instalment", "srm.letter.mixin"]

    def action_letter_advice(self):
        self.ensure_one()
        if self.state != "paid":
            raise UserError(
                self.env._(
                    "Instalment %(name)s is not credited yet: record the outcome of "
                    "its payment order first.",
                    name=self.name,
                )
            )
        return self._open_letter_wizard("advice")

    def _letter_advice(self) -> list[dict]:
        columns = [
            (self.env._("Invoice"), 3, "text"),
            (self.env._("Reference"), 3, "text"),
            (self.env._("Date"), 2, "text"),
            (self.env._("Paid (DH)"), 3, "number"),
            (self.env._("Remaining (DH)"), 3, "number"),
        ]
        rows = [
            [
                share.debt_id.invoice_reference,
                share.debt_id.origin_reference,
                self._day(share.debt_id.invoice_date),
                self._amount(share.amount),
                self._amount(share.debt_id.amount_remaining),
            ]
            for share in self.allocation_ids
        ]
        rows.append([self.env._("Total"), "", "", self._amount(self.amount_paid), ""])
        return [
            self._letter_text(
                self.env._(
                    "We inform you that your bank account %(account)s was credited "
                    "with %(amount)s dirhams on %(date)s, under the settlement "
                    "agreement %(settlement)s, instalment %(number)s.",
                    account=self.partner_bank_id.acc_number or "-",
                    amount=self._amount(self.amount_paid),
                    date=self._day(self.credit_date),
                    settlement=self.settlement_id.name,
                    number=self.number,
                )
            ),
            self._letter_boxed(
                self.env._("Reference of the transfer"), self._bank_reference()
            ),
            self._letter_table(self.env._("Invoices paid"), columns, rows),
            self._letter_signatures(self.env._("For the company")),
        ]

    def _bank_reference(self) -> str:
        """Reference the creditor finds on its bank statement."""
        # sudo: who writes the letter may read the instalment, not every payment.
        lines = self.sudo().allocation_ids.payment_line_ids
        payments = lines.filtered("srm_live").payment_ids
        return ", ".join(payment._srm_end_to_end_reference() for payment in payments)

    def _kept_advice(self):
        """The advice of this instalment, when it was written already."""
        self.ensure_one()
        return self.file_id.contact_ids.filtered(
            lambda item: item.letter_kind == "advice" and item.letter_about == self.name
        )[:1]
