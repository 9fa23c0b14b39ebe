from odoo import http
from odoo.http import request
from odoo.tools import config

from odoo.addons.web.controllers.home import Home

from ..service import beats


class Health(Home):
    """Whether the service works, for whoever watches over it."""

    @http.route()
    def health(self, db_server_status=False):
        """Every part of the service: 200 when all work, 503 when one does not.

        Sentences about each part are for whoever sits at the machine; others learn
        which one is down. A balancer that should take no notice of the database asks
        ``/srm/alive``.
        """
        names = config["db_name"] or ([request.db] if request.db else [])
        found = beats.checks(names[0]) if names else {}
        failed = beats.failed(found)
        answer = {
            "status": beats.FAIL if failed else beats.PASS,
            "checks": {
                name: {
                    "status": check.status,
                    "text": check.text if _is_at_the_machine() else "",
                }
                for name, check in found.items()
            },
        }
        if db_server_status:
            answer["db_server_status"] = found["database"].status == beats.PASS
        return request.make_json_response(
            answer,
            headers=[("Cache-Control", "no-store")],
            status=503 if failed else 200,
        )

    @http.route("/srm/alive", type="http", auth="none", save_session=False)
    def alive(self):
        """This process answers; nothing is said about the rest."""
        return request.make_json_response(
            {"status": beats.PASS}, headers=[("Cache-Control", "no-store")]
        )


def _is_at_the_machine() -> bool:
    asked = request.httprequest
    forwarded = asked.headers.get("X-Forwarded-For") or asked.headers.get("Forwarded")
    return asked.remote_addr in ("127.0.0.1", "::1") and not forwarded
