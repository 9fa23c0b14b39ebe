from odoo import fields, models, tools
from odoo.exceptions import AccessDenied

from ..tools.demo_mode import is_demo_mode


class ResUsers(models.Model):
    _inherit = "res.users"

    srm_territory_ids = fields.Many2many(
        "srm.territory",
        "res_users_srm_territory_rel",
        "user_id",
        "territory_id",
        string="Territories",
        help="The user sees the records of these territories and of all they contain."
        " Leave empty to let the user see the whole company.",
    )
    srm_demo_login = fields.Boolean(
        "Demonstration login",
        copy=False,
        groups="base.group_erp_manager",
        help="The password of this user is published with the demonstration data. The"
        " user can only log in to a server started in demonstration mode.",
    )

    def write(self, vals):
        """A password chosen by its owner is published no longer: lift the flag."""
        result = super().write(vals)
        if "password" in vals and "srm_demo_login" not in vals:
            # sudo: owners may change their password, and not the flag.
            published = self.sudo().filtered("srm_demo_login")
            if published:
                published.write({"srm_demo_login": False})
        return result

    def _get_invalidation_fields(self):
        # The record rules read the territories of the user, and are cached; so is
        # the flag of the demonstration logins.
        return super()._get_invalidation_fields() | {
            "srm_territory_ids",
            "srm_demo_login",
        }

    def _srm_login_refused(self):
        """Whether the user belongs to the demonstration and the server does not."""
        return not is_demo_mode() and self._srm_is_demo_login()

    @tools.ormcache("self.id")
    def _srm_is_demo_login(self):
        # sudo: asked before anybody is logged in, of a flag hidden from staff. A
        # search, because the user of an old session may have been deleted.
        users = self.env["res.users"].sudo().with_context(active_test=False)
        return bool(
            users.search_count([("id", "=", self.id), ("srm_demo_login", "=", True)])
        )

    def _check_credentials(self, credential, env):
        if self.env.user._srm_login_refused():
            raise AccessDenied(
                self.env._(
                    "This is a demonstration login, and this server is not in"
                    " demonstration mode. Ask your administrator for a login of"
                    " your own."
                )
            )
        return super()._check_credentials(credential, env)

    def _compute_session_token(self, sid):
        # Ends the sessions opened in demonstration mode, or by another way of logging
        # in than a password.
        if self._srm_login_refused():
            return False
        return super()._compute_session_token(sid)
