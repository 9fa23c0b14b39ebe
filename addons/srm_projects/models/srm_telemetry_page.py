import datetime

from srm_engine.telemetry import expected_points

from odoo import api, fields, models
from odoo.tools.misc import format_datetime

PERIODS = {"day": 1, "week": 7, "month": 31, "year": 365}
#: Points drawn on a chart; more would not be seen.
DRAWN = 400
DETAILED = 7
#: Channels offered by name; the list of channels opens any other one.
MOST_LISTED = 500


class SrmTelemetryPage(models.AbstractModel):
    """Telecontrol on a page: flow and pressure of a sector, or one channel."""

    _name = "srm.telemetry.page"
    _inherit = "srm.dashboard.mixin"
    _description = "Telecontrol page"
    _dashboard_groups = (
        "srm_projects.group_network_officer",
        "srm_base.group_project_manager",
        "srm_base.group_director",
        "srm_base.group_administrator",
    )

    @api.model
    def _action(self, **filters):
        action = self.env["ir.actions.client"]._for_xml_id(
            "srm_projects.action_srm_telemetry_page"
        )
        params = {"model": self._name, "filters": filters}
        return action | {"params": params}

    @api.model
    def _get_dashboard(self, filters):
        channels = self._channels(filters)
        first, last = self._period(filters)
        return {
            "title": self.env._("Telecontrol"),
            "filters": self._filters(filters),
            "cards": self._cards(channels, first, last),
            "charts": self._charts(channels, first, last),
            "tables": [self._channels_table(channels)],
        }

    # What is asked

    @api.model
    def _channels(self, filters):
        channels = self.env["srm.telemetry.channel"]
        for name, field in (("channel", "id"), ("sector", "sector_id")):
            value = str(filters.get(name) or "")
            if value.isdigit():
                return channels.search([(field, "=", int(value))])
        sector = self._sectors()[:1]
        return channels.search([("sector_id", "=", sector.id)]) if sector else channels

    @api.model
    def _sectors(self):
        return (
            self.env["srm.telemetry.channel"]
            .search([("sector_id", "!=", False)])
            .sector_id.sorted("code")
        )

    @api.model
    def _period(self, filters):
        days = PERIODS.get(filters.get("period"), PERIODS["month"])
        last = fields.Date.context_today(self)
        return last - datetime.timedelta(days - 1), last

    @api.model
    def _filters(self, filters):
        channels = self.env["srm.telemetry.channel"].search([], limit=MOST_LISTED)
        every = ("", self.env._("All"))
        periods = {
            "month": self.env._("Thirty-one days"),
            "day": self.env._("Today"),
            "week": self.env._("Seven days"),
            "year": self.env._("A year"),
        }
        return [
            self._dashboard_filter(
                "sector",
                self.env._("Sector"),
                [(str(one.id), one.display_name) for one in self._sectors()],
            ),
            self._dashboard_filter(
                "channel",
                self.env._("Channel"),
                [every, *((str(one.id), one.display_name) for one in channels)],
            ),
            self._dashboard_filter(
                "period", self.env._("Period"), list(periods.items())
            ),
        ]

    # What is shown

    @api.model
    def _cards(self, channels, first, last):
        findings = self.env["srm.telemetry.finding"].search(
            [("channel_id", "in", channels.ids), ("state", "=", "open")]
        )
        silent = channels.filtered("silent")
        label = self.env._("Anomalies to look at")
        silent_label = self.env._("Silent channels")
        cards = [
            self._dashboard_card(
                "complete",
                self.env._("Points received (%)"),
                self._completeness(channels, first, last),
                "percent",
            ),
            self._dashboard_card(
                "findings",
                label,
                len(findings),
                tone="warning" if findings else "info",
                action=self._dashboard_action(
                    "srm_projects.action_srm_telemetry_finding",
                    label,
                    [("id", "in", findings.ids)],
                ),
            ),
            self._dashboard_card(
                "silent",
                silent_label,
                len(silent),
                tone="danger" if silent else "info",
                action=self._dashboard_action(
                    "srm_projects.action_srm_telemetry_channel",
                    silent_label,
                    [("id", "in", silent.ids)],
                ),
            ),
        ]
        return cards + self._night_card(channels)

    @api.model
    def _night_card(self, channels):
        nights = self.env["srm.night.flow"].search(
            [("sector_id", "in", channels.sector_id.ids)], limit=1
        )
        if not nights:
            return []
        label = self.env._("Last night flow (m³/h)")
        action = self._dashboard_action(
            "srm_projects.action_srm_night_flow",
            label,
            [("sector_id", "in", channels.sector_id.ids)],
        )
        hint = nights.date.strftime("%d/%m/%Y")
        return [
            self._dashboard_card(
                "night", label, nights.night_flow, "decimal", hint=hint, action=action
            )
        ]

    @api.model
    def _completeness(self, channels, first, last):
        """Points received of those expected until now, in percent."""
        ((received,),) = self.env["srm.telemetry.block"]._read_group(
            [("channel_id", "in", channels.ids), ("day", ">=", first)],
            [],
            ["count:sum"],
        )
        start = datetime.datetime.combine(first, datetime.time())
        seconds = int((fields.Datetime.now() - start).total_seconds())
        expected = sum(expected_points(seconds, one.step) for one in channels)
        return round(min(100 * (received or 0) / expected, 100), 1) if expected else 0

    @api.model
    def _charts(self, channels, first, last):
        labels = dict(channels._fields["quantity"]._description_selection(self.env))
        groups = channels.grouped("quantity")
        charts = []
        for quantity, found in groups.items():
            detailed = (last - first).days < DETAILED
            draw = self._point_chart if detailed else self._day_chart
            charts.append(draw(quantity, labels[quantity], found, first, last))
        return charts

    @api.model
    def _day_chart(self, quantity, title, channels, first, last):
        """Lowest, mean and highest of each day: no block is opened."""
        days = channels._daily(first, last)
        names = (
            self.env._("Lowest"),
            self.env._("Mean"),
            self.env._("Highest"),
        )
        return self._dashboard_chart(
            quantity,
            title,
            "line",
            [day.strftime("%d/%m/%y") for day in days],
            [
                (name, [round(figures[place], 2) for figures in days.values()])
                for place, name in enumerate(names)
            ],
            format="decimal",
        )

    @api.model
    def _point_chart(self, quantity, title, channels, first, last):
        """Every point of a few days, a line for each channel."""
        zone = self.env["srm.telemetry.channel"]._zone()
        points = self.env["srm.telemetry.block"]._points(channels, first, last)
        moments = sorted({moment for found in points.values() for moment, _v in found})
        every = max(len(moments) // DRAWN, 1)
        shown = moments[::every]
        series = []
        for channel in channels:
            values = dict(points.get(channel.id, []))
            series.append(
                (channel.display_name, [values.get(moment) for moment in shown])
            )
        return self._dashboard_chart(
            quantity,
            title,
            "line",
            [
                datetime.datetime.fromtimestamp(moment, zone).strftime("%d/%m %H:%M")
                for moment in shown
            ],
            series,
            format="decimal",
        )

    @api.model
    def _channels_table(self, channels):
        columns = [
            (self.env._("Channel"), "text"),
            (self.env._("Last point"), "text"),
            (self.env._("Last value"), "decimal"),
            (self.env._("To look at"), "integer"),
        ]
        rows = [
            [
                channel.display_name,
                format_datetime(self.env, channel.last_moment)
                if channel.last_moment
                else "-",
                channel.last_value,
                channel.open_findings,
            ]
            for channel in channels
        ]
        actions = [
            {
                "type": "ir.actions.act_window",
                "res_model": "srm.telemetry.channel",
                "res_id": channel.id,
                "views": [[False, "form"]],
            }
            for channel in channels
        ]
        return self._dashboard_table(self.env._("Channels"), columns, rows, actions)
