from odoo import api, models

from ..models.doors.portal_mixin import refuse_share_user


class PortalShare(models.TransientModel):
    """The window that shares a document: of the staff, whoever calls."""

    _inherit = "portal.share"

    @api.model
    def default_get(self, fields):
        refuse_share_user(self.env)
        return super().default_get(fields)

    @api.model_create_multi
    def create(self, vals_list):
        refuse_share_user(self.env)
        return super().create(vals_list)
