from odoo import fields, models


class SrmSectorVolumeReject(models.TransientModel):
    """Why volumes are refused."""

    _name = "srm.sector.volume.reject"
    _description = "Refuse Volumes"

    volume_id = fields.Many2one("srm.sector.volume", required=True, readonly=True)
    reason = fields.Char(required=True)

    def action_confirm(self):
        self.ensure_one()
        self.volume_id._reject(self.reason)
        return {"type": "ir.actions.act_window_close"}
