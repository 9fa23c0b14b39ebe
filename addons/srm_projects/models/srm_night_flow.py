import datetime
from collections import defaultdict
from decimal import Decimal

from srm_engine.night_flow import HOUR, hours_of, lowest_of_night, pseudo_yield

from odoo import api, fields, models


class SrmNightFlow(models.Model):
    """Minimum night flow of a sector on a day, from its telecontrol channels."""

    _name = "srm.night.flow"
    _description = "Minimum Night Flow"
    _order = "date desc, sector_id"
    _rec_name = "sector_id"

    sector_id = fields.Many2one(
        "srm.sector", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        related="sector_id.company_id", store=True, precompute=True
    )
    territory_id = fields.Many2one(
        related="sector_id.territory_id", store=True, index="btree_not_null"
    )
    province_id = fields.Many2one(related="sector_id.province_id", store=True)
    date = fields.Date(required=True, readonly=True, index=True)
    night_flow = fields.Float(
        string="Night flow (m³/h)",
        readonly=True,
        digits=(12, 2),
        aggregator="avg",
        help="Lowest hourly mean between 2 and 4 in the morning.",
    )
    volume = fields.Float(
        string="Volume of the day (m³)",
        readonly=True,
        digits=(16, 1),
        help="0 when an hour of the day is missing.",
    )
    pseudo_yield = fields.Float(
        string="Pseudo-yield (%)",
        readonly=True,
        digits=(6, 2),
        aggregator="avg",
        help="1 - night flow × 24 h / volume of the day: an assumed formula.",
    )

    _date_uidx = models.UniqueIndex(
        "(sector_id, date)", "This sector already has its night."
    )

    @api.model
    def _update(self, blocks):
        """Nights of the sectors and local days that these blocks touch."""
        days = defaultdict(set)
        for block in blocks:
            channel = block.channel_id
            if channel.quantity == "flow" and channel.direction and channel.sector_id:
                # A day of UTC touches two local days.
                days[channel.sector_id] |= {
                    block.day,
                    block.day + datetime.timedelta(1),
                }
        rows = []
        for sector, found in days.items():
            rows += self._sector_rows(sector, found)
        self._write_rows(rows)

    @api.model
    def _sector_rows(self, sector, days) -> list[dict]:
        channels = self.env["srm.telemetry.channel"].search(
            [
                ("sector_id", "=", sector.id),
                ("quantity", "=", "flow"),
                ("direction", "!=", False),
            ]
        )
        zone = self.env["srm.telemetry.channel"]._zone()
        hours_by_day = {day: hours_of(day, zone) for day in sorted(days)}
        hourly = self._hourly(channels, hours_by_day)
        rows = []
        for day, hours in hours_by_day.items():
            flows = {start: hourly[start] for start in hours if start in hourly}
            night = lowest_of_night(flows, hours)
            if night is None:
                continue
            whole = len(flows) == len(hours)
            volume = sum(flows.values()) if whole else Decimal(0)
            rows.append(
                {
                    "sector_id": sector.id,
                    "date": day,
                    "night_flow": float(night),
                    "volume": float(volume),
                    "pseudo_yield": float(pseudo_yield(night, volume) or 0)
                    if volume
                    else 0.0,
                }
            )
        return rows

    @api.model
    def _hourly(self, channels, hours_by_day) -> dict:
        """``{start of the hour: net flow}``, hours that every channel measured."""
        margin = datetime.timedelta(1)
        points = self.env["srm.telemetry.block"]._points(
            channels, min(hours_by_day) - margin, max(hours_by_day) + margin
        )
        # Where the hours of this zone begin, in those of UTC.
        shift = min(map(min, hours_by_day.values())) % HOUR
        means = [
            (
                1 if channel.direction == "in" else -1,
                _hourly_means(points.get(channel.id, []), shift),
            )
            for channel in channels
        ]
        shared = set.intersection(*(set(found) for _way, found in means))
        net = {
            start: sum(way * found[start] for way, found in means) for start in shared
        }
        return {start: Decimal(repr(round(flow, 6))) for start, flow in net.items()}

    @api.model
    def _write_rows(self, rows: list[dict]):
        known = {
            (night.sector_id.id, night.date): night
            for night in self.search(
                [
                    ("sector_id", "in", [row["sector_id"] for row in rows]),
                    ("date", "in", [row["date"] for row in rows]),
                ]
            )
        }
        fresh = []
        for row in rows:
            night = known.get((row["sector_id"], row["date"]))
            if night:
                night.write(row)
            else:
                fresh.append(row)
        self.create(fresh)


def _hourly_means(points, shift) -> dict[int, float]:
    """``{start of the hour: mean}`` of points in seconds since 1970."""
    sums = {}
    for moment, value in points:
        start = moment - (moment - shift) % HOUR
        total, count = sums.get(start, (0.0, 0))
        sums[start] = (total + value, count + 1)
    return {start: total / count for start, (total, count) in sums.items()}
