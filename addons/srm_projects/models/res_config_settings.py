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
    srm_failure_years = fields.Integer(
        related="company_id.srm_failure_years", readonly=False
    )
    srm_map_tiles = fields.Char(
        string="Map background",
        config_parameter="leaflet.tile_url",
        help="Address of the tiles, with {z}, {x} and {y}; empty: no background.",
    )
