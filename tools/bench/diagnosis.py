"""100,000 network sections scored by ten criteria and ranked.

Sections, breaks and sectors are generated in the database by set-based statements
inside a transaction that is rolled back. What is measured is the button of the screen:
the values are read, the engine scores them, the ranking is written with the points of
every criterion.
"""

import time

from odoo import Command
from odoo.tools import SQL

SIZE = 100_000
BREAKS = 20_000
LIMIT_SECONDS = 5.0


def run(env, size, _compare):
    """Measure one ranking, its first page and the urgent plan made of it."""
    with env.cr.savepoint(flush=False) as savepoint:
        officer = _officer(env)
        _generate(officer, size)
        figures = _measure(officer)
        env.flush_all()
        savepoint.rollback()
    env.cr.precommit.clear()
    env.invalidate_all(flush=False)
    return {"sections": size, **figures, "ok": figures["rank_s"] < LIMIT_SECONDS}


def _officer(env):
    group = env.ref("srm_projects.group_network_officer")
    user = env["res.users"].create(
        {
            "name": "Bench",
            "login": "bench-diagnosis",
            "group_ids": [Command.set(group.ids)],
        }
    )
    return env(user=user)


def _generate(env, size):
    started = time.perf_counter()
    water = env["srm.service"].search([("code", "=", "water")])
    places = env["srm.territory"].search([("level", "=", "commune")]).ids
    env.flush_all()
    env.cr.execute(
        SQL(
            """
            INSERT INTO srm_network_section
                   (code, kind, service_id, company_id, active, territory_id, year,
                    diameter, length_m, customers, critical_customers, flooding,
                    breaks_taken_over, grade, cost, duty_factor, location_factor)
            SELECT 'BENCH' || n, 'main', %(service)s, %(company)s, TRUE,
                   (%(places)s::int[])[1 + n %% %(count)s], 1950 + n %% 70,
                   100 + n %% 500, 20 + n %% 900, n * 7919 %% 5000, n %% 4,
                   n %% 97 = 0, n * 31 %% 9, (1 + n %% 5)::text,
                   (50000 + n * 7 %% 900000)::numeric, 1, 1
              FROM generate_series(1, %(size)s) AS n
            """,
            service=water.id,
            company=env.company.id,
            places=places,
            count=len(places),
            size=size,
        )
    )
    env.cr.execute(
        SQL(
            """
            INSERT INTO srm_network_break (section_id, company_id, date, cause)
            SELECT id, company_id, current_date - (id %% 1500)::int, 'age'
              FROM srm_network_section WHERE code LIKE 'BENCH%%'
             ORDER BY code LIMIT %s
            """,
            BREAKS,
        )
    )
    for table in ("srm_network_section", "srm_network_break"):
        env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
    env.invalidate_all(flush=False)
    print(f"generated in {time.perf_counter() - started:.1f} s")


def _measure(env):
    ranking = env["srm.priority.ranking"].create(
        {
            "service_id": env["srm.service"].search([("code", "=", "water")]).id,
            "grid_id": env.ref("srm_projects.grid_equal").id,
        }
    )
    figures = {"rank_s": _timed(ranking.action_rank)}
    lines = env["srm.priority.line"]
    page = {name: {} for name in ("rank", "section_id", "score", "part_breaks")}
    mine = [("ranking_id", "=", ranking.id)]
    figures["first_page_s"] = _timed(
        lambda: lines.web_search_read(mine, page, limit=80)
    )
    plan = env["srm.urgent.plan"].create(
        {"title": "Bench", "ranking_id": ranking.id, "ceiling": 20_000_000}
    )
    figures["plan_s"] = _timed(plan.action_build)
    return figures | {"ranked": ranking.line_count, "taken": plan.taken_count}


def _timed(step):
    started = time.perf_counter()
    step()
    return round(time.perf_counter() - started, 3)
