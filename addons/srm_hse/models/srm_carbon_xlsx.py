from odoo import models

from odoo.addons.srm_base.tools.xlsx import Column, Report, Sheet

QUANTITY = "decimal"


class SrmCarbonPeriod(models.Model):
    """The month as a workbook: the perimeter is the first sheet, beside the total."""

    _inherit = "srm.carbon.period"

    def action_xlsx(self):
        ids = ",".join(map(str, self.ids))
        return {
            "type": "ir.actions.act_url",
            "url": f"/srm/xlsx/{self._name}/months?ids={ids}",
            "target": "self",
        }

    def _xlsx_report_months(self):
        """One or more months, one sheet per question."""
        months = self.sorted("month")
        lines = months.current_statement_ids.line_ids
        counted = lines.filtered("counted")
        return Report(
            self.env._("carbon %(months)s", months="-".join(months.mapped("name"))),
            [
                months._months_sheet(),
                months._sites_sheet(),
                self._lines_sheet(self.env._("Sources in the total"), counted),
                self._lines_sheet(
                    self.env._("Left out of the total, and why"), lines - counted
                ),
                months._intensity_sheet(),
                months._restatements_sheet(),
            ],
        )

    def _months_sheet(self):
        return Sheet(
            self.env._("Months"),
            [
                Column(self.env._("Month"), 10),
                Column(self.env._("Total (kg CO2e)"), kind=QUANTITY),
                Column(self.env._("Perimeter of this total"), 70),
                Column(self.env._("Ceiling (kg CO2e)"), kind=QUANTITY),
                Column(self.env._("Below ceiling (kg)"), kind=QUANTITY),
                Column(self.env._("Scope 1"), kind=QUANTITY),
                Column(self.env._("Scope 2"), kind=QUANTITY),
                Column(self.env._("Scope 3"), kind=QUANTITY),
                Column(self.env._("Sites validated"), kind="integer"),
                Column(self.env._("Sites"), kind="integer"),
            ],
            [
                (
                    month.name,
                    month.total,
                    month.perimeter_text,
                    month.target,
                    month.gap,
                    month.scope1,
                    month.scope2,
                    month.scope3,
                    month.validated_count,
                    month.statement_count,
                )
                for month in self
            ],
        )

    def _sites_sheet(self):
        return Sheet(
            self.env._("By site"),
            [
                Column(self.env._("Month"), 10),
                Column(self.env._("Site"), 40),
                Column(self.env._("Scope 1"), kind=QUANTITY),
                Column(self.env._("Scope 2"), kind=QUANTITY),
                Column(self.env._("Scope 3"), kind=QUANTITY),
                Column(self.env._("Total (kg)"), kind=QUANTITY),
                Column(self.env._("± %"), kind=QUANTITY),
                Column(self.env._("State"), 16),
            ],
            [
                (
                    statement.period_id.name,
                    statement.site_id.display_name,
                    statement.scope1,
                    statement.scope2,
                    statement.scope3,
                    statement.total,
                    statement.uncertainty,
                    statement._label_of("state"),
                )
                for statement in self.current_statement_ids
            ],
        )

    def _lines_sheet(self, title, lines):
        return Sheet(
            title,
            [
                Column(self.env._("Month"), 10),
                Column(self.env._("Source"), 44),
                Column(self.env._("Scope"), 8),
                Column(self.env._("Reason"), 50),
                Column(self.env._("Quantity"), kind=QUANTITY),
                Column(self.env._("Unit"), 12),
                Column(self.env._("Factor"), kind=QUANTITY),
                Column(self.env._("Version"), 24),
                Column(self.env._("Warming potentials"), 18),
                Column(self.env._("kg CO2e"), kind=QUANTITY),
                Column(self.env._("Evidence"), 24),
            ],
            [
                (
                    line.period_id.name,
                    line.source_id.display_name,
                    line.scope,
                    line.perimeter_reason,
                    line.quantity if line.quantity_given else None,
                    line.entry_unit,
                    line.factor_value,
                    line.factor_id.code,
                    (line.gwp_set or "").upper(),
                    line.kgco2e if line.quantity_given else None,
                    line.evidence,
                )
                for line in lines
            ],
        )

    def _intensity_sheet(self):
        kinds = self.env["srm.carbon.output"]._fields["kind"]
        labels = dict(kinds._description_selection(self.env))
        return Sheet(
            self.env._("Intensity"),
            [
                Column(self.env._("Month"), 10),
                Column(self.env._("Output"), 30),
                Column(self.env._("Quantity"), kind=QUANTITY),
                Column(self.env._("kg CO2e per unit"), kind=QUANTITY),
            ],
            [
                (
                    output.period_id.name,
                    labels[output.kind],
                    output.quantity,
                    output.intensity,
                )
                for output in self.output_ids
            ],
        )

    def _restatements_sheet(self):
        restated = self.current_statement_ids.filtered("origin_id")
        return Sheet(
            self.env._("Restatements"),
            [
                Column(self.env._("Statement"), 40),
                Column(self.env._("Before (kg)"), kind=QUANTITY),
                Column(self.env._("After (kg)"), kind=QUANTITY),
                Column(self.env._("Reason"), 50),
            ],
            [
                (
                    statement.name,
                    statement.origin_id.total,
                    statement.total,
                    statement.restatement_reason,
                )
                for statement in restated
            ],
        )
