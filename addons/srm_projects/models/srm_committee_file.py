from typing import NamedTuple

from odoo import Command, api, fields, models
from odoo.tools.misc import format_date

from odoo.addons.srm_base.models.srm_dashboard_mixin import xlsx_url
from odoo.addons.srm_base.tools.xlsx import Column, Report, Sheet

UNDER_WAY = ("study", "works", "provisional")
#: Risks worth the time of a committee.
HIGH_RISK = 12
#: Kind of a column -> kind of the printed cell, decimals.
PRINTED = {
    "text": ("text", 0),
    "date": ("text", 0),
    "money": ("number", 2),
    "decimal": ("number", 1),
    "integer": ("number", 0),
}


class Table(NamedTuple):
    """A table of the file: ``columns`` are (label, relative width, kind)."""

    title: str
    columns: list[tuple[str, int, str]]
    rows: list[list]


class SrmCommitteeFile(models.Model):
    """What a committee reads before it meets: one file, on paper and as a workbook."""

    _name = "srm.committee.file"
    _inherit = ["srm.territory.mixin", "srm.typst.mixin"]
    _description = "Committee File"
    _order = "date desc, id desc"

    name = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    minutes_id = fields.Many2one(
        "srm.minutes", string="For the meeting", ondelete="set null"
    )
    service_id = fields.Many2one("srm.service", ondelete="restrict")
    project_ids = fields.Many2many("project.project", string="Projects")
    introduction = fields.Text(help="What the committee is asked to decide.")

    def action_propose_projects(self):
        """The projects under way of the place and the service."""
        for record in self:
            record.project_ids = [Command.set(record._scope().ids)]
        return True

    def _scope(self):
        domain = [
            ("srm_state", "in", UNDER_WAY),
            ("company_id", "=", self.company_id.id),
        ]
        if self.service_id:
            domain.append(("srm_service_id", "=", self.service_id.id))
        if self.territory_id:
            inside = [("territory_id", "child_of", self.territory_id.ids)]
            touching = [("srm_territory_ids", "child_of", self.territory_id.ids)]
            domain += ["|", *inside, *touching]
        return self.env["project.project"].search(domain)

    def action_xlsx(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": xlsx_url(self._name, "file", self.ids),
            "target": "self",
        }

    # Tables, for both

    def _tables(self) -> list[Table]:
        self.ensure_one()
        return [
            self._projects_table(),
            self._provinces_table(),
            self._fundings_table(),
            self._risks_table(),
            self._plans_table(),
            self._yield_table(),
            self._decisions_table(),
        ]

    def _projects_table(self):
        columns = [
            (self.env._("Project"), 5, "text"),
            (self.env._("Prefecture or province"), 3, "text"),
            (self.env._("Planned (%)"), 2, "decimal"),
            (self.env._("Physical (%)"), 2, "decimal"),
            (self.env._("Financial (%)"), 2, "decimal"),
            (self.env._("Budget"), 3, "money"),
            (self.env._("Paid"), 3, "money"),
            (self.env._("Drift"), 2, "text"),
        ]
        drifts = dict(
            self.project_ids._fields["srm_drift"]._description_selection(self.env)
        )
        rows = [
            [
                project.display_name,
                project.province_id.name,
                project.srm_planned,
                project.srm_physical,
                project.srm_financial,
                project.srm_budget,
                project.srm_paid,
                drifts.get(project.srm_drift) or project.srm_earned_missing,
            ]
            for project in self.project_ids
        ]
        return Table(self.env._("Projects"), columns, rows)

    def _provinces_table(self):
        """Programme by province and service."""
        columns = [
            (self.env._("Prefecture or province"), 3, "text"),
            (self.env._("Service"), 3, "text"),
            (self.env._("Projects"), 1, "integer"),
            (self.env._("Budget"), 3, "money"),
            (self.env._("Committed"), 3, "money"),
            (self.env._("Paid"), 3, "money"),
        ]
        groups = self.project_ids.grouped(
            lambda project: (project.province_id, project.srm_service_id)
        )
        rows = [
            [
                province.name or self.env._("Several or none"),
                service.name,
                len(projects),
                sum(projects.mapped("srm_budget")),
                sum(projects.mapped("srm_committed")),
                sum(projects.mapped("srm_paid")),
            ]
            for (province, service), projects in groups.items()
        ]
        rows.sort(key=lambda row: (row[0] or "", row[1] or ""))
        return Table(self.env._("Programme by province and service"), columns, rows)

    def _fundings_table(self):
        columns = [
            (self.env._("Convention"), 5, "text"),
            (self.env._("Cost"), 3, "money"),
            (self.env._("Called"), 3, "money"),
            (self.env._("Received"), 3, "money"),
            (self.env._("Ends on"), 2, "date"),
        ]
        fundings = self.env["srm.funding"].search(
            [
                ("project_ids", "in", self.project_ids.ids),
                ("state", "in", ("signed", "closed")),
            ]
        )
        rows = [
            [
                funding.display_name,
                funding.cost,
                funding.called,
                funding.received,
                funding.date_end,
            ]
            for funding in fundings
        ]
        return Table(self.env._("Funding conventions"), columns, rows)

    def _risks_table(self):
        columns = [
            (self.env._("Project"), 4, "text"),
            (self.env._("Risk"), 5, "text"),
            (self.env._("Score"), 1, "integer"),
            (self.env._("Response"), 5, "text"),
        ]
        risks = self.project_ids.srm_risk_ids.filtered(
            lambda risk: risk.state != "closed" and risk.score >= HIGH_RISK
        )
        rows = [
            [risk.project_id.srm_number, risk.name, risk.score, risk.response]
            for risk in risks.sorted("score", reverse=True)
        ]
        return Table(self.env._("High risks"), columns, rows)

    def _plans_table(self):
        columns = [
            (self.env._("Urgent plan"), 5, "text"),
            (self.env._("Works"), 1, "integer"),
            (self.env._("Kilometres"), 2, "decimal"),
            (self.env._("Cost"), 3, "money"),
            (self.env._("Ceiling"), 3, "money"),
        ]
        domain = [("state", "=", "approved"), ("company_id", "=", self.company_id.id)]
        if self.service_id:
            domain.append(("service_id", "=", self.service_id.id))
        rows = [
            [
                plan.display_name,
                plan.taken_count,
                plan.taken_km,
                plan.taken_cost,
                plan.ceiling,
            ]
            for plan in self.env["srm.urgent.plan"].search(domain)
        ]
        return Table(self.env._("Urgent plans approved"), columns, rows)

    def _yield_table(self):
        """Primary yield of the last twelve months, water unless another is chosen."""
        page = self.env["srm.yield.dashboard"]
        domain = page._domain({"service": self.service_id.id or ""})
        volumes = self.env["srm.water.balance"]._counted(domain)
        columns = [
            (self.env._("Prefecture or province"), 4, "text"),
            (self.env._("Brought in (m³)"), 3, "integer"),
            (self.env._("Billed (m³)"), 3, "integer"),
            (self.env._("Primary yield (%)"), 2, "decimal"),
        ]
        rows = [
            [
                province.name or self.env._("No province"),
                round(sum(found.mapped("brought_in"))),
                round(sum(found.mapped("billed"))),
                page._ratio(found),
            ]
            for province, found in volumes.grouped("province_id").items()
        ]
        title = self.env._("Network yield, twelve months (billed / brought in)")
        return Table(title, columns, rows)

    def _decisions_table(self):
        columns = [
            (self.env._("No."), 2, "text"),
            (self.env._("Outcome"), 6, "text"),
            (self.env._("Owner"), 3, "text"),
            (self.env._("Due date"), 2, "date"),
        ]
        domain = [
            ("state", "in", ("open", "progress")),
            ("kind", "!=", "information"),
            ("company_id", "=", self.company_id.id),
        ]
        if self.territory_id:
            domain.append(("territory_id", "child_of", self.territory_id.ids))
        decisions = self.env["srm.decision"].search(domain, order="date_due, id")
        rows = [
            [decision.number, decision.name, decision.owner_name, decision.date_due]
            for decision in decisions
        ]
        return Table(self.env._("Open decisions and actions"), columns, rows)

    # On paper

    def _print_title(self):
        return self.env._("Committee file")

    def _print_subtitle(self):
        return f"{self.name} · {format_date(self.env, self.date)}"

    def _print_blocks(self):
        blocks = [self._block_figures(self._figures())]
        if self.introduction:
            blocks.append(
                self._block_paragraph(self.env._("To be decided"), self.introduction)
            )
        return blocks + [self._printed(table) for table in self._tables()]

    def _figures(self):
        projects = self.project_ids
        drifting = projects.filtered(lambda one: one.srm_drift == "alert")
        return [
            (self.env._("Projects"), self._number(len(projects), 0), "", "info"),
            (
                self.env._("Budget"),
                self._number(sum(projects.mapped("srm_budget")), 2),
                "",
                "info",
            ),
            (
                self.env._("Paid"),
                self._number(sum(projects.mapped("srm_paid")), 2),
                "",
                "info",
            ),
            (
                self.env._("Drifting"),
                self._number(len(drifting), 0),
                "",
                "danger" if drifting else "success",
            ),
        ]

    def _printed(self, table: Table):
        columns = [
            (label, width, PRINTED[kind][0]) for label, width, kind in table.columns
        ]
        kinds = [kind for _label, _width, kind in table.columns]
        rows = [
            [self._cell(value, kind) for value, kind in zip(row, kinds, strict=True)]
            for row in table.rows
        ]
        return self._block_table(table.title, columns, rows)

    def _cell(self, value, kind):
        if kind == "date":
            return format_date(self.env, value) if value else ""
        printed, decimals = PRINTED[kind]
        if printed == "number":
            return "-" if value is None else self._number(value, decimals)
        return value or ""

    # As a workbook

    @api.readonly
    def _xlsx_report_file(self) -> Report:
        self.ensure_one()
        return Report(
            f"{self._print_title()} {self.name}",
            [
                Sheet(
                    table.title,
                    [
                        Column(label, 8 * width, kind=kind)
                        for label, width, kind in table.columns
                    ],
                    [tuple(row) for row in table.rows],
                )
                for table in self._tables()
            ],
        )
