from collections.abc import Iterator

from odoo import models

from odoo.addons.srm_base.tools.xlsx import Column, Report, Sheet

from ..amounts import money

#: Columns of the comparison, in its order: field and kind.
COMPARED = (
    ("date_start", "date"),
    ("months", "integer"),
    ("ceiling", "money"),
    ("file_count", "integer"),
    ("amount_total", "money"),
    ("amount_planned", "money"),
    ("amount_residual", "money"),
    ("cost_total", "money"),
    ("month_first", "date"),
    ("month_last", "date"),
    ("month_end", "date"),
    ("files_paid", "integer"),
    ("files_first_quarter", "integer"),
    ("small_files", "integer"),
    ("small_files_paid", "integer"),
    ("small_first_quarter", "integer"),
)
MONTHS = (
    ("month", "date"),
    ("ceiling", "money"),
    ("agreed", "money"),
    ("available", "money"),
    ("paid", "money"),
    ("unused", "money"),
    ("settled", "integer"),
    ("remaining", "money"),
    ("cost", "money"),
)
FILES = (
    ("rank", "integer"),
    ("score", "decimal"),
    ("date_registered", "date"),
    ("amount", "money"),
    ("monthly_cost", "money"),
    ("month_first", "date"),
    ("month_last", "date"),
    ("amount_planned", "money"),
    ("amount_residual", "money"),
    ("waited", "integer"),
    ("cost", "money"),
)


class SrmPaymentScenario(models.Model):
    """Scenarios as a workbook: comparison, months, files."""

    _inherit = "srm.payment.scenario"

    def _xlsx_report_scenarios(self) -> Report:
        months = self.env["srm.payment.scenario.month"].search(
            [("scenario_id", "in", self.ids)]
        )
        lines = self.env["srm.payment.scenario.line"].search(
            [("scenario_id", "in", self.ids)]
        )
        return Report(
            self.env._("Payment scenarios"),
            [
                self._sheet(
                    self.env._("Comparison"), self, COMPARED, ("state", "order_by")
                ),
                self._sheet(self.env._("Months"), months, MONTHS),
                self._sheet(
                    self.env._("Files"),
                    lines,
                    FILES,
                    ("file_id", "partner_id", "province_id", "firm_size"),
                ),
            ],
        )

    def _sheet(self, name, records, numbers, texts=()) -> Sheet:
        """Scenario, then the texts, then the numbers of each record."""
        columns = [Column(self.env._("Scenario"), 30, "text")]
        columns += [
            Column(records._fields[field]._description_string(self.env), 28, "text")
            for field in texts
        ]
        columns += [
            Column(records._fields[field]._description_string(self.env), 16, kind)
            for field, kind in numbers
        ]
        return Sheet(name, columns, self._rows(records, numbers, texts))

    def _rows(self, records, numbers, texts) -> Iterator[list]:
        labels = {
            field: dict(records._fields[field]._description_selection(self.env))
            for field in texts
            if records._fields[field].type == "selection"
        }
        for record in records:
            scenario = record if records._name == self._name else record.scenario_id
            yield [
                scenario.name,
                *(self._text(record[field], labels.get(field)) for field in texts),
                *(self._number(record[field], kind) for field, kind in numbers),
            ]

    def _text(self, value, labels: dict | None) -> str:
        if labels is not None:
            return labels.get(value, "")
        return value.display_name or ""

    def _number(self, value, kind: str):
        return money(value) if kind == "money" else (value or None)
