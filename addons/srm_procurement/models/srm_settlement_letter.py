from odoo import models
from odoo.exceptions import UserError

from ..amounts import money


class SrmSettlement(models.Model):
    """The settlement agreement (protocole) as a document to sign."""

    _name = "srm.settlement"
    _inherit = ["srm.settlement", "srm.letter.mixin"]

    def action_letter_agreement(self):
        self.ensure_one()
        if self.state in ("draft", "cancelled"):
            raise UserError(
                self.env._(
                    "%(name)s must be proposed before its document is sent.",
                    name=self.name,
                )
            )
        return self._open_letter_wizard("agreement")

    def _letter_agreement(self) -> list[dict]:
        blocks = [
            self._letter_text(self._agreement_parties()),
            self._agreement_debts(),
            self._agreement_plan(),
            *self._agreement_interest(),
            *self._agreement_judgment(),
            self._letter_text(self._agreement_effect(), self.env._("Effect")),
        ]
        if terms := self._plain(self.note):
            blocks.append(self._letter_text(terms, self.env._("Other terms")))
        creditor = self.env._("For the creditor: name, capacity, date, signature")
        company = self.env._("For the company: name, capacity, date, signature")
        return [*blocks, self._letter_signatures(company, creditor)]

    def _agreement_parties(self) -> str:
        return self.env._(
            "Between %(company)s, hereafter “the company”, and %(creditor)s, ICE "
            "%(ice)s, hereafter “the creditor”, it is agreed that the debts listed "
            "below are settled for a total of %(total)s dirhams (all taxes included).",
            company=self.company_id.name,
            creditor=self.partner_id.name,
            ice=self.partner_id.company_registry or "-",
            total=self._amount(self.amount_total),
        )

    def _agreement_debts(self) -> dict:
        columns = [
            (self.env._("Reference"), 3, "text"),
            (self.env._("Invoice"), 3, "text"),
            (self.env._("Date"), 2, "text"),
            (self.env._("Certified (DH)"), 3, "number"),
            (self.env._("Agreed (DH)"), 3, "number"),
        ]
        rows = [
            [
                line.debt_id.origin_reference,
                line.debt_id.invoice_reference,
                self._day(line.debt_id.invoice_date),
                self._amount(line.amount_certified),
                self._amount(line.amount),
            ]
            for line in self.line_ids.sorted(lambda line: line._payment_order())
        ]
        rows.append(
            [self.env._("Total"), "", "", "", self._amount(self.amount_total)],
        )
        return self._letter_table(self.env._("Debts settled"), columns, rows)

    def _agreement_plan(self) -> dict:
        columns = [
            (self.env._("No."), 1, "text"),
            (self.env._("Due on"), 3, "text"),
            (self.env._("Amount (DH)"), 3, "number"),
        ]
        rows = [
            [item.number, self._day(item.date), self._amount(item.amount)]
            for item in self.instalment_ids.sorted("date")
        ]
        rows.append([self.env._("Total"), "", self._amount(self.amount_planned)])
        return self._letter_table(self.env._("Payment by bank transfer"), columns, rows)

    def _agreement_interest(self) -> list[dict]:
        if not money(self.interest_claimed):
            return []
        return [
            self._letter_text(
                self.env._(
                    "The creditor claims late interest of %(claimed)s dirhams and "
                    "gives up %(waived)s dirhams of it.",
                    claimed=self._amount(self.interest_claimed),
                    waived=self._amount(self.interest_waived),
                ),
                self.env._("Interest"),
            )
        ]

    def _agreement_judgment(self) -> list[dict]:
        if self.mode != "court" or not self.judgment_reference:
            return []
        return [
            self._letter_text(
                self.env._(
                    "This agreement carries out the judgment %(judgment)s of "
                    "%(date)s, %(court)s.",
                    judgment=self.judgment_reference,
                    date=self._day(self.judgment_date),
                    court=self.court_name or "",
                ),
                self.env._("Judgment"),
            )
        ]

    def _agreement_effect(self) -> str:
        return self.env._(
            "Payments are made to the bank account %(account)s. Once every instalment "
            "is credited, the debts above are extinguished for the amounts agreed.",
            account=self.partner_bank_id.acc_number or "-",
        )
