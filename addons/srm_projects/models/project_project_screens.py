from odoo import api, fields, models

COUNTED = {
    "srm_item_count": "srm.work.item",
    "srm_measure_count": "srm.work.measure",
    "srm_site_entry_count": "srm.site.entry",
    "srm_snapshot_count": "srm.project.snapshot",
    "srm_asset_count": "srm.project.asset",
}


class ProjectProject(models.Model):
    """What the project's form opens."""

    _inherit = "project.project"

    srm_item_count = fields.Integer(compute="_compute_srm_counts")
    srm_measure_count = fields.Integer(compute="_compute_srm_counts")
    srm_site_entry_count = fields.Integer(compute="_compute_srm_counts")
    srm_snapshot_count = fields.Integer(compute="_compute_srm_counts")
    srm_asset_count = fields.Integer(compute="_compute_srm_counts")

    def _compute_srm_counts(self):
        for name, model in COUNTED.items():
            groups = self.env[model]._read_group(
                [("project_id", "in", self.ids)], ["project_id"], ["__count"]
            )
            counts = {project.id: count for project, count in groups}
            for project in self:
                project[name] = counts.get(project.id, 0)

    def _srm_open(self, xmlid: str):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(f"srm_projects.{xmlid}")
        return action | {
            "domain": [("project_id", "=", self.id)],
            "context": {"default_project_id": self.id},
        }

    def action_srm_view_items(self):
        return self._srm_open("action_srm_work_item")

    def action_srm_view_measures(self):
        return self._srm_open("action_srm_work_measure")

    def action_srm_view_site_entries(self):
        return self._srm_open("action_srm_site_entry")

    def action_srm_view_snapshots(self):
        return self._srm_open("action_srm_project_snapshot")

    def action_srm_view_assets(self):
        return self._srm_open("action_srm_project_asset")

    def action_srm_view_curve(self):
        self.ensure_one()
        action = self.env["ir.actions.client"]._for_xml_id(
            "srm_projects.action_srm_project_dashboard"
        )
        params = {"model": "srm.project.dashboard", "filters": {"project": self.id}}
        return action | {"params": params}

    def action_srm_set_baseline(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Set the baseline"),
            "res_model": "srm.project.set.baseline",
            "view_mode": "form",
            "target": "new",
            "context": {"default_project_id": self.id},
        }


class SrmProjectDashboard(models.AbstractModel):
    """Works under way: progress side by side, drifts, S-curve."""

    _name = "srm.project.dashboard"
    _inherit = "srm.dashboard.mixin"
    _description = "Works dashboard"
    _dashboard_groups = (
        "srm_base.group_project_manager",
        "srm_base.group_director",
        "srm_base.group_administrator",
    )

    @api.model
    def _get_dashboard(self, filters):
        projects = self._projects(filters)
        return {
            "title": self.env._("Works under way"),
            "filters": self._filters(filters),
            "cards": self._cards(projects),
            "charts": self._charts(projects),
            "tables": [self._projects_table(projects)],
        }

    @api.model
    def _projects(self, filters):
        domain = [("srm_state", "in", ("study", "works", "provisional"))]
        project = str(filters.get("project") or "")
        if project.isdigit():
            domain = [("id", "=", int(project))]
        for name, field in (
            ("service", "srm_service_id"),
            ("province", "province_id"),
        ):
            value = str(filters.get(name) or "")
            if value.isdigit():
                domain.append((field, "=", int(value)))
        return self.env["project.project"].search(domain)

    @api.model
    def _filters(self, filters):
        every = self.env["project.project"].search(
            [("srm_state", "in", ("study", "works", "provisional"))]
        )
        services = self.env["srm.service"].search([("active", "=", True)])
        provinces = self.env["srm.territory"].search([("level", "=", "province")])
        return [
            self._dashboard_filter(name, label, self._options(records))
            for name, label, records in (
                ("project", self.env._("Project"), every),
                ("service", self.env._("Service"), services),
                ("province", self.env._("Prefecture or province"), provinces),
            )
        ]

    @api.model
    def _options(self, records):
        every = ("", self.env._("All"))
        return [every, *((str(item.id), item.display_name) for item in records)]

    @api.model
    def _cards(self, projects):
        drifting = projects.filtered(lambda p: p.srm_drift == "alert")
        fragile = projects.filtered("srm_fragile")
        figures = (
            ("count", self.env._("Projects"), projects, "info"),
            ("drift", self.env._("Drifting"), drifting, "danger"),
            ("fragile", self.env._("In fragile zones"), fragile, "warning"),
        )
        cards = [
            self._dashboard_card(
                key, label, len(found), tone=tone, action=self._open(found, label)
            )
            for key, label, found, tone in figures
        ]
        money = (
            ("budget", self.env._("Budget"), sum(projects.mapped("srm_budget"))),
            ("earned", self.env._("Earned value"), sum(projects.mapped("srm_ev"))),
            ("actual", self.env._("Actual cost"), sum(projects.mapped("srm_ac"))),
        )
        return cards + [
            self._dashboard_card(
                key, label, value, "money", action=self._open(projects, label)
            )
            for key, label, value in money
        ]

    @api.model
    def _open(self, projects, label):
        return self._dashboard_action(
            "srm_projects.action_srm_project", label, [("id", "in", projects.ids)]
        )

    @api.model
    def _charts(self, projects):
        shown = projects[:20]
        progress = self._dashboard_chart(
            "progress",
            self.env._("Progress side by side (%)"),
            "bar",
            [project.srm_number for project in shown],
            [
                (self.env._("Planned"), [project.srm_planned for project in shown]),
                (self.env._("Physical"), [project.srm_physical for project in shown]),
                (self.env._("Financial"), [project.srm_financial for project in shown]),
            ],
            format="percent",
            actions=[self._open(project, project.display_name) for project in shown],
        )
        return [self._curve(projects), progress]

    @api.model
    def _curve(self, projects):
        """S-curve of the projects shown, together."""
        points = projects._srm_curve()
        labels = (
            ("planned", self.env._("Planned value")),
            ("earned", self.env._("Earned value")),
            ("actual", self.env._("Actual cost")),
        )
        return self._dashboard_chart(
            "curve",
            self.env._("S-curve: planned, earned, spent"),
            "line",
            [point["date"].strftime("%m/%Y") for point in points],
            [(label, [point[name] for point in points]) for name, label in labels],
            format="money",
        )

    @api.model
    def _projects_table(self, projects):
        columns = [
            (self.env._("Project"), "text"),
            (self.env._("Planned (%)"), "percent"),
            (self.env._("Physical (%)"), "percent"),
            (self.env._("Financial (%)"), "percent"),
            (self.env._("Forecast cost"), "money"),
            (self.env._("Drift"), "text"),
        ]
        rows = [
            [
                project.display_name,
                project.srm_planned,
                project.srm_physical,
                project.srm_financial,
                project.srm_eac,
                project.srm_earned_missing
                or dict(
                    project._fields["srm_drift"]._description_selection(self.env)
                ).get(project.srm_drift),
            ]
            for project in projects
        ]
        actions = [
            {
                "type": "ir.actions.act_window",
                "res_model": "project.project",
                "res_id": project.id,
                "views": [
                    [self.env.ref("srm_projects.view_srm_project_form").id, "form"]
                ],
            }
            for project in projects
        ]
        return self._dashboard_table(self.env._("Projects"), columns, rows, actions)


class ProjectProjectSheet(models.Model):
    """One page that tells a project to whoever has five minutes."""

    _name = "project.project"
    _inherit = ["project.project", "srm.typst.mixin"]

    def _print_title(self):
        return self.env._("Project sheet")

    def _print_subtitle(self):
        return self.display_name

    def _print_blocks(self):
        self.ensure_one()
        return [
            self._block_figures(self._sheet_figures()),
            self._block_table(
                self.env._("Project"),
                [(self.env._("Subject"), 1, "text"), (self.env._("Value"), 2, "text")],
                self._sheet_facts(),
            ),
            self._block_table(
                self.env._("Breakdown"), self._sheet_columns(), self._sheet_items()
            ),
            self._block_table(
                self.env._("Risks"),
                [
                    (self.env._("Risk"), 3, "text"),
                    (self.env._("Score"), 1, "number"),
                    (self.env._("Response"), 3, "text"),
                ],
                [
                    [risk.name, str(risk.score), risk.response]
                    for risk in self.srm_risk_ids
                    if risk.state != "closed"
                ],
            ),
        ]

    def _sheet_columns(self):
        return [
            (self.env._("Item"), 3, "text"),
            (self.env._("Budget"), 2, "number"),
            (self.env._("Physical (%)"), 1, "number"),
            (self.env._("Finish"), 1, "text"),
        ]

    def _sheet_items(self):
        return [
            [
                item.display_name,
                self._number(item.budget, 2),
                self._number(item.physical),
                item.planned_finish and item.planned_finish.strftime("%d/%m/%Y"),
            ]
            for item in self.srm_item_ids
        ]

    def _sheet_figures(self):
        missing = self.srm_earned_missing or ""
        tone = {"alert": "danger", "watch": "warning"}.get(self.srm_drift, "success")
        return [
            (self.env._("Planned (%)"), self._number(self.srm_planned), "", "info"),
            (self.env._("Physical (%)"), self._number(self.srm_physical), "", tone),
            (self.env._("Financial (%)"), self._number(self.srm_financial), "", "info"),
            (
                self.env._("Forecast cost"),
                self._number(self.srm_eac, 2) if self.srm_eac else "-",
                missing,
                tone,
            ),
        ]

    def _sheet_facts(self):
        return [
            [self.env._("Service"), self.srm_service_id.name],
            [self.env._("Communes"), ", ".join(self._srm_places().mapped("name"))],
            [self.env._("Budget"), self._number(self.srm_budget, 2)],
            [self.env._("Baseline in force"), self.srm_baseline_id.name],
            [self.env._("Project manager"), self.user_id.name],
        ]
