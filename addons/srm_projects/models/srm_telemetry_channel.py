import datetime
import json
import math
import time
from zoneinfo import ZoneInfo

from srm_engine.errors import RuleError
from srm_engine.json_rows import rows_one_by_one
from srm_engine.telemetry import Limits
from srm_engine.telemetry_points import (
    distinct,
    local_moments,
    local_time_of,
    moment_of,
    value_of,
)

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.srm_base.tools.names import joined

GATEWAY = "srm_projects.group_telemetry_gateway"
OFFICER = "srm_projects.group_network_officer"
QUANTITIES = [
    ("flow", "Flow (m³/h)"),
    ("pressure", "Pressure (m)"),
    ("level", "Level (m)"),
    ("chlorine", "Chlorine (mg/l)"),
    ("power", "Power (kW)"),
    ("counter", "Running hours"),
]
#: Points of one request: enough for a region's quarter of an hour, little memory.
MOST_POINTS = 200_000
#: A channel that is this many steps late is silent.
SILENT_STEPS = 4


class SrmTelemetryChannel(models.Model):
    """What a sensor measures at a place, how often, and what is plausible."""

    _name = "srm.telemetry.channel"
    _description = "Telecontrol Channel"
    _order = "code"
    _rec_names_search = ["code", "name"]

    code = fields.Char(required=True, help="As the telecontrol system names it.")
    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    gateway_id = fields.Many2one(
        "res.users",
        index="btree_not_null",
        ondelete="restrict",
        domain=lambda self: [("all_group_ids", "in", self.env.ref(GATEWAY).ids)],
        help="The account whose key sends the points of this channel: no other one's "
        "does. Without a gateway, points come from files only.",
    )
    sector_id = fields.Many2one(
        "srm.sector", index="btree_not_null", ondelete="restrict"
    )
    section_id = fields.Many2one(
        "srm.network.section",
        string="Structure",
        index="btree_not_null",
        ondelete="restrict",
    )
    territory_id = fields.Many2one(
        "srm.territory", compute="_compute_territory_id", store=True
    )
    quantity = fields.Selection(QUANTITIES, required=True, default="flow", index=True)
    direction = fields.Selection(
        [("in", "Enters the sector"), ("out", "Leaves the sector")],
        help="Of a flow: those of a sector make its night flow.",
    )
    step = fields.Integer(
        string="Seconds between two points",
        required=True,
        default=900,
        aggregator=None,
    )
    bounded = fields.Boolean(
        string="Check the range", help="Values outside the two bounds are flagged."
    )
    low = fields.Float(string="Lowest plausible", digits=(16, 3), aggregator=None)
    high = fields.Float(string="Highest plausible", digits=(16, 3), aggregator=None)
    jump = fields.Float(
        string="Largest jump",
        digits=(16, 3),
        aggregator=None,
        help="Between two points that follow; 0: not checked.",
    )
    frozen = fields.Integer(
        string="Equal values in a row",
        aggregator=None,
        help="As many as no living sensor gives; 0: not checked.",
    )
    last_moment = fields.Datetime(string="Last point", readonly=True)
    last_value = fields.Float(readonly=True, digits=(16, 3), aggregator=None)
    silent = fields.Boolean(readonly=True, index=True)
    finding_ids = fields.One2many("srm.telemetry.finding", "channel_id")
    correction_count = fields.Integer(
        string="Corrections", compute="_compute_correction_count"
    )
    open_findings = fields.Integer(string="To look at", compute="_compute_open")

    _code_uidx = models.UniqueIndex(
        "(company_id, code)", "This channel already exists."
    )
    _step_positive = models.Constraint(
        "CHECK (step BETWEEN 1 AND 86400)", "A step is between a second and a day."
    )
    _bounds_ordered = models.Constraint(
        "CHECK (NOT bounded OR low < high)",
        "The lowest plausible value is below the highest.",
    )
    _checks_positive = models.Constraint(
        "CHECK (COALESCE(jump, 0) >= 0 AND COALESCE(frozen, 0) >= 0)",
        "A jump and a number of values are not negative.",
    )

    def init(self):
        # The last point of every channel is written each quarter of an hour: room on
        # the page keeps these updates out of the indexes.
        self.env.cr.execute(
            SQL("ALTER TABLE srm_telemetry_channel SET (fillfactor = 50)")
        )

    @api.depends("code", "name")
    def _compute_display_name(self):
        for channel in self:
            channel.display_name = joined(channel.code, channel.name)

    @api.depends("sector_id.territory_id", "section_id.territory_id")
    def _compute_territory_id(self):
        for channel in self:
            channel.territory_id = (
                channel.section_id.territory_id or channel.sector_id.territory_id
            )

    @api.depends("finding_ids.state")
    def _compute_open(self):
        groups = self.env["srm.telemetry.finding"]._read_group(
            [("channel_id", "in", self.ids), ("state", "=", "open")],
            ["channel_id"],
            ["__count"],
        )
        counts = {channel.id: count for channel, count in groups}
        for channel in self:
            channel.open_findings = counts.get(channel.id, 0)

    def _compute_correction_count(self):
        groups = self.env["srm.telemetry.correction"]._read_group(
            [("channel_id", "in", self.ids)], ["channel_id"], ["__count"]
        )
        counts = {channel.id: count for channel, count in groups}
        for channel in self:
            channel.correction_count = counts.get(channel.id, 0)

    def _engine_limits(self) -> Limits:
        return Limits(
            low=self.low if self.bounded else None,
            high=self.high if self.bounded else None,
            step=self.step,
            jump=self.jump or None,
            frozen=self.frozen,
        )

    # Points that arrive

    @api.model
    def _check_sender(self):
        user = self.env.user
        if not (self.env.su or user.has_group(GATEWAY) or user.has_group(OFFICER)):
            raise AccessError(
                self.env._(
                    "Only a telecontrol gateway or a network officer sends points."
                )
            )

    @api.model
    def _receive(self, body: bytes) -> dict:
        """Take the points of a request; see the guide for its shape.

        :param body: JSON, ``{"points": [[channel, moment, value], ...]}``; moments in
            seconds since 1970 or ISO 8601 with a zone
        :return: what :meth:`_take` returns
        :raises UserError: when nothing of the body can be read
        """
        self._check_sender()
        try:
            points = _points(body)
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise UserError(
                self.env._(
                    'The body is not JSON with "points": [[channel, moment, value]].'
                )
            ) from error
        if not isinstance(points, list):
            raise UserError(self.env._('"points" is not a list.'))
        if len(points) > MOST_POINTS:
            raise UserError(
                self.env._(
                    "%(count)s points at once: send at most %(most)s.",
                    count=len(points),
                    most=MOST_POINTS,
                )
            )
        return self._take(enumerate(points, start=1), "http")

    @api.model
    def _take(
        self,
        rows,
        origin: str,
        zone: datetime.tzinfo | None = None,
        file_name: str | bool = False,
    ) -> dict:
        """Store what can be; what cannot is kept with its reason.

        :param rows: ``(number, [channel code, moment, value])``
        :param file_name: of the file they come from
        :return: ``{"received", "added", "changed", "unchanged", "refused",
            "reasons": [[number, text]...], "delivery": id or None}``
        """
        ids = self._codes()
        points, refused = self._sort(rows, ids, zone)
        received = len(refused) + sum(map(len, points.values()))
        added, changed = self.env["srm.telemetry.block"]._store(points)
        taken = received - len(refused)
        found = {
            "received": received,
            "added": added,
            "changed": changed,
            "unchanged": taken - added - changed,
            "refused": len(refused),
        }
        deliveries = self.env["srm.telemetry.delivery"]
        delivery = deliveries._keep(origin, found, refused, file_name)
        texts = self._reason_texts()
        reasons = [[number, texts[code]] for number, _row, code in refused[:100]]
        return {**found, "reasons": reasons, "delivery": delivery.id or None}

    @api.model
    def _codes(self) -> dict[str, int]:
        """Channels that the sender sees, by code."""
        return {channel.code: channel.id for channel in self.search_fetch([], ["code"])}

    @api.model
    def _sort(self, rows, ids, zone):
        """``({channel id: [(moment, value)]}, [(number, row, reason)])``."""
        read, local, refused = {}, {}, []
        now = int(time.time())
        for number, row in rows:
            try:
                channel, moment, value = _read_row(row, ids)
                when = local_time_of(moment) if zone else None
                if when:
                    local.setdefault(channel, {})[number] = (when, value)
                    continue
                point = (moment_of(moment, now), value)
            except RuleError as error:
                refused.append((number, row, error.code))
            else:
                read.setdefault(channel, {})[number] = point
        codes = {channel: code for code, channel in ids.items()}
        for channel, times in local.items():
            found, wrong = _localised(times, zone, now)
            read.setdefault(channel, {}).update(found)
            refused += [
                (number, [codes[channel], *times[number]], code)
                for number, code in wrong.items()
            ]
        points = {}
        for channel, found in read.items():
            points[channel], second = distinct(found)
            refused += [
                (number, [codes[channel], *found[number]], "moment_twice")
                for number in second
            ]
        return points, sorted(refused, key=lambda one: one[0])

    @api.model
    def _reason_texts(self) -> dict[str, str]:
        return {
            "row_shape": self.env._("a point is a channel, a moment and a value"),
            "channel_unknown": self.env._(
                "no channel has this code, or it is bound to another gateway"
            ),
            "moment_unreadable": self.env._("the moment cannot be read"),
            "moment_without_zone": self.env._(
                "the moment has no time zone: end it with Z or +01:00"
            ),
            "moment_outside": self.env._(
                "the moment is before 2000 or in the future: check the clock"
            ),
            "moment_ambiguous": self.env._(
                "the clock went back and shows this moment twice, the order of the "
                "points does not tell which: write it with its zone"
            ),
            "moment_skipped": self.env._(
                "the clock went forward over this moment: write it with its zone"
            ),
            "moment_twice": self.env._(
                "the same sending gives another value for this moment: send the right "
                "one"
            ),
            "value_unreadable": self.env._("the value is not a number"),
            "value_outside": self.env._("the value is larger than any sensor measures"),
        }

    @api.model
    def _zone(self):
        """Zone of the times that people and loggers read."""
        return ZoneInfo(self.env.company.partner_id.tz or "Africa/Casablanca")

    # What is read

    def _daily(self, first: datetime.date, last: datetime.date) -> dict:
        """``{day: (lowest, mean, highest)}`` over the channels, weighted by points."""
        self.check_access("read")
        self.env["srm.telemetry.block"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT day, MIN(low), SUM(mean * "count") / SUM("count"), MAX(high)
                  FROM srm_telemetry_block
                 WHERE channel_id = ANY(%s) AND day BETWEEN %s AND %s
                 GROUP BY day ORDER BY day
                """,
                self.ids,
                first,
                last,
            )
        )
        return {day: tuple(figures) for day, *figures in self.env.cr.fetchall()}

    @api.model
    def _update_silent(self):
        """Flag the channels that stopped sending, and those that send again."""
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                UPDATE srm_telemetry_channel SET silent = late
                  FROM (SELECT id, last_moment IS NOT NULL AND last_moment
                               < (now() AT TIME ZONE 'UTC')
                                 - step * %s * interval '1 second' AS late
                          FROM srm_telemetry_channel WHERE active) AS known
                 WHERE known.id = srm_telemetry_channel.id
                   AND silent IS DISTINCT FROM late
                """,
                SILENT_STEPS,
            )
        )
        self.invalidate_model(["silent"])

    def action_view_page(self):
        self.ensure_one()
        return self.env["srm.telemetry.page"]._action(channel=self.id)

    def action_view_corrections(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "srm_projects.action_srm_telemetry_correction"
        )
        return action | {"domain": [("channel_id", "=", self.id)], "context": {}}

    def action_view_findings(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "srm_projects.action_srm_telemetry_finding"
        )
        return action | {"domain": [("channel_id", "=", self.id)], "context": {}}


#: Digits of a JSON number that may be a moment or a value; longer ones are neither.
LONGEST_NUMBER = 30


def _points(body: bytes):
    """``"points"`` of a request; what is no character, no number or no JSON stays in
    its place, where it is refused alone."""
    text = body.decode(json.detect_encoding(body), "replace")
    try:
        return _json(text)["points"]
    except (ValueError, RecursionError):
        found = rows_one_by_one(text, "points", _json)
        if not any(found or ()):
            raise
        return found


def _json(text: str):
    return json.loads(
        text,
        parse_int=lambda digits: (
            int(digits) if len(digits) <= LONGEST_NUMBER else math.inf
        ),
    )


def _read_row(row, ids):
    """``(channel id, moment as written, value)`` of a point."""
    if not isinstance(row, list | tuple) or len(row) != 3:
        raise RuleError("row_shape", "a point is a channel, a moment and a value")
    code, moment, value = row
    if not isinstance(code, str) or code not in ids:
        raise RuleError("channel_unknown", "no channel has this code")
    return ids[code], moment, value_of(value)


def _localised(times, zone, now):
    """``({number: (moment, value)}, {number: reason})`` of the local times of a
    channel."""
    moments, wrong = local_moments(
        {number: when for number, (when, _value) in times.items()}, zone, now
    )
    return {number: (at, times[number][1]) for number, at in moments.items()}, wrong
