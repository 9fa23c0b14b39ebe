from collections.abc import Iterator

from odoo import fields, models
from odoo.tools import split_every

from odoo.addons.srm_base.models.srm_dashboard_mixin import xlsx_url
from odoo.addons.srm_base.tools.xlsx import (
    MEDIA_TYPE,
    Column,
    Report,
    Sheet,
    write_workbook,
)

from ..amounts import ZERO, money

#: Above this, the ids no longer fit in an address: the workbook becomes a file.
MAX_URL_IDS = 500
CHUNK = 2000
TEXT = (
    "origin_reference",
    "predecessor_id",
    "partner_id",
    "contract_reference",
    "description",
    "nature",
    "regime",
    "territory_id",
    "province_id",
    "invoice_reference",
)
DATES = ("invoice_date", "service_date", "deposit_date", "due_date")
AMOUNTS = (
    "amount_claimed",
    "amount_certified",
    "amount_contested",
    "amount_rejected",
    "amount_paid_before",
    "amount_settled",
    "amount_paid",
    "amount_retention",
    "amount_remaining",
    "amount_open",
    "amount_payable",
    "exposure_fine",
    "exposure_next_month",
)
END = ("age_bucket", "stage", "blocked", "bearer", "transfer_act")
#: Columns of the register, and how the workbook writes them.
REGISTER = {
    **dict.fromkeys(TEXT, "text"),
    **dict.fromkeys(DATES, "date"),
    "agreed_days": "integer",
    "late_days": "integer",
    **dict.fromkeys(AMOUNTS, "money"),
    **dict.fromkeys(END, "text"),
    "certified_by_id": "text",
    "certified_date": "date",
}


class SrmDebt(models.Model):
    """The register of arrears as a workbook."""

    _inherit = "srm.debt"

    def action_export_register(self):
        """Download the register of the selected debts."""
        if len(self) <= MAX_URL_IDS:
            url = xlsx_url("srm.debt", "register", self.ids)
        else:
            url = f"/web/content/{self._register_attachment().id}?download=true"
        return {"type": "ir.actions.act_url", "url": url, "target": "download"}

    def _register_attachment(self):
        report = self._xlsx_report_register()
        return self.env["ir.attachment"].create(
            {
                "name": f"{report.filename}.xlsx",
                "raw": write_workbook(report.sheets, self.env.lang),
                "mimetype": MEDIA_TYPE,
            }
        )

    def _xlsx_report_register(self) -> Report:
        """All the columns of these debts, then their totals."""
        labels = self.fields_get(list(REGISTER), ["string"])
        columns = [
            Column(labels[name]["string"], kind=kind) for name, kind in REGISTER.items()
        ]
        columns.insert(3, Column("ICE"))
        today = fields.Date.to_string(fields.Date.context_today(self))
        return Report(
            self.env._("Register of arrears %(day)s", day=today),
            [Sheet(self.env._("Register of arrears"), columns, self._register_rows())],
        )

    def _register_rows(self) -> Iterator[list]:
        """Rows read in chunks, the memory of one chunk at a time."""
        totals = dict.fromkeys(AMOUNTS, ZERO)
        selections = {
            name: dict(self._fields[name]._description_selection(self.env))
            for name in REGISTER
            if self._fields[name].type == "selection"
        }
        for ids in split_every(CHUNK, self.ids):
            debts = self.browse(ids)
            for debt in debts:
                for name in AMOUNTS:
                    totals[name] += money(debt[name])
                yield debt._register_row(selections)
            debts.invalidate_recordset(flush=False)
        yield self._register_total(totals)

    def _register_row(self, selections: dict[str, dict]) -> list:
        row = [self._register_cell(name, selections) for name in REGISTER]
        row.insert(3, self.partner_id.company_registry)
        return row

    def _register_cell(self, name: str, selections: dict[str, dict]):
        value = self[name]
        if name in selections:
            return selections[name].get(value)
        if name in AMOUNTS:
            return money(value)
        if name == "blocked":
            return self.env._("Blocked") if value else None
        return value.display_name if isinstance(value, models.BaseModel) else value

    def _register_total(self, totals: dict) -> list:
        row = [totals.get(name) for name in REGISTER]
        row.insert(3, None)
        row[0] = self.env._("Total")
        return row
