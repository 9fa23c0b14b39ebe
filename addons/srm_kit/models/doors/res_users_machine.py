from contextlib import contextmanager

from odoo import models, tools
from odoo.exceptions import AccessDenied
from odoo.tools import SQL

MACHINE = "srm_kit.group_machine"


class ResUsers(models.Model):
    """Accounts of machines: their key opens one endpoint, and nothing else is open."""

    _inherit = "res.users"

    @tools.ormcache("self.id")
    def _is_machine(self) -> bool:
        # sudo: asked before anybody is logged in. A search, because the user of an old
        # session may have been deleted.
        users = self.env["res.users"].sudo().with_context(active_test=False)
        group = self.env.ref(MACHINE).id
        return bool(
            users.search_count([("id", "=", self.id), ("all_group_ids", "in", [group])])
        )

    @contextmanager
    def _assert_can_auth(self, user=None):
        """Whatever it brings, an account of a machine does not log in."""
        users = self.env["res.users"].sudo()
        found = users.browse(user) if isinstance(user, int) else users
        if isinstance(user, str):
            found = users.search(users._get_login_domain(user), limit=1)
        with super()._assert_can_auth(user=user):
            if found._is_machine():
                raise AccessDenied
            yield

    def _compute_session_token(self, sid):
        """No session lives on, however it was opened."""
        if self._is_machine():
            return False
        return super()._compute_session_token(sid)


class ResUsersApikeys(models.Model):
    _inherit = "res.users.apikeys"

    def _check_credentials(self, *, scope, key):
        """The keys of a machine are made for one endpoint, which names their scope."""
        user_id = super()._check_credentials(scope=scope, key=key)
        if not user_id or not self.env["res.users"].browse(user_id)._is_machine():
            return user_id
        return user_id if self._scope_of(key, user_id) == scope != "rpc" else None

    def _scope_of(self, key: str, user_id: int) -> str | None:
        """Scope of a key just found valid; of several alike, of none."""
        self.env.cr.execute(
            SQL(
                "SELECT scope FROM %s WHERE user_id = %s AND index = %s",
                SQL.identifier(self._table),
                user_id,
                key[:8],
            )
        )
        found = {scope for (scope,) in self.env.cr.fetchall()}
        return found.pop() if len(found) == 1 else None
