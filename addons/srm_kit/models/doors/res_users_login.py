from contextlib import contextmanager
from datetime import datetime, timedelta

from odoo import api, models
from odoo.exceptions import AccessError

from odoo.addons.base.models.res_users import MIN_ROUNDS

from ...hardening import current_address
from .portal_mixin import refuse_share_user

#: Longest wait after a failure, in seconds; it doubles with each one.
MOST_WAIT = 900
#: No password gives this digest; finding that out takes as long as with any other.
PASSWORD_OF_NOBODY = f"$pbkdf2-sha512$%d${'A' * 22}${'A' * 86}"


class ResUsers(models.Model):
    """Log-ins are limited on every way in; none says which logins exist."""

    _inherit = "res.users"

    @contextmanager
    def _assert_can_auth(self, user=None):
        """Odoo counts by address in the memory of a process; this one counts by account
        and address, in the database."""
        if not current_address():
            yield
            return
        attempts = self.env["srm.login.attempt"]
        account = attempts._account(user)
        with attempts._limited(account):
            self._take_the_time_of_a_password(account)
            yield

    def _on_login_cooldown(self, failures, previous):
        """The wait doubles with each failure after those that are free of it."""
        settings = self.env["ir.config_parameter"].sudo()
        free = int(settings.get_param("base.login_cooldown_after", 5))
        if not free or failures < free:
            return False
        first = int(settings.get_param("base.login_cooldown_duration", 60))
        wait = min(first * 2 ** min(failures - free, 10), max(first, MOST_WAIT))
        return datetime.now() - previous < timedelta(seconds=wait)

    @api.model
    def _take_the_time_of_a_password(self, account: str) -> None:
        """A login that does not exist, or has no password, answers no sooner."""
        # The column of the passwords is read by no other way.
        self.env.cr.execute(
            "SELECT 1 FROM res_users WHERE login = %s AND active AND password > ''",
            [account],
        )
        if not self.env.cr.fetchone():
            settings = self.env["ir.config_parameter"].sudo()
            rounds = int(settings.get_param("password.hashing.rounds", 0))
            self._crypt_context().verify(
                "nobody's", PASSWORD_OF_NOBODY % max(rounds, MIN_ROUNDS)
            )

    @api.model
    def change_password(self, old_passwd, new_passwd):
        """Whoever sits at an open session does not try out the old password either."""
        if not current_address():
            return super().change_password(old_passwd, new_passwd)
        with self.env["srm.login.attempt"]._limited(self.env.user.login):
            return super().change_password(old_passwd, new_passwd)

    # Invitations and lost passwords

    @api.model
    def signup(self, values, token=None):
        self._refuse_direct_call()
        return super().signup(values, token)

    def reset_password(self, login):
        """The mail is sent by a job: whether there is such a login, the page takes the
        same time and says the same."""
        self._refuse_direct_call()
        if current_address():
            self.env["srm.password.request"]._ask(login)
            return None
        return super().reset_password(login)

    def action_reset_password(self):
        refuse_share_user(self.env)
        self.check_access("write")
        return super().action_reset_password()

    def _refuse_direct_call(self):
        """These are for the pages of the log-in, which have the system's rights."""
        if not self.env.su:
            raise AccessError(
                self.env._("Accounts are opened and mended on the login page.")
            )
