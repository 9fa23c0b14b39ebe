from odoo import models

from odoo.addons.srm_base.tools.xlsx import Column, Report, Sheet

from ..amounts import money


class SrmSettlementInstalment(models.Model):
    """Plan of instalments as a spreadsheet."""

    _inherit = "srm.settlement.instalment"

    def action_export_plan(self):
        """Download these instalments, in the order of their dates."""
        ids = ",".join(map(str, self.ids))
        return {
            "type": "ir.actions.act_url",
            "url": f"/srm/xlsx/{self._name}/plan?ids={ids}",
            "target": "self",
        }

    def _xlsx_report_plan(self) -> Report:
        return Report(self.env._("Instalment plan"), [self._plan_sheet()])

    def _plan_sheet(self) -> Sheet:
        columns = [
            Column(self.env._("Settlement"), 16, "text"),
            Column(self.env._("Creditor"), 36, "text"),
            Column(self.env._("No."), 6, "integer"),
            Column(self.env._("Due on"), 12, "date"),
            Column(self.env._("Amount"), 16, "money"),
            Column(self.env._("Status"), 22, "text"),
            Column(self.env._("Credited on"), 12, "date"),
            Column(self.env._("Paid"), 16, "money"),
        ]
        return Sheet(self.env._("Instalments"), columns, self._plan_rows())

    def _plan_rows(self) -> list[list]:
        labels = dict(self._fields["state"]._description_selection(self.env))
        return [
            [
                item.settlement_id.name,
                item.partner_id.name,
                item.number,
                item.date,
                money(item.amount),
                labels[item.state],
                item.credit_date or None,
                money(item.amount_paid),
            ]
            for item in self.sorted("date")
        ]
