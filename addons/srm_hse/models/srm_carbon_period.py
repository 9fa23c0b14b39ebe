from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.srm_kit.guard import Freeze, Guard, Step

from ..tools.roles import MANAGER

STATES = [("open", "Open"), ("closed", "Closed")]


class SrmCarbonPeriod(models.Model):
    """The month of the company: all sites against the ceiling, with the perimeter."""

    _name = "srm.carbon.period"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Carbon Month"
    _order = "month desc"
    _guard = Guard(
        steps={
            "close": Step(("open",), "closed", check="_check_complete"),
            # Taken by the restatement of one of its sites.
            "reopen": Step(("closed",), "open", group=MANAGER),
        },
        freezes=(
            Freeze(always=True, fields=("company_id", "month"), database=True),
            Freeze(("closed",), children=("output_ids",), database=True),
        ),
        deletable=("open",),
        reserved={"target": MANAGER},
    )

    name = fields.Char(compute="_compute_name", store=True)
    month = fields.Date(required=True, help="First day of the month.")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    state = fields.Selection(
        STATES, required=True, default="open", readonly=True, tracking=True
    )
    target = fields.Float(
        "Ceiling (kg CO2e)",
        (16, 2),
        required=True,
        default=lambda self: self.env.company.srm_carbon_target,
        tracking=True,
    )
    statement_ids = fields.One2many("srm.carbon.statement", "period_id")
    current_statement_ids = fields.One2many(
        "srm.carbon.statement", "period_id", domain=[("state", "!=", "superseded")]
    )
    output_ids = fields.One2many("srm.carbon.output", "period_id")
    total = fields.Float(
        "Total (kg CO2e)", (16, 3), compute="_compute_totals", store=True
    )
    scope1 = fields.Float(
        "Scope 1 (kg)", (16, 3), compute="_compute_totals", store=True
    )
    scope2 = fields.Float(
        "Scope 2 (kg)", (16, 3), compute="_compute_totals", store=True
    )
    scope3 = fields.Float(
        "Scope 3 (kg)", (16, 3), compute="_compute_totals", store=True
    )
    validated_total = fields.Float(
        "Validated (kg CO2e)", (16, 3), compute="_compute_totals", store=True
    )
    gap = fields.Float(
        "Below ceiling (kg)",
        (16, 3),
        compute="_compute_totals",
        store=True,
        help="Ceiling less total: negative when the ceiling is passed.",
    )
    statement_count = fields.Integer("Sites", compute="_compute_totals", store=True)
    validated_count = fields.Integer(
        "Sites validated", compute="_compute_totals", store=True
    )
    over_target = fields.Boolean(compute="_compute_totals", store=True)
    perimeter_text = fields.Char(compute="_compute_perimeter_text")
    incomplete = fields.Boolean(compute="_compute_perimeter_text")

    _month_unique = models.UniqueIndex(
        "(company_id, month)", "This month is open already."
    )
    _month_first_day = models.Constraint(
        "CHECK (EXTRACT(day FROM month) = 1)", "A month begins on its first day."
    )

    @api.depends("month")
    def _compute_name(self):
        for period in self:
            period.name = period.month.strftime("%Y-%m") if period.month else ""

    @api.depends(
        "target",
        "statement_ids.state",
        "statement_ids.total",
        "statement_ids.scope1",
        "statement_ids.scope2",
        "statement_ids.scope3",
    )
    def _compute_totals(self):
        for period in self:
            current = period.statement_ids.filtered(lambda s: s.state != "superseded")
            validated = current.filtered(lambda s: s.state == "validated")
            total = sum(current.mapped("total"))
            period.update(
                {
                    "total": total,
                    "scope1": sum(current.mapped("scope1")),
                    "scope2": sum(current.mapped("scope2")),
                    "scope3": sum(current.mapped("scope3")),
                    "validated_total": sum(validated.mapped("total")),
                    "statement_count": len(current),
                    "validated_count": len(validated),
                    "gap": period.target - total,
                    "over_target": total > period.target,
                }
            )

    @api.depends(
        "current_statement_ids.line_ids.perimeter",
        "current_statement_ids.missing_count",
    )
    @api.depends_context("lang")
    def _compute_perimeter_text(self):
        for period in self:
            lines = period.current_statement_ids.line_ids
            counts = {
                key: len(lines.filtered(lambda line, k=key: line.perimeter == k))
                for key in ("included", "excluded", "undecided")
            }
            missing = sum(period.current_statement_ids.mapped("missing_count"))
            period.incomplete = bool(missing or counts["undecided"])
            period.perimeter_text = self.env._(
                "%(sites)s sites; %(included)s sources counted, %(excluded)s left out"
                " with a reason, %(undecided)s undecided; %(missing)s values missing",
                sites=len(period.current_statement_ids),
                missing=missing,
                **counts,
            )

    @api.model_create_multi
    def create(self, vals_list):
        periods = super().create(vals_list)
        periods.action_prepare_statements()
        return periods

    def action_prepare_statements(self):
        """Give every open site its statement; repeating adds only what is missing."""
        for period in self.filtered(lambda p: p.state == "open"):
            self.env["srm.carbon.statement"].create(
                [
                    {"period_id": period.id, "site_id": site.id}
                    for site in period._missing_sites()
                ]
            )
            drafts = period.current_statement_ids.filtered("editable")
            drafts.action_refresh_lines()

    def _missing_sites(self):
        """Sites with sources, open in the month, that have no statement."""
        self.ensure_one()
        last = self.month + relativedelta(months=1, days=-1)
        sites = self.env["srm.site"].search(
            Domain("company_id", "=", self.company_id.id)
            & Domain("source_ids", "!=", False)
            & self.env["srm.site"]._get_open_domain(self.month, last)
        )
        return sites - self.current_statement_ids.site_id

    def action_close(self):
        """Close the month once every site is validated."""
        self._take_step("close")

    def _check_complete(self):
        for period in self:
            statements = period.current_statement_ids
            waiting = statements.filtered(lambda s: s.state != "validated").site_id
            waiting |= period._missing_sites()
            if waiting or not statements:
                raise UserError(
                    self.env._(
                        "%(month)s cannot be closed: not validated yet for %(sites)s.",
                        month=period.name,
                        sites=", ".join(waiting.mapped("display_name"))
                        or self.env._("any site"),
                    )
                )

    def action_open_lines(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Carbon of %(month)s", month=self.name),
            "res_model": "srm.carbon.line",
            "view_mode": "list,pivot,graph",
            "domain": [("period_id", "in", self.ids), ("current", "=", True)],
        }

    @api.model
    def _cron_open_month(self):
        """Open last month for every company that has emission sources, and remind."""
        month = fields.Date.context_today(self).replace(day=1) - relativedelta(months=1)
        companies = self.env["srm.emission.source"]._read_group([], ["company_id"])
        existing = self.search([("month", "=", month)]).company_id
        self.create(
            [
                {
                    "month": month,
                    "company_id": company.id,
                    "target": company.srm_carbon_target,
                }
                for (company,) in companies
                if company not in existing
            ]
        )
        self.search([("month", "=", month)]).statement_ids._remind_entry()
