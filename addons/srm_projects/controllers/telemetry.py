from odoo import http
from odoo.http import request

#: Bytes of one request, far above MOST_POINTS points.
MOST_BYTES = 32 * 1024 * 1024


class TelemetryController(http.Controller):
    """Where telecontrol gateways send their points."""

    @http.route(
        "/srm/telemetry/v1/points",
        type="srm_machine",
        auth="srm_gateway",
        methods=["POST"],
        csrf=False,
        save_session=False,
        max_content_length=MOST_BYTES,
    )
    def points(self):
        """Store points sent with an API key of a gateway (``Authorization: Bearer``).

        Body: ``{"points": [[channel, moment, value], ...]}``. Sending twice changes
        nothing: after a cut, send again.

        :return: 200 with what was stored and what was refused, and why; 400 when
            nothing can be read; 403 without the role; 413 when the body is too large;
            503 when the same should be sent again
        """
        if (request.httprequest.content_length or 0) > MOST_BYTES:
            text = request.env._("The body is too large: send fewer points at once.")
            return request.make_json_response({"error": text}, status=413)
        channels = request.env["srm.telemetry.channel"]
        body = request.httprequest.get_data(cache=False)
        return request.make_json_response(channels._receive(body))
