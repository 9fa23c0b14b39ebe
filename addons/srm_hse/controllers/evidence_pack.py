from werkzeug.exceptions import NotFound

from odoo import fields, http
from odoo.http import content_disposition, request

ROLES = (
    "srm_base.group_hse_officer",
    "srm_base.group_director",
    "srm_base.group_administrator",
)


class EvidencePackController(http.Controller):
    """The ISO evidence pack: read only, with the rights of the user."""

    @http.route(
        "/srm/hse/evidence/<int:edition_id>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def evidence(self, edition_id):
        edition = request.env["srm.standard.edition"].browse(edition_id).exists()
        if not edition or not any(map(request.env.user.has_group, ROLES)):
            raise NotFound()
        edition.check_access("read")
        name = edition.display_name.replace(":", "-").replace(" ", "-")
        day = fields.Date.context_today(edition)
        return request.make_response(
            edition._evidence_pack(),
            headers=[
                ("Content-Type", "application/zip"),
                ("Cache-Control", "no-store"),
                ("Content-Disposition", content_disposition(f"{name}-{day}.zip")),
            ],
        )
