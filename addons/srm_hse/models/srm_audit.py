from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

from odoo.addons.srm_base.tools.names import joined
from odoo.addons.srm_kit.guard import Freeze, Guard, Step

from ..tools.roles import MANAGER


class SrmAudit(models.Model):
    """One audit: clauses and sites, auditors, findings with their evidence."""

    _name = "srm.audit"
    _inherit = [
        "srm.numbered.mixin",
        "srm.action.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _description = "Audit"
    _order = "date desc, id desc"
    _rec_names_search = ["name", "title"]
    _guard = Guard(
        steps={
            "start": Step(("planned",), "running", check="_open_checklist"),
            "report": Step(("running",), "reported", check="_settle_findings"),
            "close": Step(
                ("reported",), "closed", group=MANAGER, check="_check_settled"
            ),
            "cancel": Step(("planned", "running"), "cancelled", group=MANAGER),
        },
        freezes=(
            Freeze(
                ("reported", "closed", "cancelled"),
                children=("line_ids",),
                files=True,
                database=True,
            ),
        ),
        deletable=("planned",),
    )

    title = fields.Char(required=True, tracking=True)
    programme_id = fields.Many2one(
        "srm.audit.programme", index=True, ondelete="restrict"
    )
    kind = fields.Selection(
        [
            ("internal", "Internal"),
            ("supplier", "Contractor"),
            ("external", "Certification"),
        ],
        required=True,
        default="internal",
    )
    date = fields.Date(required=True, index=True)
    lead_id = fields.Many2one("res.users", string="Lead auditor")
    auditor_ids = fields.Many2many(
        "res.users", "srm_audit_auditor_rel", "audit_id", "user_id", string="Auditors"
    )
    auditee_ids = fields.Many2many(
        "res.users", "srm_audit_auditee_rel", "audit_id", "user_id", string="Audited"
    )
    site_ids = fields.Many2many("srm.site")
    clause_ids = fields.Many2many("srm.standard.clause")
    line_ids = fields.One2many("srm.audit.line", "audit_id")
    strong_points = fields.Text()
    conclusion = fields.Html()
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("running", "Running"),
            ("reported", "Reported"),
            ("closed", "Closed"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="planned",
        readonly=True,
        index=True,
        tracking=True,
    )
    nonconformity_count = fields.Integer(compute="_compute_counts")
    observation_count = fields.Integer(compute="_compute_counts")

    @api.depends("name", "title")
    def _compute_display_name(self):
        for audit in self:
            audit.display_name = joined(audit.name, audit.title)

    @api.depends("line_ids.result")
    def _compute_counts(self):
        for audit in self:
            results = audit.line_ids.mapped("result")
            audit.nonconformity_count = results.count("nonconformity")
            audit.observation_count = results.count("observation")

    @api.constrains("auditor_ids", "auditee_ids", "lead_id", "kind")
    def _check_independence(self):
        for audit in self.filtered(lambda a: a.kind == "internal"):
            both = (audit.auditor_ids | audit.lead_id) & audit.auditee_ids
            if both:
                raise ValidationError(
                    self.env._(
                        "%(people)s cannot audit their own work.",
                        people=", ".join(both.mapped("name")),
                    )
                )

    def action_start(self):
        self._take_step("start")

    def action_report(self):
        self._take_step("report")

    def action_close(self):
        self._take_step("close")

    def action_cancel(self):
        self._take_step("cancel")

    def _open_checklist(self):
        """One line per clause and site asked."""
        for audit in self:
            known = {(x.clause_id, x.site_id) for x in audit.line_ids}
            sites = list(audit.site_ids) or [self.env["srm.site"]]
            audit.line_ids = [
                Command.create({"clause_id": clause.id, "site_id": site.id})
                for clause in audit.clause_ids
                for site in sites
                if (clause, site) not in known
            ]

    def _settle_findings(self):
        """Every line answered, findings backed by evidence; NCs are opened."""
        for audit in self:
            empty = audit.line_ids.filtered(lambda line: not line.result)
            if empty or not audit.line_ids:
                raise UserError(
                    self.env._(
                        "%(audit)s: %(count)s lines have no answer.",
                        audit=audit.display_name,
                        count=len(empty),
                    )
                )
        self.line_ids._open_nonconformities()

    def _check_settled(self):
        for audit in self:
            waiting = audit.line_ids.nonconformity_id.filtered(
                lambda nc: nc.state not in ("closed", "cancelled")
            )
            if waiting:
                raise UserError(
                    self.env._(
                        "%(audit)s: still open: %(list)s.",
                        audit=audit.display_name,
                        list=", ".join(waiting.mapped("name")),
                    )
                )
        self._check_actions_finished()
