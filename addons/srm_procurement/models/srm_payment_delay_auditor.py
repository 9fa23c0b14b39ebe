from collections.abc import Iterator
from decimal import Decimal

from srm_engine.delay_declaration import SANCTION_PER_INVOICE
from srm_engine.late_payment import FURTHER_MONTH_RATE

from odoo import models

from odoo.addons.srm_base.models.srm_dashboard_mixin import xlsx_url
from odoo.addons.srm_base.tools.xlsx import Column, Formula, Report, Sheet

from ..amounts import money

#: Columns of the workbook read from the lines, in their order.
READ = (
    "supplier_name",
    "supplier_tax_id",
    "supplier_ice",
    "invoice_number",
    "invoice_date",
    "amount_ttc",
    "start_event",
    "start_date",
    "term_days",
    "due_date",
    "kind",
    "until_date",
    "amount_unpaid",
    "amount_paid_late",
    "months_before",
    "months",
    "months_caught_up",
    "first_rate",
    "rate",
    "fine",
    "fine_filed",
    "steps",
)


class SrmPaymentDelayDeclaration(models.Model):
    """The auditor's workbook: every step of every fine, recomputed by the sheet."""

    _inherit = "srm.payment.delay.declaration"

    def action_export_auditor(self):
        """Download the workbook of the statutory auditor."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": xlsx_url(self._name, "auditor", self.ids),
            "target": "download",
        }

    def _xlsx_report_auditor(self) -> Report:
        self.ensure_one()
        return Report(
            self.env._("Payment delays %(period)s", period=self._period().label),
            [self._summary_sheet(), self._steps_sheet()],
        )

    # --- first sheet ---------------------------------------------------------------
    def _summary_sheet(self) -> Sheet:
        """Who declares what; totals are formulas over the second sheet."""
        columns = [Column(self.env._("Item"), 44), Column(self.env._("Value"), 34)]
        return Sheet(self.env._("Summary"), columns, self._summary_rows())

    def _summary_rows(self) -> list[list]:
        counting = dict(
            self.company_id._fields["srm_counting"]._description_selection(self.env)
        )
        texts = [
            (self.env._("Company"), self.company_id.name),
            (self.env._("Tax number (IF)"), self.company_id.vat),
            (self.env._("Declaration"), self.display_name),
            (self.env._("Period"), f"{self.date_from} - {self.date_to}"),
            (self.env._("Last day to declare"), str(self.date_deadline)),
            (
                self.env._("Counting of the late months"),
                counting[self.company_id.srm_counting],
            ),
            (self.env._("Further month (%)"), str(FURTHER_MONTH_RATE)),
            (self.env._("Statutory auditor"), self.visa_auditor),
            (self.env._("Visa on"), self.visa_date and str(self.visa_date)),
        ]
        rates = [
            (
                self.env._("Key rate from %(day)s (%%)", day=rate.start),
                str(rate.rate),
            )
            for rate in self.env["srm.key.rate"]._rate_table()
        ]
        return [*texts, *rates, *self._summary_totals()]

    def _summary_totals(self) -> list[tuple]:
        return [
            (self.env._("Lines"), str(self.line_count)),
            (self.env._("Fine to pay"), self._cash(self.fine_total)),
            (self.env._("Fine if declared late"), self._cash(self.sanction_amount)),
            (
                self.env._("Fine per missing or wrong invoice"),
                self._cash(SANCTION_PER_INVOICE),
            ),
        ]

    def _cash(self, amount) -> str:
        return self.currency_id.format(float(amount))

    # --- second sheet --------------------------------------------------------------
    def _steps_sheet(self) -> Sheet:
        labels = self.env["srm.payment.delay.line"].fields_get(READ, ["string"])
        text = {name: labels[name]["string"] for name in READ}
        columns = [
            Column(text["supplier_name"], 30),
            Column(text["supplier_tax_id"], 12),
            Column(text["supplier_ice"], 18),
            Column(text["invoice_number"], 18),
            Column(text["invoice_date"], 11, "date"),
            Column(text["amount_ttc"], 15, "money"),
            Column(text["start_event"], 24),
            Column(text["start_date"], 11, "date"),
            Column(text["term_days"], 8, "integer"),
            Column(text["due_date"], 11, "date"),
            Column(text["kind"], 16),
            Column(text["until_date"], 11, "date"),
            Column(self.env._("Amount late"), 15, "money"),
            Column(text["months_before"], 10, "integer"),
            Column(self.env._("Months and their rates (%)"), 44),
            Column(text["months"], 10, "integer"),
            Column(text["months_caught_up"], 10, "integer"),
            Column(text["first_rate"], 8, "decimal"),
            Column(text["rate"], 8, "decimal"),
            Column(text["fine"], 14, "money"),
            Column(text["fine_filed"], 14, "money"),
            Column(self.env._("Fine to pay"), 14, "money"),
        ]
        return Sheet(self.env._("Computation"), columns, self._steps_rows())

    def _steps_rows(self) -> Iterator[list]:
        """One row per line, then the totals."""
        line = self.env["srm.payment.delay.line"]
        events, kinds = (
            dict(line._fields[name]._description_selection(self.env))
            for name in ("start_event", "kind")
        )
        number = 1
        for number, row in enumerate(self._stream_lines(list(READ)), start=2):
            values = dict(zip(READ, row, strict=True))
            values["start_event"] = events.get(values["start_event"])
            values["kind"] = kinds.get(values["kind"])
            yield self._steps_row(values, number)
        yield self._steps_total(number)

    def _steps_row(self, values: dict, number: int) -> list:
        """Rate = key rate once + 0.85 per further month; fine = amount x rate."""
        late = values["amount_unpaid"] + values["amount_paid_late"]
        rate = Formula(
            f"=IF(P{number}=0,0,IF(N{number}=0,R{number},{FURTHER_MONTH_RATE})"
            f"+{FURTHER_MONTH_RATE}*(P{number}-1))",
            values["rate"],
        )
        fine = Formula(f"=ROUND(M{number}*S{number}/100,2)", values["fine"])
        due = Formula(f"=T{number}-U{number}", values["fine"] - values["fine_filed"])
        return [
            *(values[name] for name in READ[:12]),
            late,
            values["months_before"],
            steps_text(values["steps"]),
            values["months"],
            values["months_caught_up"],
            values["first_rate"] or None,
            rate,
            fine,
            values["fine_filed"],
            due,
        ]

    def _steps_total(self, last: int) -> list:
        """Totals of the amounts and of the fines, as formulas."""
        row: list = [None] * 22
        row[0] = self.env._("Total")
        totals = {12: "M", 19: "T", 20: "U", 21: "V"}
        values = self._steps_total_values() if last > 1 else dict.fromkeys(totals, 0)
        for rank, letter in totals.items():
            text = f"=SUM({letter}2:{letter}{max(last, 2)})"
            row[rank] = Formula(text, values[rank])
        return row

    def _steps_total_values(self) -> dict[int, Decimal]:
        groups = self.env["srm.payment.delay.line"]._read_group(
            [("declaration_id", "=", self.id)],
            [],
            ["amount_unpaid:sum", "amount_paid_late:sum", "fine:sum", "fine_filed:sum"],
        )
        unpaid, paid, fine, filed = map(money, groups[0])
        return {12: unpaid + paid, 19: fine, 20: filed, 21: fine - filed}


def steps_text(steps: list) -> str:
    """Months of a line in one cell; a star marks a month caught up.

    >>> steps_text([["2026-02-17", "2.25", 0], ["2026-03-01", "0.85", 1]])
    '2026-02-17: 2.25; 2026-03-01: 0.85 *'
    """
    return "; ".join(
        f"{day}: {rate}{' *' if caught_up else ''}" for day, rate, caught_up in steps
    )
