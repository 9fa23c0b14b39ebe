from srm_engine.cash_flow import cash_flow, lowest

from odoo import api, fields, models

from ..amounts import money


class SrmCashDashboard(models.AbstractModel):
    """Cash of the projects, month by month: instalments of the funders, payments."""

    _name = "srm.cash.dashboard"
    _inherit = "srm.dashboard.mixin"
    _description = "Cash flow of the projects"
    _dashboard_groups = (
        "srm_base.group_project_manager",
        "srm_base.group_director",
        "srm_base.group_administrator",
    )

    @api.model
    def _get_dashboard(self, filters):
        fundings = self._fundings(filters)
        projects = fundings.project_ids
        months = self._months(fundings, projects)
        return {
            "title": self.env._("Cash flow"),
            "filters": self._filters(),
            "cards": self._cards(fundings, projects, months),
            "charts": [self._balance_chart(months), self._movements_chart(months)],
            "tables": [self._months_table(months)],
        }

    @api.model
    def _fundings(self, filters):
        domain = [("state", "in", ("signed", "closed"))]
        funding = str(filters.get("funding") or "")
        if funding.isdigit():
            domain.append(("id", "=", int(funding)))
        return self.env["srm.funding"].search(domain)

    @api.model
    def _filters(self):
        fundings = self.env["srm.funding"].search(
            [("state", "in", ("signed", "closed"))]
        )
        every = ("", self.env._("All"))
        options = [(str(one.id), one.display_name) for one in fundings]
        return [
            self._dashboard_filter(
                "funding", self.env._("Convention"), [every, *options]
            )
        ]

    @api.model
    def _months(self, fundings, projects):
        calls = fundings.call_ids
        got = calls.filtered("date_received")
        payments = self._payments(projects)
        return cash_flow(
            [(call.date_received, money(call.amount_received)) for call in got],
            [(entry.date, money(entry.amount)) for entry in payments],
            [(call.date, money(call.amount)) for call in calls - got],
            self._planned(projects),
            fields.Date.context_today(self),
        )

    @api.model
    def _payments(self, projects):
        return self.env["srm.budget.entry"].search(
            [
                ("project_id", "in", projects.ids),
                ("kind", "=", "payment"),
                ("state", "=", "confirmed"),
            ]
        )

    @api.model
    def _planned(self, projects):
        """What each month adds to the planned value of the baselines in force."""
        points = projects._srm_curve() if projects else []
        found, before = [], money(0)
        for point in points:
            value = money(point["planned"] or 0)
            found.append((point["date"], value - before))
            before = value
        return found

    # What is shown

    @api.model
    def _cards(self, fundings, projects, months):
        low = lowest(months)
        received = sum(money(amount) for amount in fundings.mapped("received"))
        paid = sum(money(entry.amount) for entry in self._payments(projects))
        label = self.env._("Received")
        credits_label = self.env._("Credits and their use")
        cards = [
            self._dashboard_card(
                "received",
                label,
                float(received),
                "money",
                action=self._dashboard_action(
                    "srm_projects.action_srm_funding",
                    label,
                    [("id", "in", fundings.ids)],
                ),
            ),
            self._dashboard_card(
                "paid",
                self.env._("Paid"),
                float(paid),
                "money",
                action=self._dashboard_action(
                    "srm_projects.action_srm_budget_line",
                    credits_label,
                    [("project_id", "in", projects.ids)],
                ),
            ),
        ]
        if low:
            cards.append(
                self._dashboard_card(
                    "lowest",
                    self.env._("Lowest balance"),
                    float(low.balance),
                    "money",
                    tone="danger" if low.balance < 0 else "info",
                    hint=low.end.strftime("%m/%Y"),
                )
            )
        return cards

    @api.model
    def _balance_chart(self, months):
        title = self.env._("Balance, with what is expected and planned")
        return self._dashboard_chart(
            "balance",
            title,
            "line",
            [month.end.strftime("%m/%Y") for month in months],
            [(title, [float(month.balance) for month in months])],
            format="money",
        )

    @api.model
    def _movements_chart(self, months):
        series = {
            "received": self.env._("Received"),
            "expected": self.env._("Expected"),
            "paid": self.env._("Paid"),
            "planned": self.env._("Planned works"),
        }
        return self._dashboard_chart(
            "movements",
            self.env._("In and out, month by month"),
            "bar",
            [month.end.strftime("%m/%Y") for month in months],
            [
                (label, [float(getattr(month, name)) for month in months])
                for name, label in series.items()
            ],
            format="money",
        )

    @api.model
    def _months_table(self, months):
        columns = [
            (self.env._("Month"), "text"),
            (self.env._("Received"), "money"),
            (self.env._("Paid"), "money"),
            (self.env._("Expected"), "money"),
            (self.env._("Planned works"), "money"),
            (self.env._("Balance"), "money"),
        ]
        rows = [
            [
                month.end.strftime("%m/%Y"),
                *map(
                    float,
                    (
                        month.received,
                        month.paid,
                        month.expected,
                        month.planned,
                        month.balance,
                    ),
                ),
            ]
            for month in months
        ]
        return self._dashboard_table(self.env._("Months"), columns, rows)
