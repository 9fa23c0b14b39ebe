from werkzeug.exceptions import BadRequest, NotFound

from odoo import http
from odoo.http import content_disposition, request

LANGUAGES = ("fr_FR", "ar_001", "en_US")


class TypstPdfController(http.Controller):
    """PDF of one record printed by Typst, with the rights of the user."""

    @http.route(
        "/srm/pdf/<string:model>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def pdf(self, model, ids="", lang=""):
        """Download the document.

        :param model: name of a model that inherits ``srm.typst.mixin``
        :param ids: id of the record
        :param lang: language, by default that of the user
        """
        record = self._record(model, ids)
        if lang in LANGUAGES and request.env["res.lang"]._get_data(code=lang):
            record = record.with_context(lang=lang)
        return request.make_response(
            record._render_pdf(),
            headers=[
                ("Content-Type", "application/pdf"),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
                (
                    "Content-Disposition",
                    content_disposition(f"{record._print_title()}.pdf", "inline"),
                ),
            ],
        )

    def _record(self, model, ids):
        if model not in request.env or not hasattr(request.env[model], "_render_pdf"):
            raise NotFound()
        if not ids.isdigit():
            raise BadRequest()
        record = request.env[model].browse(int(ids)).exists()
        if not record:
            raise NotFound()
        record.check_access("read")
        return record
