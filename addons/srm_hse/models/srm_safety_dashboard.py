from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain


class SrmSafetyDashboard(models.AbstractModel):
    """Safety at a glance: rates of twelve months, deadlines, actions, incidents."""

    _name = "srm.safety.dashboard"
    _inherit = "srm.dashboard.mixin"
    _description = "Safety Dashboard"

    _dashboard_groups = (
        "srm_base.group_hse_officer",
        "srm_hse.group_committee",
        "srm_base.group_hr_officer",
        "srm_base.group_director",
        "srm_base.group_administrator",
    )

    @api.model
    def _get_dashboard(self, filters):
        last = fields.Date.context_today(self)
        first = last - relativedelta(years=1) + relativedelta(days=1)
        scope = filters.get("scope") or "all"
        figures = self.env["srm.safety.rate"]._prepare_figures(
            self.env.company, first, last, scope
        )
        incidents = Domain("occurred_date", ">=", first) & Domain(
            "state", "!=", "cancelled"
        )
        return {
            "title": self.env._("Safety, twelve months to today"),
            "filters": [self._scope_filter(scope)],
            "cards": [*self._rate_cards(figures), *self._work_cards(incidents)],
            "charts": [
                self._month_chart(incidents),
                self._group_chart(incidents, "severity", self.env._("By severity")),
                self._group_chart(incidents, "province_id", self.env._("By province")),
            ],
            "tables": [self._basis_table(figures)],
        }

    @api.model
    def _scope_filter(self, scope):
        labels = (
            self.env["srm.safety.rate"]
            ._fields["scope"]
            ._description_selection(self.env)
        )
        return self._dashboard_filter("scope", self.env._("People"), labels, scope)

    @api.model
    def _rate_cards(self, figures):
        dash = self.env._("not computable")
        names = {"tf": "basis_frequency", "tg": "basis_severity", "trir": "basis_trir"}
        cards = []
        for name, basis in names.items():
            computable = figures["computable"]
            cards.append(
                self._dashboard_card(
                    name,
                    name.upper(),
                    figures[name] if computable else dash,
                    "decimal" if computable else "text",
                    hint=self.env._("per %(basis)s hours", basis=figures[basis]),
                    tone="warning" if figures["reason"] else "info",
                )
            )
        return [*cards, self._hours_card(figures)]

    @api.model
    def _hours_card(self, figures):
        """Without its hours a month makes the rates too high: say how many."""
        missing = [m for m in (figures["missing_months"] or "").split(", ") if m]
        label = self.env._("Months without confirmed hours")
        return self._dashboard_card(
            "missing",
            label,
            len(missing),
            hint=self.env._("The rates are too high.") if missing else "",
            tone="warning" if missing else "success",
            action=self._dashboard_action("srm_hse.srm_worked_hours_action", label, []),
        )

    @api.model
    def _work_cards(self, incidents):
        Incident, Action = self.env["srm.incident"], self.env["srm.action"]
        opened = incidents & Domain("state", "!=", "closed")
        late_actions = Domain("late", "=", True)
        late_deadlines = Domain("deadline_ids", "any", self._get_late_deadline_domain())
        return [
            self._dashboard_card(
                "days",
                self.env._("Days since the last lost-time accident"),
                self._days_without_lost_time(),
                "integer",
            ),
            self._count_card(
                "open", self.env._("Open incidents"), Incident, opened, "info"
            ),
            self._count_card(
                "deadlines",
                self.env._("Incidents with a late declaration"),
                Incident,
                late_deadlines,
                "danger",
            ),
            self._count_card(
                "late", self.env._("Late actions"), Action, late_actions, "danger"
            ),
        ]

    @api.model
    def _get_late_deadline_domain(self):
        return Domain("done", "=", False) & Domain("due", "<", fields.Datetime.now())

    @api.model
    def _count_card(self, key, label, model, domain, tone):
        count = model.search_count(domain)
        xmlid = f"srm_hse.{model._table}_action"
        return self._dashboard_card(
            key,
            label,
            count,
            tone=tone if count else "success",
            action=self._dashboard_action(xmlid, label, list(domain)),
        )

    @api.model
    def _days_without_lost_time(self):
        last = self.env["srm.incident.person"].search(
            Domain("outcome", ">=", "3_lost_time")
            & Domain("kind", "!=", "public")
            & Domain("commuting", "=", False)
            & Domain("incident_id.state", "!=", "cancelled"),
            order="occurred_date desc",
            limit=1,
        )
        if not last:
            return self.env._("none recorded")
        return (fields.Date.context_today(self) - last.occurred_date).days

    @api.model
    def _month_chart(self, incidents):
        groups = self.env["srm.incident"]._read_group(
            incidents, ["occurred_date:month"], ["__count", "lost_days:sum"]
        )
        return self._dashboard_chart(
            "months",
            self.env._("Month by month"),
            "bar",
            [month.strftime("%Y-%m") for month, _count, _days in groups],
            [
                (self.env._("Incidents"), [count for _month, count, _days in groups]),
                (self.env._("Lost days"), [days for _month, _count, days in groups]),
            ],
        )

    @api.model
    def _group_chart(self, incidents, field, title):
        Incident = self.env["srm.incident"]
        groups = Incident._read_group(incidents, [field], ["__count"])
        labels = {}
        if Incident._fields[field].type == "selection":
            labels = dict(Incident._fields[field]._description_selection(self.env))
        names = [
            labels.get(value) or (value and value.display_name) or self.env._("None")
            for value, _count in groups
        ]
        return self._dashboard_chart(
            field,
            title,
            "bar",
            names,
            [(self.env._("Incidents"), [count for _value, count in groups])],
            actions=[
                self._dashboard_action(
                    "srm_hse.srm_incident_action",
                    name,
                    list(incidents & Domain(field, "=", value if labels else value.id)),
                )
                for name, (value, _count) in zip(names, groups, strict=True)
            ],
        )

    @api.model
    def _basis_table(self, figures):
        rows = [
            (self.env._("Lost-time accidents"), figures["lost_time_accidents"]),
            (self.env._("Recordable accidents"), figures["recordable_accidents"]),
            (self.env._("Fatalities"), figures["fatalities"]),
            (self.env._("Lost days"), figures["lost_days"]),
            (self.env._("Hours worked"), figures["hours"]),
            (self.env._("of which estimated"), figures["estimated_hours"]),
        ]
        return self._dashboard_table(
            self.env._("What the rates are computed from"),
            [(self.env._("Figure"), "text"), (self.env._("Value"), "decimal")],
            [list(row) for row in rows],
        )
