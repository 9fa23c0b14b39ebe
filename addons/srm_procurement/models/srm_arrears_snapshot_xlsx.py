from collections.abc import Iterator

from odoo import models
from odoo.tools import split_every

from odoo.addons.srm_base.models.srm_dashboard_mixin import xlsx_url
from odoo.addons.srm_base.tools.xlsx import Column, Report, Sheet

from ..amounts import money

CHUNK = 2000
COMPOSITION = ("age_bucket", "predecessor_id", "province_id", "nature", "firm_size")
DETAIL = {
    "partner_id": "text",
    "debt_id": "text",
    "predecessor_id": "text",
    "province_id": "text",
    "nature": "text",
    "firm_size": "text",
    "age_bucket": "text",
    "stage": "text",
    "due_date": "date",
    "late_days": "integer",
}
AMOUNTS = (
    "amount_claimed",
    "amount_certified",
    "amount_contested",
    "amount_paid",
    "amount_remaining",
    "amount_overdue",
    "exposure_fine",
)


class SrmArrearsSnapshot(models.Model):
    """The snapshot as a workbook: key figures, composition, debt by debt."""

    _inherit = "srm.arrears.snapshot"

    def action_export(self):
        self.ensure_one()
        url = xlsx_url(self._name, "snapshot", self.ids)
        return {"type": "ir.actions.act_url", "url": url, "target": "download"}

    def _xlsx_report_snapshot(self) -> Report:
        self.ensure_one()
        return Report(
            self.env._("Arrears %(quarter)s", quarter=self.name),
            [
                self._figures_sheet(),
                *(self._composition_sheet(name) for name in COMPOSITION),
                self._detail_sheet(),
            ],
        )

    def _lines(self):
        return self.env["srm.arrears.snapshot.line"]

    def _label(self, model, name) -> str:
        return model._fields[name]._description_string(self.env)

    def _figures_sheet(self) -> Sheet:
        names = ("spending", "amount_overdue", "amount_remaining", "amount_contested")
        rows = [[self._label(self, name), money(self[name]), None] for name in names]
        rows += [
            [self._label(self, "ratio"), self.ratio, None],
            [self._label(self, "grade"), None, self.grade or "-"],
            [self._label(self, "date_taken"), None, str(self.date_taken or "")],
            [self._label(self, "debt_count"), self.debt_count, None],
            [self._label(self, "creditor_count"), self.creditor_count, None],
        ]
        columns = [
            Column(self.name, 34),
            Column(self.env._("Figure"), 20, "decimal"),
            Column(self.env._("Value"), 16),
        ]
        return Sheet(self.env._("Key figures"), columns, rows)

    def _composition_sheet(self, name: str) -> Sheet:
        lines = self._lines()
        label = self._label(lines, name)
        columns = [
            Column(label, 34),
            Column(self.env._("Debts"), 10, "integer", "sum"),
            *(Column(self._label(lines, item), 18, "money", "sum") for item in AMOUNTS),
        ]
        groups = lines._read_group(
            [("snapshot_id", "=", self.id)],
            [name],
            ["__count", *(f"{item}:sum" for item in AMOUNTS)],
        )
        rows = [
            [self._value(lines, name, key), count, *(money(item) for item in sums)]
            for key, count, *sums in groups
        ]
        return Sheet(label, columns, rows, self.env._("Total"), filters=True)

    def _value(self, lines, name: str, value) -> str:
        if isinstance(value, models.BaseModel):
            return value.display_name or "-"
        field = lines._fields[name]
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value) or "-"
        return value

    def _detail_sheet(self) -> Sheet:
        lines = self._lines()
        columns = [
            Column(self._label(lines, name), 20, kind) for name, kind in DETAIL.items()
        ]
        columns += [
            Column(self._label(lines, name), 18, "money", "sum") for name in AMOUNTS
        ]
        total = self.env._("Total")
        return Sheet(
            self._label(lines, "debt_id"), columns, self._rows(), total, filters=True
        )

    def _rows(self) -> Iterator[list]:
        """Debts read in chunks, the memory of one chunk at a time."""
        lines = self._lines().search([("snapshot_id", "=", self.id)])
        for ids in split_every(CHUNK, lines.ids):
            chunk = lines.browse(ids)
            for line in chunk:
                yield [
                    *(self._value(line, name, line[name]) for name in DETAIL),
                    *(money(line[name]) for name in AMOUNTS),
                ]
            chunk.invalidate_recordset(flush=False)
