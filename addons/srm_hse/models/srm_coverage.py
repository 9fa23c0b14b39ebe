from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.coverage import Cell, Count, by_theme, persons


class SrmCoverage(models.AbstractModel):
    """Counts behind every coverage figure: set-based, one statement per question.

    Covered = on the frozen list, not excluded, still at work on the cut-off date, and
    present (and passed, where the campaign asks for it) at a session held up to that
    date. SQL passes over the record rules, so the limits of the user are put back by
    :meth:`_seen`.
    """

    _name = "srm.coverage"
    _description = "Coverage of Campaigns"

    @api.model
    def _cube(self, campaigns, until) -> list[Cell]:
        """Persons by campaign, province, kind and employer."""
        return persons(self._counts(campaigns, until))

    @api.model
    def _theme_cube(self, campaigns, until) -> list[Cell]:
        """The same, once per theme of the campaign: a person may be covered on one
        theme and not on another, so cells of different themes never add up."""
        return self._theme_cells(campaigns, self._counts(campaigns, until))

    def _theme_cells(self, campaigns, counts: list[Count]) -> list[Cell]:
        themes = {campaign.id: campaign.theme_ids.ids for campaign in campaigns}
        return by_theme(counts, themes, self._theme_bits(campaigns))

    def _theme_bits(self, campaigns) -> dict[int, int]:
        """A bit per theme: one pass over the attendances then answers for them all."""
        return {
            theme.id: bit for bit, theme in enumerate(campaigns.theme_ids.sorted("id"))
        }

    @api.model
    def _counts(self, campaigns, until) -> list[Count]:
        """Every figure of the tables, in one pass over targets and attendances."""
        if not campaigns:
            return []
        campaigns.check_access("read")
        self._flush()
        query = SQL(
            """
            SELECT target.campaign_id, target.province_id, target.kind,
                   target.employer_id, reached.themes, count(*)
              FROM %(targets)s
              LEFT JOIN (%(reached)s) AS reached
                     ON reached.campaign_id = target.campaign_id
                    AND reached.worker_id = target.worker_id
             WHERE %(where)s
             GROUP BY 1, 2, 3, 4, 5
            """,
            targets=self._targets_sql(),
            reached=self._reached_sql(campaigns, until),
            where=self._where_sql(campaigns, until),
        )
        return [Count(*row) for row in self.env.execute_query(query)]

    def _flush(self) -> None:
        for name in (
            "srm.campaign",
            "srm.campaign.target",
            "srm.campaign.session",
            "srm.attendance",
        ):
            self.env[name].flush_model()
        self.env["srm.worker"].flush_model(["end_date"])

    def _targets_sql(self) -> SQL:
        return SQL(
            "srm_campaign_target AS target"
            " JOIN srm_worker AS worker ON worker.id = target.worker_id"
        )

    def _where_sql(self, campaigns, until) -> SQL:
        return SQL(
            """
            target.campaign_id IN %s AND target.excluded IS NOT TRUE
            AND (worker.end_date IS NULL OR worker.end_date >= %s) AND %s
            """,
            tuple(campaigns.ids),
            until,
            self._seen(),
        )

    def _seen(self) -> SQL:
        """A provincial user counts the provinces he or she may see."""
        provinces = self.env.user.srm_territory_ids.province_id
        regions = self.env.user.srm_territory_ids.filtered(
            lambda place: place.level == "region"
        )
        if self.env.su or not provinces or regions:
            return SQL("TRUE")
        return SQL("target.province_id IN %s", tuple(provinces.ids))

    def _reached_sql(self, campaigns, until) -> SQL:
        """``(campaign_id, worker_id, themes)``: who was reached, and on what."""
        bits = self._theme_bits(campaigns) or {0: 0}
        return SQL(
            """
            SELECT attendance.campaign_id, attendance.worker_id,
                   bit_or(held.themes) AS themes
              FROM srm_attendance AS attendance
              JOIN srm_campaign AS campaign ON campaign.id = attendance.campaign_id
              JOIN (
                    SELECT session.id, COALESCE(bit_or(1::bigint << bits.bit), 0)
                           AS themes
                      FROM srm_campaign_session AS session
                      LEFT JOIN srm_campaign_session_srm_theme_rel AS rel
                             ON rel.srm_campaign_session_id = session.id
                      LEFT JOIN unnest(%(themes)s::int[], %(bits)s::int[])
                                AS bits (theme, bit)
                             ON bits.theme = rel.srm_theme_id
                     WHERE session.campaign_id IN %(campaigns)s
                     GROUP BY session.id
                   ) AS held ON held.id = attendance.session_id
             WHERE attendance.campaign_id IN %(campaigns)s
               AND attendance.status = 'present' AND attendance.date <= %(until)s
               AND (campaign.require_pass IS NOT TRUE OR attendance.result = 'passed')
             GROUP BY attendance.campaign_id, attendance.worker_id
            """,
            themes=list(bits),
            bits=list(bits.values()),
            campaigns=tuple(campaigns.ids),
            until=until,
        )

    @api.model
    def _curve(self, campaign, until) -> list[tuple]:
        """``[(day, persons covered so far)]`` of one campaign, in order."""
        campaign.check_access("read")
        self._flush()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT reached.date, count(*)
                  FROM %(targets)s
                  JOIN (%(reached)s) AS reached
                    ON reached.campaign_id = target.campaign_id
                   AND reached.worker_id = target.worker_id
                 WHERE %(where)s
                 GROUP BY 1 ORDER BY 1
                """,
                targets=self._targets_sql(),
                reached=self.env["srm.attendance"]._first_presence_sql(
                    campaign.ids, until
                ),
                where=self._where_sql(campaign, until),
            )
        )
        return list(_running_total(rows))

    @api.model
    def _effort(self, campaigns, until) -> dict[int, dict]:
        """What was done, which is not coverage: attendances, hours, sessions.

        :return: ``{campaign id: {"attendances", "hours", "held", "planned"}}``
        """
        effort = {
            campaign.id: {"attendances": 0, "hours": 0.0, "held": 0, "planned": 0}
            for campaign in campaigns
        }
        for campaign, count, hours in self.env["srm.attendance"]._read_group(
            [
                ("campaign_id", "in", campaigns.ids),
                ("status", "=", "present"),
                ("date", "<=", until),
            ],
            ["campaign_id"],
            ["__count", "hours:sum"],
        ):
            effort[campaign.id].update(attendances=count, hours=hours)
        for campaign, state, count in self.env["srm.campaign.session"]._read_group(
            [
                ("campaign_id", "in", campaigns.ids),
                ("state", "in", ("planned", "done")),
            ],
            ["campaign_id", "state"],
            ["__count"],
        ):
            effort[campaign.id]["held" if state == "done" else "planned"] += count
        return effort

    @api.model
    def _cut_off(self, campaign, until=None):
        """The day asked for, else today while the campaign runs, else its last day."""
        if until:
            return fields.Date.to_date(until)
        today = fields.Date.context_today(self)
        if campaign.state == "closed":
            return min(today, campaign.date_end)
        return today


def _running_total(rows):
    total = 0
    for day, count in rows:
        total += count
        yield day, total
