"""Coverage tables over 100,000 workers and 300,000 attendances.

Everything is generated in the database by set-based statements inside one transaction
that is rolled back: the bench leaves nothing behind. ``size`` is the number of workers;
there are three attendances per worker, so that most persons attend more than once.
"""

import statistics
import time

from odoo import Command
from odoo.tools import SQL

SIZE = 100_000
PER_WORKER = 3
SESSIONS = 3_000
EMPLOYERS = 500
LIMIT_SECONDS = 1.0
TABLES = (
    "srm_worker",
    "srm_campaign_target",
    "srm_campaign_session",
    "srm_campaign_session_srm_theme_rel",
    "srm_attendance",
)


def run(env, size, compare):
    """Measure every coverage table.

    :param compare: also compute one table the naive way (read every attendance through
        the ORM and count in Python) and give the ratio
    :return: figures, ``ok`` when every table took less than a second
    """
    with env.cr.savepoint(flush=False) as savepoint:
        officer = _officer(env)
        campaign, until = _generate(officer, size)
        figures = _measure(officer, campaign, until)
        if compare:
            figures |= _compare(officer, campaign, figures)
        savepoint.rollback()
    # What waits for the commit speaks of records that are no more.
    env.cr.precommit.clear()
    env.invalidate_all(flush=False)
    seconds = {name: took for name, took in figures.items() if name.endswith("_s")}
    tables = {n: s for n, s in seconds.items() if n.startswith("table_")}
    return {
        "workers": size,
        **{
            name: round(value, 3) if isinstance(value, float) else value
            for name, value in figures.items()
        },
        "ok": max(tables.values()) < LIMIT_SECONDS,
    }


def _officer(env):
    """Environment of somebody who may see campaigns: an administrator may not."""
    names = ("srm_base.group_hse_officer", "base.group_partner_manager")
    groups = [env.ref(name).id for name in names]
    user = env["res.users"].create(
        {
            "name": "Bench",
            "login": "bench-coverage",
            "group_ids": [Command.set(groups)],
        }
    )
    return env(user=user)


def _generate(env, size):
    campaign = _campaign(env)
    started = time.perf_counter()
    ids = {"campaign": campaign.id, "company": env.company.id, "size": size}
    ids |= {"leader": env.uid, "first": _first_worker(env), "employers": EMPLOYERS}
    places = env["srm.territory"].search([("level", "=", "province")]).ids
    themes = campaign.theme_ids.ids
    for statement in (
        _workers_sql(ids, places),
        _targets_sql(ids),
        _sessions_sql(ids, places),
        _session_themes_sql(ids, themes),
        _attendances_sql(ids),
        _freeze_sql(ids),
    ):
        env.cr.execute(statement)
    for table in TABLES:
        env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
    env.invalidate_all(flush=False)
    env.cr.execute(SQL("SELECT current_date"))
    (until,) = env.cr.fetchone()
    print(f"generated in {time.perf_counter() - started:.1f} s")
    return campaign, until


def _campaign(env):
    campaign = env["srm.campaign"].create(
        {
            "name": "Bench",
            "theme_ids": env["srm.theme"].search([], limit=3).ids,
            "population_ids": env["srm.population"].search([], limit=2).ids,
            "date_start": "2026-01-01",
            "date_end": "2026-12-31",
        }
    )
    env["res.partner"].create(
        [{"name": f"Bench firm {n}", "ref": "bench-coverage"} for n in range(EMPLOYERS)]
    )
    env.flush_all()
    return campaign


def _first_worker(env):
    env.cr.execute(SQL("SELECT COALESCE(max(id), 0) + 1 FROM srm_worker"))
    return env.cr.fetchone()[0]


def _workers_sql(ids, places):
    return SQL(
        """
        INSERT INTO srm_worker (id, name, badge, kind, company_id, employer_id,
                                territory_id, province_id, active)
        SELECT %(first)s + n, 'Worker ' || n, 'BENCH' || n,
               CASE WHEN n %% 5 < 2 THEN 'employee' ELSE 'subcontractor' END,
               %(company)s, firm.id, place, place, TRUE
          FROM generate_series(0, %(size)s - 1) AS n
          JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS rank
                  FROM res_partner WHERE ref = 'bench-coverage') AS firm
            ON firm.rank = n %% %(employers)s
         CROSS JOIN LATERAL (
               SELECT (%(places)s::int[])[1 + n %% %(count)s]) AS spot (place)
        """,
        places=places,
        count=len(places),
        **{name: ids[name] for name in ("first", "company", "size", "employers")},
    )


def _targets_sql(ids):
    return SQL(
        """
        INSERT INTO srm_campaign_target (campaign_id, worker_id, kind, province_id,
                                         employer_id, excluded, manual)
        SELECT %(campaign)s, id, kind, province_id, employer_id, FALSE, FALSE
          FROM srm_worker WHERE id >= %(first)s
        """,
        campaign=ids["campaign"],
        first=ids["first"],
    )


def _sessions_sql(ids, places):
    return SQL(
        """
        INSERT INTO srm_campaign_session (name, campaign_id, company_id, kind, start,
                                          stop, date, duration, user_id, capacity,
                                          state, territory_id, province_id)
        SELECT 'Session ' || n, %(campaign)s, %(company)s, 'session', day,
               day + interval '2 hours', day::date, 2, %(leader)s, 100, 'done',
               place, place
          FROM generate_series(0, %(sessions)s - 1) AS n
         CROSS JOIN LATERAL (SELECT date_trunc('day', now() AT TIME ZONE 'UTC')
               - (n %% 200) * interval '1 day') AS moment (day)
         CROSS JOIN LATERAL (
               SELECT (%(places)s::int[])[1 + n %% %(count)s]) AS spot (place)
        """,
        sessions=SESSIONS,
        places=places,
        count=len(places),
        **{name: ids[name] for name in ("campaign", "company", "leader")},
    )


def _session_themes_sql(ids, themes):
    return SQL(
        """
        INSERT INTO srm_campaign_session_srm_theme_rel
               (srm_campaign_session_id, srm_theme_id)
        SELECT id, theme FROM srm_campaign_session, unnest(%(themes)s::int[]) AS theme
         WHERE campaign_id = %(campaign)s AND (id + theme) %% 3 > 0
        """,
        themes=themes,
        campaign=ids["campaign"],
    )


def _attendances_sql(ids):
    """Visits spread so that about 84 persons in a hundred come at least once."""
    return SQL(
        """
        INSERT INTO srm_attendance (session_id, campaign_id, date, province_id,
                                    company_id, user_id, worker_id, status, hours,
                                    result)
        SELECT held.id, held.campaign_id, held.date, held.province_id,
               held.company_id, held.user_id,
               %(first)s + (n::bigint * 7919 %% (%(size)s * 84 / 100)),
               'present', 2, 'pending'
          FROM generate_series(0, %(visits)s - 1) AS n
          JOIN (SELECT *, row_number() OVER (ORDER BY id) - 1 AS rank
                  FROM srm_campaign_session WHERE campaign_id = %(campaign)s) AS held
            ON held.rank = (n + 11 * (n / (%(size)s * 84 / 100))) %% %(sessions)s
        """,
        visits=ids["size"] * PER_WORKER,
        sessions=SESSIONS,
        **{name: ids[name] for name in ("first", "size", "campaign")},
    )


def _freeze_sql(ids):
    return SQL(
        "UPDATE srm_campaign SET state = 'running', frozen_date = current_date"
        " WHERE id = %s",
        ids["campaign"],
    )


def _measure(env, campaign, until):
    coverage, page = env["srm.coverage"], env["srm.coverage.page"]
    targets = env["srm.campaign.target"]
    mine = [("campaign_id", "=", campaign.id), ("covered", "=", False)]
    questions = {
        "table_cube_s": lambda: coverage._cube(campaign, until),
        "table_theme_s": lambda: coverage._theme_cube(campaign, until),
        "table_curve_s": lambda: coverage._curve(campaign, until),
        "table_effort_s": lambda: coverage._effort(campaign, until),
        "table_not_reached_s": lambda: targets.search_count(mine),
        "table_first_page_s": lambda: targets.search(mine, limit=80).ids,
        "table_comparison_s": lambda: page._comparison(campaign),
        "screen_s": lambda: page.get_page(campaign.id),
    }
    figures = {name: _timed(question) for name, question in questions.items()}
    shown = page.get_page(campaign.id)
    total = shown["total"]
    return figures | {
        "attendances": shown["effort"]["attendances"],
        "target": total["target"],
        "covered": total["covered"],
        "rate": total["rate"],
    }


def _timed(question, times=5):
    """Median of a few runs: what a person waits for on a server at work."""
    return statistics.median(_once(question) for _time in range(times))


def _once(question):
    started = time.perf_counter()
    question()
    return time.perf_counter() - started


def _compare(env, campaign, figures):
    def naive():
        people = {}
        lines = env["srm.attendance"].search(
            [("campaign_id", "=", campaign.id), ("status", "=", "present")]
        )
        reached = set(lines.mapped("worker_id.id"))
        for target in env["srm.campaign.target"].search(
            [("campaign_id", "=", campaign.id)]
        ):
            cell = people.setdefault((target.province_id.id, target.kind), [0, 0])
            cell[0] += 1
            cell[1] += target.worker_id.id in reached
        return people

    took = _timed(naive, 1)
    return {"naive_s": took, "ratio": took / figures["table_cube_s"]}
