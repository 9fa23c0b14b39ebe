from zoneinfo import ZoneInfo

from odoo import api, fields, models

from odoo.addons.base.models.res_partner import _tz_get
from odoo.addons.srm_base.importer.errors import ImportFileError
from odoo.addons.srm_base.importer.table import filled_rows, open_table, stream_of

HEADERS = ("channel", "canal", "voie", "code", "القناة")
CHUNK = 50_000


class SrmTelemetryFile(models.TransientModel):
    """Points from a file: channel, moment, value."""

    _name = "srm.telemetry.file"
    _description = "Read a Telecontrol File"

    file = fields.Binary(required=True, attachment=False)
    file_name = fields.Char()
    tz = fields.Selection(
        _tz_get,
        string="Times without a zone are of",
        required=True,
        default=lambda self: str(self.env["srm.telemetry.channel"]._zone()),
    )

    def action_read(self):
        """Store the points; the refused ones wait in the delivery with their reason."""
        self.ensure_one()
        channels = self.env["srm.telemetry.channel"]
        channels._check_sender()
        try:
            with open_table(stream_of(self.file)) as reader:
                rows = self._rows(filled_rows(reader, reader.sheet_names[0]))
                zone = ZoneInfo(self.tz)
                found = channels._take(rows, "file", zone, self.file_name)
        except ImportFileError as error:
            named = self.env["srm.import"].new({"file_name": self.file_name})
            raise named._file_user_error(error) from error
        return {
            "type": "ir.actions.act_window",
            "res_model": "srm.telemetry.delivery",
            "res_id": found["delivery"],
            "views": [[False, "form"]],
        }

    @api.model
    def _rows(self, rows):
        """Lines of the file without its titles."""
        for number, cells in rows:
            first = str(cells[0] or "").strip().casefold()
            if number == 1 and first in HEADERS:
                continue
            yield number, cells[:3]
