from collections.abc import Iterator

from odoo import models
from odoo.tools import split_every
from odoo.tools.misc import format_date

from odoo.addons.srm_base.models.srm_dashboard_mixin import xlsx_url
from odoo.addons.srm_base.tools.xlsx import (
    MEDIA_TYPE,
    Column,
    Report,
    Sheet,
    write_workbook,
)

from ..amounts import money

#: Above this, the ids no longer fit in an address: the workbook becomes a file.
MAX_URL_IDS = 500
CHUNK = 2000


class SrmPaymentDelayReport(models.Model):
    """Mean delays by month and by quarter, then payment by payment."""

    _inherit = "srm.payment.delay.report"

    def action_export(self):
        """Workbook of the selected payments."""
        if len(self) <= MAX_URL_IDS:
            url = xlsx_url(self._name, "delays", self.ids)
        else:
            report = self._xlsx_report_delays()
            attachment = self.env["ir.attachment"].create(
                {
                    "name": f"{report.filename}.xlsx",
                    "raw": write_workbook(report.sheets, self.env.lang),
                    "mimetype": MEDIA_TYPE,
                }
            )
            url = f"/web/content/{attachment.id}?download=true"
        return {"type": "ir.actions.act_url", "url": url, "target": "download"}

    def _xlsx_report_delays(self) -> Report:
        return Report(
            self.env._("Payment delays"),
            [
                self._period_sheet("month", self.env._("By month")),
                self._period_sheet("quarter", self.env._("By quarter")),
                self._payments_sheet(),
            ],
        )

    def _period_sheet(self, period: str, title: str) -> Sheet:
        columns = [
            Column(title, 18),
            Column(self.env._("Payments"), 12, "integer", "sum"),
            Column(self.env._("Paid"), 18, "money", "sum"),
            Column(self.env._("Amount × days"), 20, "decimal", "sum"),
            Column(
                self.env._("Mean delay (days)"),
                18,
                "decimal",
                "=IF(C{row}=0,0,D{row}/C{row})",
            ),
        ]
        groups = self._read_group(
            [("id", "in", self.ids)],
            [f"date:{period}"],
            ["__count", "amount:sum", "amount_days:sum", "delay_days:avg"],
        )
        style = "MMM yyyy" if period == "month" else "QQQ yyyy"
        rows = [
            [
                format_date(self.env, day, date_format=style),
                count,
                money(amount),
                money(weighted),
                float(mean or 0),
            ]
            for day, count, amount, weighted, mean in groups
        ]
        return Sheet(title, columns, rows, self.env._("Total"), filters=True)

    def _payments_sheet(self) -> Sheet:
        columns = [
            Column(self.env._("Creditor"), 34),
            Column(self.env._("Invoice"), 20),
            Column(self.env._("Delay starts on"), 14, "date"),
            Column(self.env._("Credited on"), 14, "date"),
            Column(self.env._("Paid"), 18, "money", "sum"),
            Column(
                self.env._("Days"),
                12,
                "decimal",
                "=IF(E{row}=0,0,G{row}/E{row})",
            ),
            Column(self.env._("Amount × days"), 20, "decimal", "sum"),
        ]
        title = self.env._("Payments")
        return Sheet(
            title, columns, self._payment_rows(), self.env._("Total"), filters=True
        )

    def _payment_rows(self) -> Iterator[list]:
        for ids in split_every(CHUNK, self.ids):
            chunk = self.browse(ids)
            for row in chunk:
                yield [
                    row.partner_id.name,
                    row.reference,
                    row.start_date,
                    row.date,
                    money(row.amount),
                    row.delay_days,
                    money(row.amount_days),
                ]
            chunk.invalidate_recordset(flush=False)
