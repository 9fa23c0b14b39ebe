import json
import re
import tempfile

from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wsgi import wrap_file

from odoo import http
from odoo.http import content_disposition, request

from ..tools.xlsx import MEDIA_TYPE, write_workbook_to

REPORT_NAME = re.compile(r"[a-z][a-z0-9_]*")
IN_MEMORY = 4 * 1024 * 1024
MAX_IDS = 100_000


class XlsxController(http.Controller):
    """Workbooks of records and dashboards: read only, with the rights of the user."""

    @http.route(
        "/srm/xlsx/<string:model>/<string:report>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def xlsx(self, model, report, ids="", options="{}", cids=""):
        """Download the report of a model.

        :param model: name of the model; it must have ``_xlsx_report_<report>``
        :param report: name of the report
        :param ids: record ids separated by commas
        :param options: JSON object given to the report as keyword arguments
        :param cids: companies chosen on screen, as in the address bar
        """
        if cids:
            # Companies the user may not see are refused when first read.
            request.update_context(allowed_company_ids=self._integers(cids))
        records = self._records(model, ids)
        build = self._builder(records, report)
        workbook = build(**self._options(options))
        stream = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
        write_workbook_to(stream, workbook.sheets, request.env.lang)
        size = stream.tell()
        stream.seek(0)
        return request.make_response(
            wrap_file(request.httprequest.environ, stream),
            headers=[
                ("Content-Type", MEDIA_TYPE),
                ("Content-Length", str(size)),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
                (
                    "Content-Disposition",
                    content_disposition(f"{workbook.filename}.xlsx"),
                ),
            ],
        )

    def _records(self, model, ids):
        if model not in request.env:
            raise NotFound()
        records = request.env[model].browse(self._integers(ids))
        if not records._abstract:
            records.check_access("read")
        return records

    def _integers(self, text):
        try:
            numbers = [int(part) for part in text.split(",") if part]
        except ValueError:
            raise BadRequest() from None
        if len(numbers) > MAX_IDS:
            raise BadRequest()
        return numbers

    def _builder(self, records, report):
        name = f"_xlsx_report_{report}"
        if not REPORT_NAME.fullmatch(report) or not hasattr(records, name):
            raise NotFound()
        return getattr(records, name)

    def _options(self, text):
        try:
            options = json.loads(text)
        except ValueError:
            raise BadRequest() from None
        if not isinstance(options, dict):
            raise BadRequest()
        return options
