from odoo import models

from .portal_mixin import refuse_share_user


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def generate_access_token(self):
        """A file is opened without a login by who reads it, to whom he chooses."""
        refuse_share_user(self.env)
        self.check_access("read")
        return super().generate_access_token()
