from odoo import api, models
from odoo.fields import Domain

MONTHS_SHOWN = 13


class SrmCarbonDashboard(models.AbstractModel):
    """Carbon of the company against its ceiling, with the perimeter beside it."""

    _name = "srm.carbon.dashboard"
    _inherit = "srm.dashboard.mixin"
    _description = "Carbon Dashboard"

    _dashboard_groups = (
        "srm_base.group_hse_officer",
        "srm_base.group_director",
        "srm_base.group_administrator",
    )

    @api.model
    def _get_dashboard(self, filters):
        periods = self.env["srm.carbon.period"].search(
            [("company_id", "=", self.env.company.id)], limit=60
        )
        chosen = periods.filtered(lambda p: str(p.id) == filters.get("period"))
        period = chosen or periods[:1]
        lines = self._lines_by(period)
        return {
            "title": self.env._("Carbon"),
            "filters": [self._period_filter(periods, period)],
            "cards": self._cards(period),
            "charts": [
                self._month_chart(periods[:MONTHS_SHOWN].sorted("month")),
                self._site_chart(period, lines["site_id"]),
                self._scope_chart(period, lines["scope"]),
            ],
            "tables": [self._excluded_table(period), self._intensity_table(period)],
        }

    @api.model
    def _period_filter(self, periods, period):
        options = [(str(p.id), p.name) for p in periods]
        value = str(period.id) if period else ""
        return self._dashboard_filter("period", self.env._("Month"), options, value)

    @api.model
    def _lines_by(self, period):
        """Counted kilograms of a month by site and by scope, in one query."""
        domain = [
            ("period_id", "=", period.id),
            ("current", "=", True),
            ("counted", "=", True),
        ]
        by_site, by_scope = self.env["srm.carbon.line"]._read_grouping_sets(
            domain, [["site_id"], ["scope"]], ["kgco2e:sum"]
        )
        return {"site_id": by_site, "scope": by_scope}

    @api.model
    def _cards(self, period):
        open_period = self._open_action(
            "srm_hse.srm_carbon_statement_action", period, period.name or ""
        )
        return [
            self._dashboard_card(
                "total",
                self.env._("Total of the month (kg CO2e)"),
                round(period.total, 1),
                "decimal",
                hint=period.perimeter_text or "",
                tone="danger" if period.over_target else "success",
                action=open_period,
            ),
            self._dashboard_card(
                "target",
                self.env._("Ceiling (kg CO2e)"),
                period.target,
                "decimal",
            ),
            self._dashboard_card(
                "gap",
                self.env._("Below the ceiling (kg CO2e)"),
                round(period.gap, 1),
                "decimal",
                tone="danger" if period.gap < 0 else "success",
            ),
            self._dashboard_card(
                "validated",
                self.env._("Sites validated"),
                f"{period.validated_count} / {period.statement_count}",
                "text",
                tone=self._circuit_tone(period),
                action=open_period,
            ),
        ]

    @api.model
    def _circuit_tone(self, period):
        signed = period.statement_count == period.validated_count
        return "success" if signed and not period.incomplete else "warning"

    @api.model
    def _open_action(self, xmlid, period, name, **context):
        domain = [("period_id", "=", period.id), ("state", "!=", "superseded")]
        return self._dashboard_action(xmlid, name, domain, **context)

    @api.model
    def _line_action(self, period, name, *terms):
        domain = [("period_id", "=", period.id), ("current", "=", True), *terms]
        return self._dashboard_action("srm_hse.srm_carbon_line_action", name, domain)

    @api.model
    def _month_chart(self, periods):
        return self._dashboard_chart(
            "months",
            self.env._("Month by month (kg CO2e)"),
            "line",
            periods.mapped("name"),
            [
                (self.env._("Total"), [round(p.total, 1) for p in periods]),
                (self.env._("Ceiling"), periods.mapped("target")),
            ],
            format="decimal",
            actions=[
                self._open_action("srm_hse.srm_carbon_statement_action", p, p.name)
                for p in periods
            ],
        )

    @api.model
    def _site_chart(self, period, groups):
        groups = sorted(groups, key=lambda group: -group[1])
        return self._dashboard_chart(
            "sites",
            self.env._("By site (kg CO2e)"),
            "bar",
            [site.display_name for site, _kg in groups],
            [(period.name or "", [round(kg, 1) for _site, kg in groups])],
            format="decimal",
            actions=[
                self._line_action(period, site.display_name, ("site_id", "=", site.id))
                for site, _kg in groups
            ],
        )

    @api.model
    def _scope_chart(self, period, groups):
        labels = dict(
            self.env["srm.carbon.line"]
            ._fields["scope"]
            ._description_selection(self.env)
        )
        return self._dashboard_chart(
            "scopes",
            self.env._("By scope (kg CO2e)"),
            "doughnut",
            [labels[scope] for scope, _kg in groups],
            [(period.name or "", [round(kg, 1) for _scope, kg in groups])],
            format="decimal",
            actions=[
                self._line_action(period, labels[scope], ("scope", "=", scope))
                for scope, _kg in groups
            ],
        )

    @api.model
    def _excluded_table(self, period):
        lines = self.env["srm.carbon.line"].search(
            Domain("period_id", "=", period.id)
            & Domain("current", "=", True)
            & Domain("counted", "=", False)
        )
        return self._dashboard_table(
            self.env._("Not in the total, and why"),
            [
                (self.env._("Site"), "text"),
                (self.env._("Source"), "text"),
                (self.env._("Reason"), "text"),
                (self.env._("Measured apart (kg CO2e)"), "decimal"),
            ],
            [
                [
                    line.site_id.display_name,
                    line.source_id.display_name,
                    line.perimeter_reason or "",
                    round(line.kgco2e, 1) if line.quantity_given else "",
                ]
                for line in lines
            ],
        )

    @api.model
    def _intensity_table(self, period):
        labels = dict(
            self.env["srm.carbon.output"]
            ._fields["kind"]
            ._description_selection(self.env)
        )
        return self._dashboard_table(
            self.env._("Intensity"),
            [
                (self.env._("Output"), "text"),
                (self.env._("Quantity"), "decimal"),
                (self.env._("kg CO2e per unit"), "text"),
            ],
            [
                [labels[output.kind], output.quantity, f"{output.intensity:.6f}"]
                for output in period.output_ids
            ],
        )
