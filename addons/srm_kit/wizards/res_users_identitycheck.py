from odoo import models
from odoo.exceptions import AccessDenied, UserError


class ResUsersIdentitycheck(models.TransientModel):
    _inherit = "res.users.identitycheck"

    def _check_identity(self):
        with self.env["srm.login.attempt"]._limited(
            self.env.user.login, failure=(AccessDenied, UserError)
        ):
            return super()._check_identity()
