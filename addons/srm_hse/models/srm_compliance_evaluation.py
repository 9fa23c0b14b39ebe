from odoo import api, fields, models

from odoo.addons.srm_base.tools.names import joined
from odoo.addons.srm_kit.guard import MEMORY


class SrmComplianceEvaluation(models.Model):
    """On a date, by somebody, with evidence: are we compliant on this site.

    It stays as it was said; another one corrects it.
    """

    _name = "srm.compliance.evaluation"
    _inherit = ["srm.action.mixin", "mail.thread"]
    _description = "Compliance Evaluation"
    _order = "date desc, id desc"
    _guard = MEMORY

    application_id = fields.Many2one(
        "srm.obligation.application", required=True, index=True, ondelete="restrict"
    )
    obligation_id = fields.Many2one(related="application_id.obligation_id", store=True)
    site_id = fields.Many2one(related="application_id.site_id", store=True)
    date = fields.Date(required=True, default=fields.Date.context_today)
    user_id = fields.Many2one(
        "res.users",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    result = fields.Selection(
        [
            ("compliant", "Compliant"),
            ("partly", "Partly"),
            ("not_compliant", "Not compliant"),
        ],
        required=True,
    )
    evidence = fields.Text(required=True)
    attachment_ids = fields.Many2many("ir.attachment")
    note = fields.Text()

    @api.depends("application_id", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for evaluation in self:
            of = evaluation.application_id.display_name
            evaluation.display_name = joined(of, evaluation.date, by=" ")
