"""While the database is away: say so, lose no session, come back by itself.

Odoo takes a database that does not answer for one that does not exist: it signs the
person out and shows "not found". Here the answer is 503 "come back in a moment": the
web client waits and goes on, phones keep what they have, browsers load again.
"""

from functools import wraps

import psycopg2
import werkzeug.exceptions

from odoo import http, sql_db
from odoo.http import RegistryError, Request
from odoo.tools import LazyTranslate, config
from odoo.tools.translate import get_translation

from .refusals import MODULE, RETRY_AFTER

_lt = LazyTranslate(__name__)

TITLE = _lt("One moment")
TEXT = _lt(
    "The service is coming back. What was saved is safe; what you are entering is not"
    " saved yet. This page loads again by itself."
)
MACHINE = _lt("The service is coming back. Nothing was stored: send the same again.")
#: Paths of programs that read JSON.
MACHINES = ("/srm/telemetry/", "/json/2/")
#: Paths that answer without the database.
ALWAYS = ("/web/health", "/srm/alive")
PAGE = """<!DOCTYPE html>
<html lang="{lang}" dir="{direction}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="{seconds}"><title>{title}</title></head>
<body style="font-family:sans-serif;margin:15vh auto;max-width:32rem;padding:1rem">
<h1>{title}</h1><p>{text}</p></body></html>"""
#: States of a server that was stopped, is starting, or dropped the connection.
_GONE = ("57P01", "57P02", "57P03")


def connection_lost(error: BaseException | None) -> bool:
    """Whether the database went away, as opposed to refusing something."""
    if isinstance(error, sql_db.PoolError):
        return True
    if isinstance(error, psycopg2.OperationalError):
        return (
            error.pgcode is None
            or error.pgcode.startswith("08")
            or (error.pgcode in _GONE)
        )
    return isinstance(error, psycopg2.InterfaceError)


def unavailable(request) -> werkzeug.exceptions.ServiceUnavailable:
    """The error that makes the answer, whatever the type of the route."""
    error = werkzeug.exceptions.ServiceUnavailable()
    wants_json = "json" in (request.httprequest.mimetype or "")
    response = _json(request) if wants_json else _page(request)
    response.headers["Retry-After"] = str(RETRY_AFTER)
    response.headers["Cache-Control"] = "no-store"
    error.error_response = response
    return error


def _json(request):
    if request.httprequest.path.startswith(MACHINES):
        return request.make_json_response({"error": _say(request, MACHINE)}, status=503)
    # Not JSON-RPC: what is no answer to the call makes the web client wait.
    return http.Response("503", status=503, mimetype="text/plain")


def _page(request):
    lang = _language(request)
    code = lang.partition("_")[0]
    html = PAGE.format(
        lang=code,
        direction="rtl" if code == "ar" else "ltr",
        seconds=RETRY_AFTER,
        title=_say(request, TITLE),
        text=_say(request, TEXT),
    )
    return http.Response(html, status=503, mimetype="text/html")


def _say(request, text) -> str:
    return get_translation(MODULE, _language(request), text._source, {})


def _language(request) -> str:
    lang = request.session.context.get("lang") or request.best_lang or "en_US"
    return "ar_001" if lang.startswith("ar") else lang


def _database_answers() -> bool:
    try:
        sql_db.db_connect("postgres").cursor().close()
    except psycopg2.Error:
        return False
    return True


_odoo_serve_db = Request._serve_db
_odoo_serve_nodb = Request._serve_nodb


@wraps(_odoo_serve_db)
def _serve_db(self):
    try:
        return _odoo_serve_db(self)
    except (RegistryError, psycopg2.Error) as error:
        cause = error.__cause__ if isinstance(error, RegistryError) else error
        if not connection_lost(cause):
            raise
        if self.httprequest.path in ALWAYS:
            self.db = None
            return _odoo_serve_nodb(self)
        raise unavailable(self) from error


@wraps(_odoo_serve_nodb)
def _serve_nodb(self):
    """A server with databases of its own serves no page without one."""
    path = self.httprequest.path
    if config["db_name"] and path not in ALWAYS and not _database_answers():
        raise unavailable(self)
    return _odoo_serve_nodb(self)


Request._serve_db = _serve_db
Request._serve_nodb = _serve_nodb
