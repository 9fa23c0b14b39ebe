from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    srm_payer_status = fields.Selection(
        related="company_id.srm_payer_status", readonly=False
    )
    srm_certificate_rule = fields.Selection(
        related="company_id.srm_certificate_rule", readonly=False
    )
