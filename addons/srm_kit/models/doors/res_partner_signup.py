from odoo import models

from .portal_mixin import refuse_share_user


class ResPartner(models.Model):
    """Invitations to sign up are made by the staff, of partners the person reads."""

    _inherit = "res.partner"

    def signup_get_auth_param(self):
        refuse_share_user(self.env)
        self.check_access("read")
        return super().signup_get_auth_param()

    def signup_prepare(self, *args, **kwargs):
        refuse_share_user(self.env)
        self.check_access("write")
        return super().signup_prepare(*args, **kwargs)

    def signup_cancel(self):
        refuse_share_user(self.env)
        self.check_access("write")
        return super().signup_cancel()
