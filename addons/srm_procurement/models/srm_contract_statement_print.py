from odoo import models

from ..amounts import exact
from .srm_contract_statement import FIGURES

#: Rows that are subtracted from the amount TTC.
SUBTRACTED = ("retention", "advance", "penalty", "special_penalty")


class SrmContractStatement(models.Model):
    """The printed statement: the legal table previous, period, cumulative."""

    _inherit = "srm.contract.statement"

    def _print_title(self):
        titles = {
            "provisional": self.env._("Provisional statement No. %(number)s"),
            "final": self.env._("Final statement No. %(number)s"),
            "general": self.env._("General and final statement No. %(number)s"),
        }
        return titles[self.kind] % {"number": self.number}

    def _print_subtitle(self):
        contract = self.contract_id
        return self.env._(
            "Contract %(contract)s - %(title)s",
            contract=contract.name,
            title=contract.title,
        )

    def _print_blocks(self):
        return [
            self._print_identity(),
            self._print_works(),
            self._print_totals(),
            self._block_boxed(self.env._("Stated"), self._print_stated()),
            self._print_attachments(),
            *self._print_contested(),
            self._block_signatures(
                [
                    self.env._("The contractor"),
                    self.env._("The follow-up agent"),
                    self.env._("The SRM"),
                ]
            ),
        ]

    def _money(self, amount):
        return self._left_to_right(self._number(amount, 2))

    def _quantity(self, value):
        return self._left_to_right(self._number(value, 3))

    def _day(self, date):
        return self._left_to_right(date.strftime("%d/%m/%Y")) if date else "-"

    def _print_identity(self):
        contract = self.contract_id
        blank = ""
        columns = [
            (self.env._("Contract"), 3, "text"),
            (blank, 5, "text"),
            (self.env._("Statement"), 3, "text"),
            (blank, 4, "text"),
        ]
        rows = [
            [
                self.env._("Contractor"),
                contract.partner_id.display_name,
                self.env._("Drawn up to"),
                self._day(self.date),
            ],
            [
                self.env._("Contract No."),
                self._left_to_right(contract.name),
                self.env._("Attachments accepted on"),
                self._day(self.date_acceptance),
            ],
            [
                self.env._("Lot"),
                contract.lot,
                self.env._("Invoice No."),
                self.invoice_reference,
            ],
            [
                self.env._("Started on"),
                self._day(contract.date_start),
                self.env._("End of the term"),
                self._day(contract.date_end),
            ],
            [
                self.env._("Amount HT"),
                self._money(contract.amount_ht),
                self.env._("Amount TTC"),
                self._money(contract.amount_ttc),
            ],
        ]
        return self._block_table(blank, columns, rows)

    def _print_works(self):
        """Prices of the schedule with what was done before, now and to date."""
        columns = [
            (self.env._("No."), 2, "text"),
            (self.env._("Description"), 7, "text"),
            (self.env._("Unit"), 2, "text"),
            (self.env._("Unit price"), 3, "number"),
            (self.env._("Previous quantity"), 3, "number"),
            (self.env._("Period quantity"), 3, "number"),
            (self.env._("Quantity to date"), 3, "number"),
            (self.env._("Previous amount"), 4, "number"),
            (self.env._("Period amount"), 4, "number"),
            (self.env._("Amount to date"), 4, "number"),
        ]
        quantities, measures = self._quantities(), self._measures()
        rows = [
            self._print_price(line, quantities[line], measures[line])
            for line in self.contract_id.line_ids
            if line in measures
        ]
        title = self.env._("Works at initial prices (MAD HT)")
        return self._block_table(title, columns, rows)

    def _print_price(self, line, quantities, found):
        previous, period = quantities
        return [
            line.number,
            line.name,
            line.uom_id.name,
            self._money(exact(line.price_unit)),
            self._quantity(previous),
            self._quantity(period),
            self._quantity(previous + period),
            self._money(found.previous),
            self._money(found.period),
            self._money(found.cumulative),
        ]

    def _print_totals(self):
        columns = [
            (self.env._("Amounts in MAD"), 6, "text"),
            (self.env._("Previous"), 3, "number"),
            (self.env._("Period"), 3, "number"),
            (self.env._("Cumulative"), 3, "number"),
        ]
        labels = self._print_labels()
        rows = [
            [
                labels[name],
                *(
                    self._money(self._print_sign(name) * self[f"{name}_{column}"])
                    for column in ("previous", "period", "cumulative")
                ),
            ]
            for name in FIGURES
        ]
        return self._block_table(self.env._("Statement"), columns, rows)

    def _print_sign(self, name) -> int:
        return -1 if name in SUBTRACTED else 1

    def _print_labels(self):
        rates = self.contract_id
        return {
            "works": self.env._("Works at initial prices"),
            "ht": self.env._(
                "Amount HT revised (coefficient %(coefficient)s)",
                coefficient=self._number(self.revision_coefficient, 4),
            ),
            "vat": self.env._("VAT %(rate)s %%", rate=f"{rates.vat_rate:g}"),
            "ttc": self.env._("Amount TTC"),
            "retention": self.env._(
                "Retention %(rate)s %% (at most %(cap)s)",
                rate=f"{rates.retention_rate:g}",
                cap=self._money(self.retention_cap),
            ),
            "advance": self.env._("Repayment of the advance"),
            "penalty": self.env._(
                "Delay penalties (%(days)s days)", days=self.late_days
            ),
            "special_penalty": self.env._("Special penalties"),
            "net": self.env._("Net to pay"),
        }

    def _print_stated(self):
        """The closing sentence, with the amount in words as public accounts want it."""
        words = self.currency_id.with_context(lang=self.env.lang).amount_to_text(
            abs(self.net_period)
        )
        return self.env._(
            "This statement comes to a net of %(amount)s MAD (%(words)s), before the "
            "taxes withheld at payment.",
            amount=self._money(self.net_period),
            words=words,
        )

    def _print_attachments(self):
        columns = [
            (self.env._("Attachment No."), 3, "text"),
            (self.env._("Taken on"), 3, "text"),
            (self.env._("Place"), 5, "text"),
            (self.env._("Price"), 5, "text"),
            (self.env._("Service order"), 3, "text"),
            (self.env._("Accepted"), 3, "number"),
        ]
        rows = [
            [
                line.reference,
                self._day(line.date),
                line.place,
                line.contract_line_id.display_name,
                self._left_to_right(str(line.order_id.number or "-")),
                self._quantity(line.quantity_accepted),
            ]
            for line in self.line_ids
        ]
        return self._block_table(self.env._("Attachments"), columns, rows)

    def _print_contested(self):
        contested = self.line_ids.filtered(lambda line: line.quantity_contested)
        if not contested:
            return []
        columns = [
            (self.env._("Price"), 5, "text"),
            (self.env._("Reason"), 6, "text"),
            (self.env._("Contested"), 3, "number"),
            (self.env._("Amount HT"), 3, "number"),
        ]
        rows = [
            [
                line.contract_line_id.display_name,
                line.contest_reason,
                self._quantity(line.quantity_contested),
                self._money(line.contested_ht),
            ]
            for line in contested
        ]
        title = self.env._("Contested, not paid by this statement")
        return [self._block_table(title, columns, rows)]
