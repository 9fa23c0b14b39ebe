from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    srm_portal_link_days = fields.Integer(
        related="company_id.srm_portal_link_days", readonly=False
    )
    srm_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Currency of the company"
    )
    srm_yearly_spending = fields.Monetary(
        related="company_id.srm_yearly_spending",
        readonly=False,
        currency_field="srm_currency_id",
    )
