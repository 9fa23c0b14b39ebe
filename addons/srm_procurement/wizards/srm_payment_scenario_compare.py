from odoo import api, fields, models

from ..amounts import money

FIGURES = (
    "state",
    "ceiling",
    "months",
    "order_by",
    "partial",
    "file_count",
    "amount_total",
    "amount_planned",
    "amount_residual",
    "cost_total",
    "month_end",
    "month_last",
    "files_paid",
    "files_first_quarter",
    "small_files_paid",
    "small_first_quarter",
)
#: Figures with a winner, and whether the lowest wins.
BEST = {
    "amount_residual": min,
    "cost_total": min,
    "files_paid": max,
    "files_first_quarter": max,
    "small_files_paid": max,
    "small_first_quarter": max,
}


class SrmPaymentScenarioCompare(models.TransientModel):
    """Figures of several scenarios side by side, the best of each line in bold."""

    _name = "srm.payment.scenario.compare"
    _description = "Compare Payment Scenarios"

    scenario_ids = fields.Many2many("srm.payment.scenario", required=True)
    table = fields.Html(compute="_compute_table", sanitize=False)

    @api.depends("scenario_ids")
    @api.depends_context("lang")
    def _compute_table(self):
        for wizard in self:
            scenarios = wizard.scenario_ids.sorted("id")
            wizard.table = self.env["ir.qweb"]._render(
                "srm_procurement.payment_scenario_comparison",
                {
                    "scenarios": scenarios,
                    "rows": [wizard._row(name, scenarios) for name in FIGURES],
                },
            )

    def _row(self, name: str, scenarios) -> dict:
        field = scenarios._fields[name]
        labels = {}
        if field.type == "selection":
            labels = dict(field._description_selection(self.env))
        computed = scenarios.filtered("date_computed")
        best = None
        if name in BEST and len(computed) > 1:
            best = BEST[name](computed.mapped(name))
        return {
            "label": field._description_string(self.env),
            "cells": [
                {
                    "value": labels.get(scenario[name], scenario[name]),
                    "kind": field.type,
                    "best": best is not None
                    and bool(scenario.date_computed)
                    and money(scenario[name]) == money(best),
                    "scenario": scenario,
                }
                for scenario in scenarios
            ],
        }

    def action_view_graph(self):
        """Month by month: what each scenario pays, leaves unpaid and costs."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "srm_procurement.action_srm_payment_scenario_month"
        )
        return action | {
            "domain": [("scenario_id", "in", self.scenario_ids.ids)],
            "context": {},
            "views": [[False, "graph"], [False, "pivot"], [False, "list"]],
        }

    def action_export(self):
        return self.scenario_ids.action_export()
