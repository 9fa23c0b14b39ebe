from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.http import request

#: Bytes of one request, far above MOST_POINTS points.
MOST_BYTES = 32 * 1024 * 1024


class TelemetryController(http.Controller):
    """Where telecontrol gateways send their points."""

    @http.route(
        "/srm/telemetry/v1/points",
        type="http",
        auth="bearer",
        methods=["POST"],
        csrf=False,
        save_session=False,
    )
    def points(self):
        """Store points sent with an API key of a gateway (``Authorization: Bearer``).

        Body: ``{"points": [[channel, moment, value], ...]}``. Sending twice changes
        nothing: after a cut, send again.

        :return: 200 with what was stored and what was refused, and why; 400 when
            nothing can be read; 403 without the role; 413 when the body is too large
        """
        if (request.httprequest.content_length or 0) > MOST_BYTES:
            text = request.env._("The body is too large: send fewer points at once.")
            return request.make_json_response({"error": text}, status=413)
        channels = request.env["srm.telemetry.channel"]
        try:
            found = channels._receive(request.httprequest.get_data(cache=False))
        except AccessError as error:
            return request.make_json_response({"error": str(error)}, status=403)
        except UserError as error:
            return request.make_json_response({"error": str(error)}, status=400)
        return request.make_json_response(found)
