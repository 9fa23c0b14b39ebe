from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from odoo.addons.srm_base.tools.names import joined
from odoo.addons.srm_kit.guard import Freeze, Guard


class SrmObligationApplication(models.Model):
    """Whether a requirement applies to a site, and what the last evaluation said."""

    _name = "srm.obligation.application"
    _description = "Applicability on a Site"
    _order = "obligation_id, site_id"
    # Its evaluations are about this requirement on this site.
    _guard = Guard(freezes=(Freeze(always=True, fields=("obligation_id", "site_id")),))

    obligation_id = fields.Many2one(
        "srm.obligation", required=True, index=True, ondelete="cascade"
    )
    site_id = fields.Many2one(
        "srm.site", required=True, index=True, ondelete="restrict"
    )
    applicable = fields.Boolean(default=True)
    reason = fields.Char(help="Why it applies or not.")
    every_months = fields.Integer(string="Evaluate every (months)", default=12)
    evaluation_ids = fields.One2many("srm.compliance.evaluation", "application_id")
    result = fields.Selection(
        [
            ("compliant", "Compliant"),
            ("partly", "Partly"),
            ("not_compliant", "Not compliant"),
        ],
        compute="_compute_result",
        store=True,
    )
    last_date = fields.Date(compute="_compute_result", store=True)
    next_date = fields.Date(compute="_compute_result", store=True)

    _site_unique = models.UniqueIndex(
        "(obligation_id, site_id)", "The site is listed once."
    )
    _reason_given = models.Constraint(
        "CHECK (applicable OR reason IS NOT NULL)", "Say why it does not apply here."
    )

    @api.depends("obligation_id", "site_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for line in self:
            line.display_name = joined(line.obligation_id.reference, line.site_id.code)

    @api.depends("evaluation_ids.date", "evaluation_ids.result", "every_months")
    def _compute_result(self):
        for line in self:
            last = line.evaluation_ids.sorted(
                lambda evaluation: (evaluation.date, evaluation._origin.id or 0)
            )[-1:]
            line.result = last.result
            line.last_date = last.date
            months = relativedelta(months=line.every_months)
            line.next_date = last.date + months if last else False
