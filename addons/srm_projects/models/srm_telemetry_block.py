import datetime

from psycopg2 import Binary
from srm_engine.telemetry_block import DAY, by_day, merge, pack, summary, unpack

from odoo import api, fields, models
from odoo.tools import SQL

EPOCH = datetime.date(1970, 1, 1)
#: Blocks locked, merged and written at once.
BATCH = 5_000


class SrmTelemetryBlock(models.Model):
    """A day (UTC) of a channel: its points, packed, and what they amount to.

    The packed points are a column of the table that no screen reads: only
    :meth:`_points` opens it.
    """

    _name = "srm.telemetry.block"
    _description = "Day of a Telecontrol Channel"
    _order = "day desc, channel_id"
    _rec_name = "channel_id"
    _log_access = False

    channel_id = fields.Many2one(
        "srm.telemetry.channel", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="channel_id.company_id")
    day = fields.Date(required=True, readonly=True, index=True)
    count = fields.Integer(string="Points", readonly=True)
    low = fields.Float(string="Lowest", readonly=True, digits=(16, 3), aggregator="min")
    mean = fields.Float(readonly=True, digits=(16, 3), aggregator="avg")
    high = fields.Float(
        string="Highest", readonly=True, digits=(16, 3), aggregator="max"
    )
    checked = fields.Boolean(readonly=True)

    _day_uidx = models.UniqueIndex(
        "(channel_id, day)", "This channel already has its block of the day."
    )
    _unchecked_idx = models.Index("(day) WHERE checked IS NOT TRUE")

    def init(self):
        self.env.cr.execute(
            SQL("ALTER TABLE srm_telemetry_block ADD COLUMN IF NOT EXISTS data bytea")
        )

    # Writing

    @api.model
    def _store(self, points: dict[int, list[tuple[int, float]]]) -> tuple[int, int]:
        """Merge points into their days.

        Safe to repeat, and when two senders give the same day at once: the blocks are
        locked in one order before they are read.

        :param points: ``{channel id: [(seconds since 1970, value)]}``
        :return: (points added, points whose value changed)
        """
        sent = {
            (channel, day): found
            for channel, listed in points.items()
            for day, found in by_day(listed).items()
        }
        added = changed = 0
        for keys in _batches(sorted(sent), BATCH):
            more, other = self._store_batch({key: sent[key] for key in keys})
            added, changed = added + more, changed + other
        self.env["srm.telemetry.channel"].flush_model()
        self._update_last(points)
        self.invalidate_model()
        return added, changed

    @api.model
    def _store_batch(self, sent: dict) -> tuple[int, int]:
        rows, before, added, changed = [], {}, 0, 0
        for block, channel, day, data in self._lock(list(sent)):
            merged = merge(unpack(bytes(data or b"")), sent[channel, _number(day)])
            if not (merged.added or merged.changed):
                continue
            if merged.before:
                before[channel, day] = merged.before
            figures = summary(merged.points)
            rows.append(
                (
                    block,
                    Binary(pack(merged.points)),
                    figures.count,
                    figures.low,
                    figures.mean,
                    figures.high,
                )
            )
            added, changed = added + merged.added, changed + merged.changed
        self._write_rows(rows)
        self.env["srm.telemetry.correction"]._keep(before)
        return added, changed

    @api.model
    def _lock(self, keys: list[tuple[int, int]]) -> list[tuple]:
        """(id, channel, day, data) of the blocks, made if they are new, locked."""
        channels = [channel for channel, _day in keys]
        days = [EPOCH + datetime.timedelta(day) for _channel, day in keys]
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO srm_telemetry_block (channel_id, day, "count", checked)
                SELECT channel, day, 0, FALSE
                  FROM unnest(%s::int[], %s::date[]) AS sent (channel, day)
                 ORDER BY channel, day
                    ON CONFLICT DO NOTHING
                """,
                channels,
                days,
            )
        )
        self.env.cr.execute(
            SQL(
                """
                SELECT block.id, block.channel_id, block.day, block.data
                  FROM srm_telemetry_block AS block
                  JOIN unnest(%s::int[], %s::date[]) AS sent (channel, day)
                    ON sent.channel = block.channel_id AND sent.day = block.day
                 ORDER BY block.channel_id, block.day
                   FOR UPDATE OF block
                """,
                channels,
                days,
            )
        )
        return self.env.cr.fetchall()

    @api.model
    def _write_rows(self, rows: list[tuple]):
        if not rows:
            return
        columns = [list(column) for column in zip(*rows, strict=True)]
        self.env.cr.execute(
            SQL(
                """
                UPDATE srm_telemetry_block AS block
                   SET data = sent.data, "count" = sent.many, low = sent.low,
                       mean = sent.mean, high = sent.high, checked = FALSE
                  FROM unnest(%s::int[], %s::bytea[], %s::int[], %s::float8[],
                              %s::float8[], %s::float8[])
                       AS sent (id, data, many, low, mean, high)
                 WHERE sent.id = block.id
                """,
                *columns,
            )
        )

    @api.model
    def _update_last(self, points: dict):
        """Last point of each channel, forwards only."""
        latest = {channel: max(found) for channel, found in points.items() if found}
        if not latest:
            return
        self.env.cr.execute(
            SQL(
                """
                UPDATE srm_telemetry_channel AS channel
                   SET last_moment = sent.moment, last_value = sent.value,
                       silent = FALSE
                  FROM unnest(%s::int[], %s::timestamp[], %s::float8[])
                       AS sent (id, moment, value)
                 WHERE sent.id = channel.id
                   AND (channel.last_moment IS NULL
                        OR channel.last_moment <= sent.moment
                        -- left by a clock that was wrong, here or at the sender
                        OR channel.last_moment > (now() AT TIME ZONE 'UTC')
                                                 + interval '1 day')
                """,
                list(latest),
                [utc(moment) for moment, _value in latest.values()],
                [value for _moment, value in latest.values()],
            )
        )
        channels = self.env["srm.telemetry.channel"].browse(latest)
        channels.invalidate_model()
        channels.modified(["last_moment", "last_value"])

    def _mark_checked(self):
        self.env.cr.execute(
            SQL(
                "UPDATE srm_telemetry_block SET checked = TRUE WHERE id = ANY(%s)",
                self.ids,
            )
        )
        self.invalidate_model(["checked"])

    # Reading

    @api.model
    def _points(self, channels, first, last) -> dict[int, list[tuple[int, float]]]:
        """``{channel id: [(seconds since 1970, value)]}`` of whole days, in order."""
        channels.check_access("read")
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT channel_id, day, data FROM srm_telemetry_block
                 WHERE channel_id = ANY(%s) AND day BETWEEN %s AND %s
                 ORDER BY channel_id, day
                """,
                channels.ids,
                first,
                last,
            )
        )
        found: dict[int, list[tuple[int, float]]] = {}
        for channel, day, data in self.env.cr.fetchall():
            start = _number(day) * DAY
            found.setdefault(channel, []).extend(
                (start + second, value)
                for second, value in unpack(bytes(data or b"")).items()
            )
        return found


def utc(seconds: int) -> datetime.datetime:
    """Moment as Odoo keeps it: UTC, without zone."""
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).replace(tzinfo=None)


def _number(day: datetime.date) -> int:
    """Days since 1970."""
    return (day - EPOCH).days


def _batches(keys: list, size: int):
    return (keys[start : start + size] for start in range(0, len(keys), size))
