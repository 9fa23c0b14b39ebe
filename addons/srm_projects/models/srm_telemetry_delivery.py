import base64
import csv
import datetime
import io

from odoo import api, fields, models
from odoo.tools.misc import format_datetime

from odoo.addons.srm_base.tools.names import joined
from odoo.addons.srm_kit.guard import Freeze, Guard

#: Refused points kept with their reason; a sender gone mad does not fill the disk.
MOST_KEPT = 5_000
KEPT_DAYS = 90
#: Characters kept of a cell of a refused point.
LONGEST_CELL = 200


class SrmTelemetryDelivery(models.Model):
    """A sending of points of which some were refused, or a file that was read.

    What was refused is kept as a file with the reasons, to be corrected and sent again.
    """

    _name = "srm.telemetry.delivery"
    _description = "Telecontrol Delivery"
    _order = "id desc"
    # Not held by the database: deliveries are forgotten after a while.
    _guard = Guard(freezes=(Freeze(always=True),), deletable=())

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    origin = fields.Selection(
        [("http", "Gateway"), ("file", "File")], required=True, readonly=True
    )
    file_name = fields.Char(readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Sent by", readonly=True, default=lambda self: self.env.user
    )
    received = fields.Integer(readonly=True)
    added = fields.Integer(readonly=True)
    changed = fields.Integer(readonly=True)
    unchanged = fields.Integer(readonly=True)
    refused = fields.Integer(readonly=True)
    refused_file = fields.Binary(string="Refused points", readonly=True)
    refused_name = fields.Char(compute="_compute_refused_name")

    @api.depends("origin", "file_name", "create_date")
    @api.depends_context("lang", "tz")
    def _compute_display_name(self):
        origins = dict(self._fields["origin"]._description_selection(self.env))
        for delivery in self:
            named = delivery.file_name or origins.get(delivery.origin, "")
            when = format_datetime(self.env, delivery.create_date)
            delivery.display_name = joined(named, when)

    def _compute_refused_name(self):
        for delivery in self:
            delivery.refused_name = f"refused-{delivery.id}.csv"

    @api.model
    def _keep(self, origin: str, found: dict, refused: list, file_name=False):
        """Trace of a sending; requests that went well leave none."""
        if origin == "http" and not refused:
            return self.browse()
        # Gateways send, they do not write the register of what they sent.
        return self.sudo().create(
            {
                "origin": origin,
                "user_id": self.env.uid,
                "file_name": file_name,
                "refused_file": self._refused_file(refused),
                **found,
            }
        )

    @api.model
    def _refused_file(self, refused: list):
        if not refused:
            return False
        texts = self.env["srm.telemetry.channel"]._reason_texts()
        buffer = io.StringIO()
        writer = csv.writer(buffer, delimiter=";")
        writer.writerow(["channel", "moment", "value", "line", "reason"])
        for number, row, code in refused[:MOST_KEPT]:
            cells = list(row)[:3] if isinstance(row, (list, tuple)) else [row]
            cells += [""] * (3 - len(cells))
            writer.writerow([*map(_harmless, cells), number, texts[code]])
        # A point may be refused because it holds what no text can.
        data = buffer.getvalue().encode("utf-8-sig", "backslashreplace")
        return base64.b64encode(data)

    @api.autovacuum
    def _gc_deliveries(self):
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=KEPT_DAYS)
        self.search([("create_date", "<", limit)])._by_code().unlink()


def _harmless(cell) -> str:
    """Short text that no spreadsheet takes for a formula."""
    plain = cell is None or isinstance(cell, str | int | float | datetime.date)
    text = str(cell)[:LONGEST_CELL] if plain else f"({type(cell).__name__})"
    number = text.lstrip("-").replace(".", "", 1).isdigit()
    return text if number or text[:1] not in "=+-@\t\r" else f"'{text}"
