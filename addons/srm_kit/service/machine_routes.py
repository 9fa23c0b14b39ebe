"""Routes for machines: whatever happens, the answer is JSON.

``@http.route(..., type="srm_machine")``: like ``http``, but an error is
``{"error": text}`` with its status, and 503 when sending again later helps.
"""

import werkzeug.exceptions

from odoo.exceptions import AccessDenied, AccessError, UserError
from odoo.http import HttpDispatcher

from . import refusals


class MachineDispatcher(HttpDispatcher):
    routing_type = "srm_machine"

    def handle_error(self, exc: Exception):
        headers = None
        if isinstance(exc, werkzeug.exceptions.HTTPException):
            status, text = exc.code, exc.description
            headers = [
                header
                for header in exc.get_headers()
                if header[0] in ("WWW-Authenticate", "Retry-After", "Allow")
            ]
        elif refusals.may_be_repeated(exc):
            status, text = 503, str(exc)
            headers = [("Retry-After", str(refusals.RETRY_AFTER))]
        elif isinstance(exc, AccessError | AccessDenied):
            status, text = 403, str(exc)
        elif isinstance(exc, UserError):
            status, text = 400, str(exc)
        else:
            status, text = 500, refusals.broken(self.request.env)
        return self.request.make_json_response(
            {"error": text or ""}, headers=headers, status=status
        )
