import re

from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import TooManyRequests, Unauthorized

from odoo import models
from odoo.exceptions import AccessDenied
from odoo.http import request

BEARER = re.compile(r"bearer\s+(.+)", re.IGNORECASE)


class IrHttp(models.AbstractModel):
    """API keys are tried as seldom as passwords, and open what they were made for."""

    _inherit = "ir.http"

    @classmethod
    def _auth_method_bearer(cls):
        key = cls._bearer_key()
        if not key:
            return super()._auth_method_bearer()
        account, source = cls._refuse_locked_key(key)
        try:
            return super()._auth_method_bearer()
        except Unauthorized:
            request.env["srm.login.attempt"]._add(account, source, "failed")
            raise

    @classmethod
    def _auth_by_key(cls, scope: str) -> None:
        """Let in who brings an API key of this scope, and nobody with a session.

        :raise Unauthorized: there is no such key
        """
        key = cls._bearer_key()
        account, source = cls._refuse_locked_key(key)
        keys = request.env["res.users.apikeys"]
        user_id = key and keys._check_credentials(scope=scope, key=key)
        # A key without a scope opens what asks for people's keys, and only that.
        if not user_id or keys._scope_of(key, user_id) != scope:
            if key:
                request.env["srm.login.attempt"]._add(account, source, "failed")
            raise Unauthorized(
                "Send a valid key as a Bearer Authorization header.",
                www_authenticate=WWWAuthenticate("bearer"),
            )
        request.session.can_save = False
        request.update_env(user=user_id)

    @classmethod
    def _bearer_key(cls) -> str:
        """The API key of the request, empty when it brings none."""
        found = BEARER.fullmatch(request.httprequest.headers.get("Authorization", ""))
        return found.group(1).strip() if found else ""

    @classmethod
    def _refuse_locked_key(cls, key: str) -> tuple[str, str]:
        """What stands for the key and its sender among the attempts.

        :raise TooManyRequests: it failed too often lately, or its sender did
        """
        attempts = request.env["srm.login.attempt"]
        account, source = f"API key {attempts._digest(key)}", attempts._source()
        try:
            attempts._refuse_locked(account, source)
        except AccessDenied as error:
            raise TooManyRequests(error.args[0]) from None
        return account, source
