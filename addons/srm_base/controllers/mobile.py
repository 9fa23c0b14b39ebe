import hashlib
from functools import lru_cache

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import request
from odoo.tools import file_open
from odoo.tools.json import scriptsafe

KIT = "/srm_base/static/src/offline"
KIT_FILES = (
    f"{KIT}/offline.css",
    f"{KIT}/kit.js",
    f"{KIT}/store.js",
    f"{KIT}/outbox.js",
    f"{KIT}/dom.js",
    f"{KIT}/signature.js",
    f"{KIT}/scanner.js",
    f"{KIT}/icon-192.png",
)
RIGHT_TO_LEFT = ("ar", "fa", "he", "ur")
PREFIX = "srm.mobile."


@lru_cache(maxsize=64)
def _digest(files: tuple[str, ...]) -> str:
    """Version of what the phone keeps: changes with any of the files."""
    digest = hashlib.sha256()
    for name in files:
        with file_open(name.lstrip("/"), "rb") as handle:
            digest.update(handle.read())
    return digest.hexdigest()[:16]


class MobileController(http.Controller):
    """Pages for the field: a shell kept by a service worker, data, and one entrance
    for what people enter. Entries come as JSON-RPC, which a foreign site cannot post
    with the session of the person, so no token is needed in pages kept for days."""

    @http.route("/srm/m/sw.js", type="http", auth="public", methods=["GET"])
    def service_worker(self):
        files = self._files()
        with file_open(f"{KIT.lstrip('/')}/sw.js") as handle:
            body = handle.read()
        head = scriptsafe.dumps({"version": _digest(files), "files": files})
        return request.make_response(
            f"const SHELL = {head};\n{body}",
            headers=[
                ("Content-Type", "text/javascript; charset=utf-8"),
                ("Cache-Control", "no-cache"),
            ],
        )

    @http.route("/srm/m/<string:app>", type="http", auth="user", methods=["GET"])
    def page(self, app, **_options):
        handler = self._handler(app)
        lang = request.env.lang or "en_US"
        config = {
            "app": app,
            "title": handler._title(),
            "module": handler._app_module,
            "user": {"id": request.env.uid, "name": request.env.user.name},
            "lang": lang.partition("_")[0],
            "texts": {**handler._kit_texts(), **handler._texts()},
        }
        return request.render(
            "srm_base.mobile_page",
            {
                "config": scriptsafe.dumps(config),
                "title": handler._title(),
                "app": app,
                "kit": KIT,
                "lang": config["lang"],
                "direction": "rtl" if config["lang"] in RIGHT_TO_LEFT else "ltr",
            },
            headers=[("Cache-Control", "no-cache")],
        )

    @http.route(
        "/srm/m/<string:app>/app.webmanifest", type="http", auth="user", methods=["GET"]
    )
    def manifest(self, app):
        handler = self._handler(app)
        return request.make_json_response(
            {
                "name": handler._title(),
                "short_name": handler._title(),
                "start_url": f"/srm/m/{app}",
                "scope": "/srm/m/",
                "display": "standalone",
                "background_color": "#ffffff",
                "theme_color": "#714b67",
                "lang": (request.env.lang or "en").partition("_")[0],
                "icons": [
                    {
                        "src": f"{KIT}/icon-192.png",
                        "sizes": "192x192",
                        "type": "image/png",
                    }
                ],
            },
            headers=[("Content-Type", "application/manifest+json")],
        )

    @http.route("/srm/m/<string:app>/data", type="jsonrpc", auth="user", readonly=True)
    def data(self, app):
        return self._handler(app)._data()

    @http.route("/srm/m/submit", type="jsonrpc", auth="user")
    def submit(self, app, user, id, payload, entered_on=None, sent_on=None):
        """Receive one entry.

        :param user: id of the person who entered it; entries made by one person on a
            shared phone are never sent in the name of the next
        :param id: UUID made by the phone
        :param sent_on: what the clock of the phone shows now
        """
        if user != request.env.uid:
            return {"state": "other_user"}
        submissions = request.env["srm.submission"]
        return submissions._submit(app, id, payload, entered_on, sent_on)

    def _handler(self, app):
        name = PREFIX + app
        if name not in request.env or app == "app":
            raise NotFound()
        handler = request.env[name]
        handler._check_allowed()
        return handler

    def _files(self) -> tuple[str, ...]:
        """Files of the kit and of every page, so that one worker serves them all."""
        pages = [
            request.env[name]
            for name in sorted(request.env.registry)
            if name.startswith(PREFIX) and name != f"{PREFIX}app"
        ]
        own = [name for page in pages for name in (page._app_module, *page._app_files)]
        return (*KIT_FILES, *own)
