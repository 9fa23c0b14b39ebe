import logging

from odoo import api, fields, models
from odoo.exceptions import AccessDenied

_logger = logging.getLogger(__name__)
BATCH = 50


class SrmPasswordRequest(models.Model):
    """Somebody asks for a new password; a job finds out whether there is such a login
    and mails it, so that the page tells neither by its words nor by its time."""

    _name = "srm.password.request"
    _description = "Request for a New Password"
    _order = "id"
    _rec_name = "login"

    login = fields.Char(required=True, readonly=True)

    @api.model
    def _ask(self, login: str) -> None:
        """Keep the request; what is asked too often is passed over in silence."""
        attempts = self.env["srm.login.attempt"]
        account = f"new password: {attempts._account(login)}"
        source = f"new password: {attempts._source()}"
        try:
            attempts._refuse_locked(account, source)
        except AccessDenied:
            _logger.info("Too many requests: %s", source)
            return
        attempts._add(account, source, "failed")
        self.sudo().create({"login": login[:200]})
        self.env.ref("srm_kit.ir_cron_password_request").sudo()._trigger()

    @api.model
    def _cron_send(self):
        """Mail those that have an account, and forget all."""
        waiting = self.search([], limit=BATCH)
        for wanted in waiting.try_lock_for_update():
            wanted._send()
        waiting.unlink()
        self.env["ir.cron"]._commit_progress(
            len(waiting), remaining=self.search_count([])
        )

    def _send(self) -> None:
        found = self._account()
        if len(found) != 1:
            _logger.info("A new password was asked for without one account to give to")
            return
        try:
            with self.env.cr.savepoint():
                found.action_reset_password()
        except Exception:
            _logger.exception("The mail with a new password was not sent")

    def _account(self):
        users = self.env["res.users"].sudo()
        login = self.login.strip()
        if not login:  # as the address of accounts that have none
            return users
        found = users.search(users._get_login_domain(login))
        return found or users.search(users._get_email_domain(login))
