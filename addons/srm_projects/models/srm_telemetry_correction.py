import datetime

from psycopg2 import Binary
from srm_engine.telemetry_block import pack, unpack

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.srm_base.tools.names import joined
from odoo.addons.srm_kit.guard import MEMORY

#: Lines of old values a screen shows.
SHOWN = 500


class SrmTelemetryCorrection(models.Model):
    """Stored points of a day that somebody sent again with other values.

    What was there before stays here, packed as the points of a day are: who replaced
    it, when. Nothing changes or deletes it, whoever asks.
    """

    _name = "srm.telemetry.correction"
    _description = "Corrected Telecontrol Points"
    _order = "id desc"
    _rec_name = "channel_id"
    _log_access = False
    _guard = MEMORY

    channel_id = fields.Many2one(
        "srm.telemetry.channel",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(related="channel_id.company_id")
    day = fields.Date(required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Sent by", required=True, readonly=True, ondelete="restrict"
    )
    moment = fields.Datetime(string="Received on", required=True, readonly=True)
    count = fields.Integer(string="Points", readonly=True)
    data = fields.Binary(attachment=False, readonly=True, groups=fields.NO_ACCESS)
    before = fields.Text(string="Values before", compute="_compute_before")

    @api.depends("channel_id", "day")
    def _compute_display_name(self):
        for correction in self:
            correction.display_name = joined(
                correction.channel_id.code, fields.Date.to_string(correction.day)
            )

    @api.depends("data")
    def _compute_before(self):
        for correction in self:
            values = correction._values()
            lines = [
                f"{datetime.timedelta(seconds=second)}  {value:g}"
                for second, value in list(values.items())[:SHOWN]
            ]
            more = ["…"] if len(values) > SHOWN else []
            correction.before = "\n".join(lines + more)

    def _values(self) -> dict[int, float]:
        """``{second of the day (UTC): value before}``."""
        self.ensure_one()
        self.check_access("read")
        self.env.cr.execute(
            SQL("SELECT data FROM srm_telemetry_correction WHERE id = %s", self.id)
        )
        (data,) = self.env.cr.fetchone()
        return unpack(bytes(data))

    @api.model
    def _keep(self, before: dict) -> None:
        """Keep the values that are being replaced.

        :param before: ``{(channel id, day): {second of the day: value}}``
        """
        if not before:
            return
        channels, days = zip(*before, strict=True)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO srm_telemetry_correction
                       (channel_id, day, user_id, moment, "count", data)
                SELECT channel, day, %s, now() AT TIME ZONE 'UTC', many, data
                  FROM unnest(%s::int[], %s::date[], %s::int[], %s::bytea[])
                       AS replaced (channel, day, many, data)
                """,
                self.env.uid,
                list(channels),
                list(days),
                [len(values) for values in before.values()],
                [Binary(pack(values)) for values in before.values()],
            )
        )
