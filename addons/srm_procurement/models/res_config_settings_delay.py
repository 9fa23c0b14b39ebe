from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    srm_delay_schema = fields.Binary(
        related="company_id.srm_delay_schema", readonly=False
    )
    srm_delay_schema_name = fields.Char(
        related="company_id.srm_delay_schema_name", readonly=False
    )
    srm_delay_declared_until = fields.Date(
        related="company_id.srm_delay_declared_until", readonly=False
    )
    srm_delay_user_id = fields.Many2one(
        related="company_id.srm_delay_user_id", readonly=False
    )
