from odoo import models


class SrmCarbonPeriod(models.Model):
    """The printed month: the total never stands without its perimeter."""

    _name = "srm.carbon.period"
    _inherit = ["srm.carbon.period", "srm.typst.mixin"]

    def _print_title(self):
        return self.env._("Monthly carbon statement")

    def _print_subtitle(self):
        return self.env._(
            "%(month)s, all sites of %(company)s",
            month=self.month.strftime("%m/%Y"),
            company=self.company_id.name,
        )

    def _print_blocks(self):
        lines = self.current_statement_ids.line_ids
        return [
            self._block_figures(self._print_figures()),
            self._block_boxed(
                self.env._("Perimeter of this total"), self._print_perimeter()
            ),
            self._sites_block(),
            self._lines_block(lines.filtered("counted")),
            self._excluded_block(lines.filtered(lambda line: not line.counted)),
            self._factors_block(lines.filtered("counted")),
            self._outputs_block(),
            self._restatements_block(),
            self._block_signatures(
                [
                    self.env._("Prepared by"),
                    self.env._("Checked by"),
                    self.env._("Validated by"),
                ]
            ),
        ]

    def _print_figures(self):
        tone = "danger" if self.over_target else "success"
        return [
            (
                self.env._("Total (kg CO2e)"),
                self._number(self.total),
                self.env._("perimeter below"),
                tone,
            ),
            (
                self.env._("Ceiling (kg CO2e)"),
                self._number(self.target, 0),
                "",
                "success",
            ),
            (self.env._("Below the ceiling (kg)"), self._number(self.gap), "", tone),
            (
                self.env._("Sites validated"),
                self._left_to_right(f"{self.validated_count} / {self.statement_count}"),
                "",
                "success" if self.validated_count == self.statement_count else "danger",
            ),
        ]

    def _print_perimeter(self):
        sets = {
            (line.gwp_set or "").upper()
            for line in self.current_statement_ids.line_ids.filtered("counted")
            if line.gwp_set in ("ar4", "ar5", "ar6")
        }
        return self.env._(
            "%(text)s. Warming potentials: %(sets)s.",
            text=self.perimeter_text,
            sets=", ".join(sorted(sets)) or "-",
        )

    def _sites_block(self):
        return self._block_table(
            self.env._("By site"),
            [
                (self.env._("Site"), 4, "text"),
                (self.env._("Scope 1"), 2, "number"),
                (self.env._("Scope 2"), 2, "number"),
                (self.env._("Scope 3"), 2, "number"),
                (self.env._("Total (kg)"), 2, "number"),
                (self.env._("± %"), 1, "number"),
                (self.env._("State"), 2, "text"),
            ],
            [
                [
                    statement.site_id.display_name,
                    self._number(statement.scope1),
                    self._number(statement.scope2),
                    self._number(statement.scope3),
                    self._number(statement.total),
                    self._number(statement.uncertainty),
                    statement._label_of("state"),
                ]
                for statement in self.current_statement_ids
            ],
        )

    def _lines_block(self, lines):
        return self._block_table(
            self.env._("Sources in the total"),
            [
                (self.env._("Source"), 4, "text"),
                (self.env._("Scope"), 1, "text"),
                (self.env._("Quantity"), 2, "number"),
                (self.env._("Unit"), 2, "text"),
                (self.env._("Factor"), 2, "number"),
                (self.env._("kg CO2e"), 2, "number"),
            ],
            [
                [
                    line.source_id.display_name + (" *" if line.estimated else ""),
                    line.scope,
                    self._number(line.quantity, 2) if line.quantity_given else "-",
                    line.entry_unit,
                    self._number(line.factor_value, 5),
                    self._number(line.kgco2e),
                ]
                for line in lines
            ],
        )

    def _excluded_block(self, lines):
        return self._block_table(
            self.env._("Left out of the total, and why"),
            [
                (self.env._("Source"), 4, "text"),
                (self.env._("Scope"), 1, "text"),
                (self.env._("Reason"), 6, "text"),
                (self.env._("Measured apart (kg)"), 2, "number"),
            ],
            [
                [
                    line.source_id.display_name,
                    line.scope,
                    line.perimeter_reason,
                    self._number(line.kgco2e) if line.quantity_given else "-",
                ]
                for line in lines
            ],
        )

    def _factors_block(self, lines):
        factors = lines.factor_id
        return self._block_table(
            self.env._("Factor versions used"),
            [
                (self.env._("Version"), 3, "text"),
                (self.env._("Publisher"), 4, "text"),
                (self.env._("Licence"), 2, "text"),
            ],
            [[factor.code, factor.publisher, factor.licence] for factor in factors],
        )

    def _outputs_block(self):
        return self._block_table(
            self.env._("Intensity"),
            [
                (self.env._("Output"), 3, "text"),
                (self.env._("Quantity"), 2, "number"),
                (self.env._("kg CO2e per unit"), 2, "number"),
            ],
            [
                [
                    dict(output._fields["kind"]._description_selection(self.env))[
                        output.kind
                    ],
                    self._number(output.quantity),
                    self._number(output.intensity, 6),
                ]
                for output in self.output_ids
            ],
        )

    def _restatements_block(self):
        restated = self.current_statement_ids.filtered("origin_id")
        return self._block_table(
            self.env._("Restatements"),
            [
                (self.env._("Statement"), 3, "text"),
                (self.env._("Before (kg)"), 2, "number"),
                (self.env._("After (kg)"), 2, "number"),
                (self.env._("Reason"), 5, "text"),
            ],
            [
                [
                    statement.name,
                    self._number(statement.origin_id.total),
                    self._number(statement.total),
                    statement.restatement_reason,
                ]
                for statement in restated
            ],
        )


class SrmCarbonStatement(models.Model):
    _name = "srm.carbon.statement"
    _inherit = ["srm.carbon.statement", "srm.typst.mixin"]

    def action_print(self):
        """A site is printed inside its month: a total alone would lack perimeter."""
        return self.period_id.action_print()
