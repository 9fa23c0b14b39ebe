from odoo import api, fields, models

from odoo.addons.srm_kit.guard import Freeze, Guard, Step

from ..tools.roles import MANAGER


class SrmAuditProgramme(models.Model):
    """The year's audits, and which clauses and sites they leave uncovered."""

    _name = "srm.audit.programme"
    _inherit = ["mail.thread"]
    _description = "Audit Programme"
    _order = "date_from desc"
    _guard = Guard(
        steps={
            "approve": Step(("draft",), "approved", group=MANAGER),
            "close": Step(("approved",), "closed", group=MANAGER),
        },
        freezes=(Freeze(("approved", "closed")),),
        deletable=("draft",),
    )

    name = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    date_from = fields.Date(required=True)
    date_to = fields.Date(required=True)
    objective = fields.Text()
    edition_ids = fields.Many2many("srm.standard.edition", string="Standards")
    site_ids = fields.Many2many("srm.site", string="Sites")
    audit_ids = fields.One2many("srm.audit", "programme_id")
    state = fields.Selection(
        [("draft", "Draft"), ("approved", "Approved"), ("closed", "Closed")],
        required=True,
        default="draft",
        readonly=True,
        tracking=True,
    )
    uncovered_clause_ids = fields.Many2many(
        "srm.standard.clause", compute="_compute_uncovered"
    )
    uncovered_site_ids = fields.Many2many("srm.site", compute="_compute_uncovered")
    coverage = fields.Float(string="Clauses covered (%)", compute="_compute_uncovered")

    _dates_ordered = models.Constraint(
        "CHECK (date_to > date_from)", "A programme cannot end before it starts."
    )

    @api.depends(
        "edition_ids", "site_ids", "audit_ids.clause_ids", "audit_ids.site_ids"
    )
    def _compute_uncovered(self):
        for programme in self:
            clauses = programme.edition_ids.clause_ids
            left = clauses - programme.audit_ids.clause_ids
            programme.uncovered_clause_ids = left
            programme.uncovered_site_ids = (
                programme.site_ids - programme.audit_ids.site_ids
            )
            done = len(clauses) - len(left)
            programme.coverage = 100 * done / len(clauses) if clauses else 0.0

    def action_approve(self):
        self._take_step("approve")

    def action_close(self):
        self._take_step("close")
