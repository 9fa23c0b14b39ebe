"""What every answer of the server carries, whichever code gives it.

Odoo sets its session cookie, and gives some answers, outside of what models and
controllers extend: static files, errors, requests without a database. So this stands
around the whole application.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from functools import wraps

from odoo import http
from odoo.tools import config

#: Option of the server's configuration file: seconds, 0 for none.
HSTS_OPTION = "srm_hsts_max_age"
YEAR = 31_536_000
#: Header -> value, unless the answer says otherwise.
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}
FRAMES = "frame-ancestors 'self'"
PAGES = "text/html"

Header = tuple[str, str]

#: The request of this thread; Odoo hides its own from what serves RPC.
_current = threading.local()


def current_address() -> str:
    """Where the request of this thread comes from; empty outside of requests."""
    environ = getattr(_current, "environ", None) or {}
    return environ.get("REMOTE_ADDR") or ""


def install() -> None:
    """Stand around the application; once, however often the add-on is loaded."""
    original = http.Application.__call__
    if getattr(original, "is_hardened", False):
        return

    @wraps(original)
    def application(self, environ, start_response):
        complete_forwarding(environ, bool(config["proxy_mode"]))

        def start(status: str, headers: list[Header], *rest):
            return start_response(status, harden(environ, headers), *rest)

        _current.environ = environ  # Odoo corrects it by what the proxy says
        try:
            return original(self, environ, start)
        finally:
            _current.environ = None

    application.is_hardened = True
    http.Application.__call__ = application


def complete_forwarding(environ: dict, behind_proxy: bool) -> None:
    """Odoo believes a proxy only when it names the host; many do not.

    Without it everybody would come from the address of the proxy, and be locked out
    together.

    >>> environ = {"HTTP_HOST": "erp.ma", "HTTP_X_FORWARDED_FOR": "192.0.2.1"}
    >>> complete_forwarding(environ, True)
    >>> environ["HTTP_X_FORWARDED_HOST"]
    'erp.ma'
    """
    forwarded = "HTTP_X_FORWARDED_FOR" in environ or "HTTP_X_FORWARDED_PROTO" in environ
    if behind_proxy and forwarded and environ.get("HTTP_HOST"):
        environ.setdefault("HTTP_X_FORWARDED_HOST", environ["HTTP_HOST"])


def harden(environ: Mapping, headers: Iterable[Header]) -> list[Header]:
    """The headers of an answer, with what protects who reads it.

    >>> harden({"wsgi.url_scheme": "https"}, [("Set-Cookie", "a=1")])[0]
    ('Set-Cookie', 'a=1; SameSite=Lax; Secure')
    """
    secure = environ.get("wsgi.url_scheme") == "https"
    hardened = [
        (name, _cookie(value, secure) if name.lower() == "set-cookie" else value)
        for name, value in headers
    ]
    present = {name.lower(): value for name, value in hardened}
    for name, value in ALWAYS.items():
        if name.lower() not in present:
            hardened.append((name, value))
    page = present.get("content-type", "").startswith(PAGES)
    if page and "content-security-policy" not in present:
        hardened.append(("Content-Security-Policy", FRAMES))
    if secure and (seconds := hsts_seconds(config.get(HSTS_OPTION))):
        hardened.append(("Strict-Transport-Security", f"max-age={seconds}"))
    return hardened


def _cookie(value: str, secure: bool) -> str:
    """A cookie no other site sends along, and no plain line carries once there is TLS.

    ``Lax``: who follows a link in a mail is still logged in; a form of another site
    is not.
    """
    flags = {part.strip().partition("=")[0].lower() for part in value.split(";")[1:]}
    if "samesite" not in flags:
        value += "; SameSite=Lax"
    if secure and "secure" not in flags:
        value += "; Secure"
    return value


def hsts_seconds(setting: object) -> int:
    """Seconds a browser insists on TLS; a year unless set.

    >>> hsts_seconds(None), hsts_seconds("0"), hsts_seconds("300"), hsts_seconds("x")
    (31536000, 0, 300, 31536000)
    """
    text = str(setting if setting is not None else "").strip()
    return int(text) if text.isdigit() else YEAR


#: Called by Odoo when it loads the add-on (``post_load`` of the manifest).
post_load: Callable[[], None] = install
