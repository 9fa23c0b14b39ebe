import datetime
import logging

from srm_engine.telemetry import check

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.srm_base.importer.piecemeal import Piecemeal
from odoo.addons.srm_kit.guard import Freeze, Guard, Step

from .srm_telemetry_block import utc

_logger = logging.getLogger(__name__)

KINDS = [
    ("out_of_range", "Outside its range"),
    ("jump", "Jump"),
    ("frozen", "Frozen"),
    ("gap", "Gap"),
]
#: Blocks checked between two commits of the scheduled job.
BATCH = 500


def _pass_over(block, error):
    _logger.error("%s, %s: %r", block.channel_id.code, block.day, error)
    block._mark_checked()


class SrmTelemetryFinding(models.Model):
    """What is wrong with the points of a channel: somebody looks and says why."""

    _name = "srm.telemetry.finding"
    _description = "Telecontrol Anomaly"
    _order = "moment desc, id desc"
    _rec_name = "channel_id"
    _guard = Guard(
        steps={"explain": Step(("open",), "explained", signs="user_id")},
        freezes=(Freeze(("explained",)),),
        deletable=(),
    )

    channel_id = fields.Many2one(
        "srm.telemetry.channel", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        related="channel_id.company_id", store=True, precompute=True
    )
    territory_id = fields.Many2one(
        related="channel_id.territory_id", store=True, index="btree_not_null"
    )
    sector_id = fields.Many2one(related="channel_id.sector_id", store=True)
    kind = fields.Selection(KINDS, required=True, readonly=True, index=True)
    moment = fields.Datetime(required=True, readonly=True)
    until = fields.Datetime(readonly=True)
    value = fields.Float(readonly=True, digits=(16, 3), aggregator=None)
    state = fields.Selection(
        [("open", "To look at"), ("explained", "Explained")],
        required=True,
        default="open",
        readonly=True,
        index=True,
    )
    note = fields.Char(string="Explanation")
    user_id = fields.Many2one("res.users", string="Looked at by", readonly=True)

    _moment_uidx = models.UniqueIndex(
        "(channel_id, moment, kind)", "This anomaly is already known."
    )

    def action_explain(self):
        """Close what was looked at; the explanation stays with it."""
        self._take_step("explain")
        return True

    # Checks

    @api.model
    def _cron_check(self):
        """Check the days that received points, then their nights; flag the silent."""
        while blocks := self._next_blocks():
            # What cannot be checked is said in the log, and looked at no more.
            Piecemeal(self.env.cr.savepoint, self._check_blocks, _pass_over).run(blocks)
            remaining = self._count_unchecked()
            if not self.env["ir.cron"]._commit_progress(
                len(blocks), remaining=remaining
            ):
                return
        self.env["srm.telemetry.channel"]._update_silent()

    @api.model
    def _next_blocks(self):
        return self.env["srm.telemetry.block"].search(
            [("checked", "!=", True), ("count", ">", 0)],
            order="day, channel_id",
            limit=BATCH,
        )

    @api.model
    def _count_unchecked(self) -> int:
        return self.env["srm.telemetry.block"].search_count(
            [("checked", "!=", True), ("count", ">", 0)]
        )

    @api.model
    def _check_blocks(self, blocks):
        """Findings of these days; those somebody explained are left as they are."""
        first = min(blocks.mapped("day"))
        points = self.env["srm.telemetry.block"]._points(
            blocks.channel_id,
            first - datetime.timedelta(1),
            max(blocks.mapped("day")),
        )
        rows = []
        for channel, found in blocks.grouped("channel_id").items():
            days = set(found.mapped("day"))
            rows += self._channel_rows(channel, days, points.get(channel.id, []))
        self._replace(blocks, rows)
        blocks._mark_checked()
        self.env["srm.night.flow"]._update(blocks)

    @api.model
    def _channel_rows(self, channel, days, points) -> list[tuple]:
        return [
            (
                channel.id,
                finding.kind,
                utc(finding.moment),
                utc(finding.until),
                finding.value,
            )
            for finding in check(points, channel._engine_limits())
            if utc(finding.until).date() in days
        ]

    @api.model
    def _replace(self, blocks, rows: list[tuple]):
        """Write the findings of the days anew, once each."""
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM srm_telemetry_finding AS finding
                 USING unnest(%s::int[], %s::date[]) AS checked (channel, day)
                 WHERE finding.channel_id = checked.channel
                   AND finding.until >= checked.day AND finding.until < checked.day + 1
                   AND finding.state = 'open'
                """,
                [block.channel_id.id for block in blocks],
                blocks.mapped("day"),
            )
        )
        known = self._known(rows)
        fresh = [row for row in rows if (row[0], row[2], row[1]) not in known]
        self.create(
            [
                {
                    "channel_id": channel,
                    "kind": kind,
                    "moment": moment,
                    "until": until,
                    "value": value,
                }
                for channel, kind, moment, until, value in fresh
            ]
        )
        self.invalidate_model()

    @api.model
    def _known(self, rows) -> set[tuple]:
        found = self.search(
            [
                ("channel_id", "in", [row[0] for row in rows]),
                ("moment", "in", [row[2] for row in rows]),
            ]
        )
        return {(one.channel_id.id, one.moment, one.kind) for one in found}
