"""A million telecontrol points: taken in, then a year of a sector on its page.

Thirty channels of one sector send a point every quarter of an hour. The points come as
the endpoint receives them (JSON, 50,000 a request), by an account that may only send.
What is measured: reading the JSON, the checks, the writing, with a commit a request.
Then the least kind pattern, for information: one point for each of 5,000 channels a
request, so that every point rewrites its block.
"""

import datetime
import json
import time

from odoo import Command

SIZE = 1_000_000
CHANNELS = 30
STEP = 900
REQUEST = 50_000
LEAST_A_SECOND = 20_000
LIMIT_SECONDS = 1.0
LIVE_CHANNELS = 5_000
LIVE_ROUNDS = 24


def run(env, size, _compare):
    """Measure the ingest, the same points again, and the page of a year."""
    gateway = _user(env, "gateway", "srm_projects.group_telemetry_gateway")
    officer = _user(env, "officer", "srm_projects.group_network_officer")
    sector = _sector(env(user=officer), gateway)
    bodies = _bodies(size)
    channels = env["srm.telemetry.channel"].with_user(gateway)
    ingest, added, _changed = _send(env, channels, bodies)
    again, _added, changed = _send(env, channels, bodies[:4])
    page = env["srm.telemetry.page"].with_user(officer)
    env.invalidate_all()
    year = _timed(lambda: page.get_dashboard({"sector": sector.id, "period": "year"}))
    env.cr.execute("SELECT pg_total_relation_size('srm_telemetry_block')")
    (stored,) = env.cr.fetchone()
    rate = round(added / ingest)
    live = _live(env, officer, channels)
    return {
        "points": added,
        "ingest_s": round(ingest, 2),
        "points_a_second": rate,
        "live_points_a_second": round(live),
        "again_s": round(again, 2),
        "changed_again": changed,
        "year_page_s": round(year, 3),
        "bytes_a_point": round(stored / added, 1),
        "ok": rate >= LEAST_A_SECOND and year < LIMIT_SECONDS and not changed,
    }


def _user(env, login, group):
    return env["res.users"].create(
        {
            "name": login,
            "login": f"bench-{login}",
            "group_ids": [Command.set(env.ref(group).ids)],
        }
    )


def _sector(env, gateway):
    water = env["srm.service"].search([("code", "=", "water")])
    sector = env["srm.sector"].create(
        {"code": "BENCH", "name": "Bench", "service_id": water.id}
    )
    env["srm.telemetry.channel"].create(
        [
            {
                "code": f"BENCH-{number}",
                "name": f"Bench {number}",
                "sector_id": sector.id,
                "gateway_id": gateway.id,
                "direction": "in",
            }
            for number in range(CHANNELS)
        ]
    )
    return sector


def _live(env, officer, channels):
    """Points a second when each request holds one point of every channel."""
    env["srm.telemetry.channel"].with_user(officer).create(
        [
            {
                "code": f"LIVE-{number}",
                "name": f"Live {number}",
                "gateway_id": channels.env.uid,
            }
            for number in range(LIVE_CHANNELS)
        ]
    )
    now = int(datetime.datetime.now(datetime.UTC).timestamp())
    start = now - now % STEP - LIVE_ROUNDS * STEP
    bodies = [
        json.dumps(
            {
                "points": [
                    [f"LIVE-{number}", start + turn * STEP, number / 7]
                    for number in range(LIVE_CHANNELS)
                ]
            }
        ).encode()
        for turn in range(LIVE_ROUNDS)
    ]
    took, added, _changed = _send(env, channels, bodies)
    return added / took


def _bodies(size):
    """Requests in the order of time, as a gateway sends them."""
    now = int(datetime.datetime.now(datetime.UTC).timestamp())
    start = now - now % STEP - size // CHANNELS * STEP
    points = [
        [
            f"BENCH-{number % CHANNELS}",
            start + number // CHANNELS * STEP,
            round(40 + number * 7919 % 1000 / 37, 3),
        ]
        for number in range(size)
    ]
    return [
        json.dumps({"points": points[first : first + REQUEST]}).encode()
        for first in range(0, size, REQUEST)
    ]


def _send(env, channels, bodies):
    added = changed = 0
    started = time.perf_counter()
    for body in bodies:
        found = channels._receive(body)
        env.cr.commit()
        added, changed = added + found["added"], changed + found["changed"]
    return time.perf_counter() - started, added, changed


def _timed(step):
    started = time.perf_counter()
    step()
    return time.perf_counter() - started
