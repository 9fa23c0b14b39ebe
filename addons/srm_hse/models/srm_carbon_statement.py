from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.tools import LazyTranslate

from odoo.addons.srm_base.tools.names import joined
from odoo.addons.srm_kit.guard import Freeze, Guard, Step

from ..tools.roles import MANAGER, OFFICER
from ..tools.uncertainty import combined_percent

STATES = [
    ("draft", "To enter"),
    ("submitted", "Submitted"),
    ("checked", "Checked"),
    ("validated", "Validated"),
    ("rejected", "Sent back"),
    ("superseded", "Restated"),
]
EDITABLE = ("draft", "rejected")
FINAL = ("validated", "superseded")
_lt = LazyTranslate(__name__)


class SrmCarbonStatement(models.Model):
    """The month of one site: entered, checked, validated, then frozen.

    Two persons other than the one who entered look at it: one checks the figures
    against the evidence, one validates. Validation freezes the factor versions. A
    validated statement changes only by a restatement, which keeps the original.
    """

    _name = "srm.carbon.statement"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Carbon Statement of a Site"
    _order = "month desc, site_id, revision desc"
    _check_company_auto = True
    _guard = Guard(
        steps={
            "submit": Step(
                EDITABLE,
                "submitted",
                signs="submitted_by_id",
                dated="submitted_date",
                check="_check_ready",
            ),
            "check": Step(
                ("submitted",),
                "checked",
                group=OFFICER,
                signs="checked_by_id",
                dated="checked_date",
                not_by=("submitted_by_id",),
            ),
            "validate": Step(
                ("checked",),
                "validated",
                group=MANAGER,
                signs="validated_by_id",
                dated="validated_date",
                not_by=("submitted_by_id", "checked_by_id"),
            ),
            "reject": Step(
                ("submitted", "checked"),
                "rejected",
                group=OFFICER,
                writes=("rejection_reason",),
            ),
            "supersede": Step(("validated",), "superseded", group=MANAGER),
        },
        freezes=(
            Freeze(always=True, fields=("period_id", "site_id"), database=True),
            Freeze(
                ("submitted", "checked"),
                children=("line_ids",),
                remedy=_lt("Have it sent back."),
            ),
            Freeze(
                FINAL,
                children=("line_ids",),
                files=True,
                database=True,
                remedy=_lt("Restate it instead."),
            ),
        ),
        deletable=("draft",),
    )

    name = fields.Char(compute="_compute_name", store=True)
    period_id = fields.Many2one(
        "srm.carbon.period",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    company_id = fields.Many2one(related="period_id.company_id", store=True, index=True)
    month = fields.Date(related="period_id.month", store=True, index=True)
    site_id = fields.Many2one(
        "srm.site", required=True, index=True, ondelete="restrict", check_company=True
    )
    territory_id = fields.Many2one(related="site_id.territory_id", store=True)
    state = fields.Selection(
        STATES, required=True, default="draft", readonly=True, tracking=True, index=True
    )
    editable = fields.Boolean(compute="_compute_editable")
    line_ids = fields.One2many("srm.carbon.line", "statement_id")
    gwp_set = fields.Selection(
        related="company_id.srm_gwp_set", string="Company GWP set", readonly=True
    )
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
    memo_total = fields.Float(
        "Outside the total (kg)",
        (16, 3),
        compute="_compute_totals",
        store=True,
        help="Excluded sources and gases of the Montreal protocol, when measured.",
    )
    uncertainty = fields.Float(
        "Uncertainty (± %)", (6, 2), compute="_compute_totals", store=True
    )
    missing_count = fields.Integer(
        "Values missing", compute="_compute_totals", store=True
    )
    expected_count = fields.Integer(
        "Values expected", compute="_compute_totals", store=True
    )
    anomaly_count = fields.Integer(
        "Unusual values", compute="_compute_totals", store=True
    )
    gwp_mixed = fields.Boolean(
        compute="_compute_gwp_mixed",
        help="Some factors were computed with another GWP set than the company's.",
    )
    revision = fields.Integer(default=0, readonly=True, copy=False)
    origin_id = fields.Many2one(
        "srm.carbon.statement", string="Restates", readonly=True, copy=False
    )
    restatement_ids = fields.One2many("srm.carbon.statement", "origin_id")
    restatement_reason = fields.Text(readonly=True, copy=False)
    restatement_gap = fields.Float(
        "Change by the restatement (kg)", (16, 3), compute="_compute_restatement_gap"
    )
    rejection_reason = fields.Text(readonly=True, copy=False)
    submitted_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    submitted_date = fields.Datetime(readonly=True, copy=False)
    checked_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    checked_date = fields.Datetime(readonly=True, copy=False)
    validated_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    validated_date = fields.Datetime(readonly=True, copy=False)

    _site_month_unique = models.UniqueIndex(
        "(site_id, period_id) WHERE state != 'superseded'",
        "The site has a statement for this month already.",
    )

    @api.depends("site_id", "month", "revision")
    def _compute_name(self):
        for statement in self:
            revision = statement.revision and f"r{statement.revision}"
            parts = (statement.site_id.code, statement.period_id.name, revision)
            statement.name = joined(*parts, by=" ")

    @api.depends("state")
    def _compute_editable(self):
        for statement in self:
            statement.editable = statement.state in EDITABLE

    @api.depends(
        "line_ids.kgco2e",
        "line_ids.counted",
        "line_ids.scope",
        "line_ids.missing",
        "line_ids.anomaly",
        "line_ids.line_uncertainty",
        "line_ids.expected",
    )
    def _compute_totals(self):
        for statement in self:
            lines = statement.line_ids
            counted = lines.filtered("counted")
            by_scope = {
                scope: sum(
                    counted.filtered(lambda x, s=scope: x.scope == s).mapped("kgco2e")
                )
                for scope in "123"
            }
            statement.update(
                {
                    "total": sum(by_scope.values()),
                    "scope1": by_scope["1"],
                    "scope2": by_scope["2"],
                    "scope3": by_scope["3"],
                    "memo_total": sum((lines - counted).mapped("kgco2e")),
                    "uncertainty": combined_percent(
                        [(line.kgco2e, line.line_uncertainty) for line in counted]
                    ),
                    "missing_count": len(lines.filtered("missing")),
                    "expected_count": len(lines.filtered("expected")),
                    "anomaly_count": len(lines.filtered("anomaly")),
                }
            )

    @api.depends("line_ids.gwp_set", "line_ids.counted", "gwp_set")
    def _compute_gwp_mixed(self):
        for statement in self:
            used = set(statement.line_ids.filtered("counted").mapped("gwp_set"))
            statement.gwp_mixed = bool(
                used - {statement.gwp_set, "none", "unknown", False}
            )

    @api.depends("total", "origin_id.total")
    def _compute_restatement_gap(self):
        for statement in self:
            origin = statement.origin_id
            statement.restatement_gap = (
                statement.total - origin.total if origin else 0.0
            )

    @api.model_create_multi
    def create(self, vals_list):
        statements = super().create(vals_list)
        statements.filtered(lambda s: not s.origin_id).action_refresh_lines()
        return statements

    @api.ondelete(at_uninstall=False)
    def _unlink_except_restatement(self):
        for statement in self.filtered("origin_id"):
            raise UserError(
                self.env._(
                    "%(name)s replaces %(origin)s, without which the month has no"
                    " figures: complete it.",
                    name=statement.name,
                    origin=statement.origin_id.name,
                )
            )

    def action_refresh_lines(self):
        """One line per source of the site, with the factor version of the month.

        Quantities already entered stay; excluded sources are listed too.
        """
        Line = self.env["srm.carbon.line"]
        for period, statements in self.grouped("period_id").items():
            editable = statements.filtered("editable")
            if not editable:
                continue
            sources = self.env["srm.emission.source"].search(
                Domain("site_id", "in", editable.site_id.ids)
                & self.env["srm.emission.source"]._get_live_domain(
                    period.month, period.month + relativedelta(months=1, days=-1)
                )
            )
            versions = self.env["srm.emission.factor"]._versions_for(
                set(sources.factor_id.mapped("series")), period.month
            )
            by_site = sources.grouped("site_id")
            vals_list = []
            for statement in editable:
                wanted = by_site.get(statement.site_id, sources.browse())
                known = {line.source_id: line for line in statement.line_ids}
                for source in wanted:
                    vals = Line._prepare_source_vals(source, period.month, versions)
                    if source in known:
                        known[source]._by_code().write(vals)
                    else:
                        vals_list.append({"statement_id": statement.id, **vals})
            Line._by_code().create(vals_list)

    # The circuit: enter -> submit -> check -> validate

    def action_submit(self):
        """Hand over to the checker, once nothing expected is missing or unexplained."""
        moved = self._take_step("submit")
        moved._schedule_next(self.env._("Check the carbon statement"))

    def action_check(self):
        """First level: the figures match the evidence."""
        moved = self._take_step("check")
        moved._schedule_next(self.env._("Validate the carbon statement"))

    def action_validate(self):
        """Second level: quantities and factor versions are frozen."""
        self._take_step("validate").activity_ids.action_feedback()

    def _reject(self, reason):
        """Send back to whoever entered, with the reason."""
        for statement in self._take_step("reject", rejection_reason=reason):
            statement.message_post(
                body=self.env._("Sent back: %(reason)s", reason=reason)
            )

    def _restate(self, reason):
        """Open a new revision of a validated statement; the original stays readable.

        :return: the new revisions, editable
        """
        if not (reason or "").strip():
            raise ValidationError(self.env._("A restatement needs a reason."))
        restated = self._take_step("supersede")
        restated.flush_recordset(["state"])  # before the index sees the new revision
        restated.period_id._take_step("reopen")
        revisions = self._by_code().create(
            [self._prepare_restatement_vals(s, reason) for s in restated]
        )
        for old, new in zip(restated, revisions, strict=True):
            old.message_post(
                body=self.env._(
                    "Restated as %(name)s: %(reason)s", name=new.name, reason=reason
                )
            )
        return revisions

    @api.model
    def _prepare_restatement_vals(self, statement, reason):
        return {
            "period_id": statement.period_id.id,
            "site_id": statement.site_id.id,
            "origin_id": statement.id,
            "revision": statement.revision + 1,
            "restatement_reason": reason,
            "line_ids": [
                Command.create(line._prepare_restatement_vals())
                for line in statement.line_ids
            ],
        }

    def _check_ready(self):
        self.line_ids._compare_with_history()
        for statement in self:
            statement._check_decided()
            statement._check_explained()

    def _check_decided(self):
        undecided = self.line_ids.filtered(lambda line: line.perimeter == "undecided")
        if undecided:
            raise ValidationError(
                self.env._(
                    "%(statement)s: decide whether %(sources)s is in the perimeter,"
                    " and say why.",
                    statement=self.name,
                    sources=", ".join(undecided.source_id.mapped("display_name")),
                )
            )

    def _check_explained(self):
        unexplained = self.line_ids.filtered(
            lambda line: (line.missing or line.anomaly) and not line.note
        )
        if unexplained:
            raise ValidationError(
                self.env._(
                    "%(statement)s: a value is missing or unusual and not explained"
                    " for %(sources)s. Enter it, or write the explanation on the line.",
                    statement=self.name,
                    sources=", ".join(unexplained.source_id.mapped("display_name")),
                )
            )

    def _schedule_next(self, summary):
        for statement in self.filtered("site_id.hse_user_id"):
            statement.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=summary,
                user_id=statement.site_id.hse_user_id.id,
            )

    def _remind_entry(self):
        """An activity on each statement still to be entered, once."""
        for statement in self.filtered(
            lambda s: s.editable and not s.activity_ids and s.site_id.manager_id
        ):
            statement.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Enter the carbon data of the month"),
                user_id=statement.site_id.manager_id.id,
            )

    def action_open_restate(self):
        return self._open_reason("restate", self.env._("Restate"))

    def action_open_reject(self):
        return self._open_reason("reject", self.env._("Send back"))

    def _open_reason(self, step, title):
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "srm.carbon.reason",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_statement_ids": [Command.set(self.ids)],
                "default_step": step,
            },
        }
