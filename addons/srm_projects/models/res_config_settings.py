from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    srm_fragile_threshold = fields.Float(
        related="company_id.srm_fragile_threshold", readonly=False
    )
    srm_reuse_target = fields.Float(
        related="company_id.srm_reuse_target", readonly=False
    )
    srm_drift_watch = fields.Float(related="company_id.srm_drift_watch", readonly=False)
    srm_drift_alert = fields.Float(related="company_id.srm_drift_alert", readonly=False)
