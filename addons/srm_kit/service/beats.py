"""Signs of life that processes leave in the database, and what they tell.

A process that died says nothing, and neither does one that hangs: who wants to know
looks at when it was last heard. Moments are those of the database's clock.
"""

import logging
import os
import shutil
import socket
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass

import psycopg2

from odoo import sql_db
from odoo.tools import config

from . import time_zones

_logger = logging.getLogger(__name__)

CRON, JOBS, SERVER = "cron", "jobs", "server"
#: Seconds without a sign of life: schedulers and job runner wake up once a minute.
SILENCE = 150
#: Seconds after a start in which a part may still be coming up.
STARTING = 15
#: Seconds a scheduled action may work when the server sets no limit.
LONGEST = 24 * 3600
#: Seconds the database may take to answer.
PATIENCE = 3
#: Seconds two clocks may differ: beyond it, dates of one machine are wrong.
SKEW = 120
#: Bytes below which a document would be cut.
ROOM = 64 * 2**20
#: Lock that the job runner at work holds (``queue_job.jobrunner.runner``).
RUNNER_LOCK = 2293787760715711918

PASS, FAIL, WARN = "pass", "fail", "warn"


@dataclass(frozen=True)
class Check:
    """One part of the service: how it is, and a sentence for the operator."""

    status: str
    text: str


# Leaving signs


@contextmanager
def connection(db_name: str):
    """A connection of its own, which neither waits for long nor needs the pool."""
    _name, info = sql_db.connection_info_for(db_name)
    options = f"-c statement_timeout={PATIENCE * 1000}"
    with closing(
        psycopg2.connect(**info, connect_timeout=PATIENCE, options=options)
    ) as found:
        found.autocommit = True
        with found.cursor() as cr:
            yield cr


def beat(db_name: str, name: str, busy: str | None = None) -> bool:
    """Leave a sign of life; never fails, whatever the database says.

    :param busy: what takes long now, until the next sign
    """
    try:
        with connection(db_name) as cr:
            cr.execute(
                """
                INSERT INTO srm_heartbeat AS known (name, beat_at, busy, place)
                VALUES (%(name)s, now() AT TIME ZONE 'UTC', %(busy)s, %(place)s)
                ON CONFLICT (name) DO UPDATE
                   SET beat_at = EXCLUDED.beat_at, busy = EXCLUDED.busy,
                       place = EXCLUDED.place
                """,
                {"name": name, "busy": busy, "place": _place()},
            )
    except psycopg2.Error as error:
        _logger.debug("No sign of life of %s: %s", name, error)
        return False
    return True


def _place() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


# Reading them


def checks(db_name: str) -> dict[str, Check]:
    """Every part of the service by name."""
    found = {"disk": _disk()}
    try:
        with connection(db_name) as cr:
            found["database"] = Check(PASS, "answers")
            found["clock"] = _clock(cr)
            found["time_zones"] = _time_zones(cr)
            beats = _beats(cr)
            found["cron"] = _cron(beats)
            found["jobs"] = _jobs(cr, beats)
    except psycopg2.Error as error:
        reason = (str(error).strip().splitlines() or ["no answer"])[0]
        found.setdefault("database", Check(FAIL, reason))
        if found["database"].status == PASS:
            found["database"] = Check(FAIL, reason)
    return found


def failed(found: dict[str, Check]) -> bool:
    return any(check.status == FAIL for check in found.values())


def _disk() -> Check:
    try:
        free = shutil.disk_usage(config["data_dir"]).free
    except OSError as error:
        return Check(FAIL, str(error))
    text = f"{free // 2**20} MB free"
    return Check(PASS if free > ROOM else FAIL, text)


def _clock(cr) -> Check:
    cr.execute("SELECT EXTRACT(EPOCH FROM now())")
    skew = abs(time.time() - float(cr.fetchone()[0]))
    text = f"{skew:.0f} s between this machine and the database"
    return Check(PASS if skew < SKEW else FAIL, text)


def _time_zones(cr) -> Check:
    wrong = time_zones.wrong_in_python()
    if time_zones.wrong_in_database(cr):
        wrong.append("PostgreSQL")
    if not wrong:
        return Check(PASS, "up to date")
    told = (f"{name} ({time_zones.REMEDIES[name]})" for name in wrong)
    return Check(WARN, f"out of date in {', '.join(told)}")


def _beats(cr) -> dict[str, tuple[float, str]]:
    """``{name: (seconds since the sign, busy with)}``."""
    cr.execute("SELECT to_regclass('srm_heartbeat')")
    if not cr.fetchone()[0]:
        return {}
    cr.execute(
        "SELECT name, EXTRACT(EPOCH FROM now() AT TIME ZONE 'UTC' - beat_at), busy"
        " FROM srm_heartbeat"
    )
    return {name: (float(age), busy or "") for name, age, busy in cr.fetchall()}


def _cron(beats: dict[str, tuple[float, str]]) -> Check:
    age, busy = beats.get(CRON, (float("inf"), ""))
    limit = config["limit_time_real_cron"]
    longest = (limit if limit > 0 else LONGEST) if busy else 0
    # A sign of the future was left when the clock was wrong: it says nothing.
    alive = -SKEW < age < SILENCE + longest
    return _alive(alive, age, busy, beats)


def _jobs(cr, beats: dict[str, tuple[float, str]]) -> Check:
    cr.execute(
        "SELECT 1 FROM ir_module_module"
        " WHERE name = 'queue_job' AND state = 'installed'"
    )
    if not cr.fetchone():
        return Check(PASS, "not used")
    cr.execute(
        "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted"
        " AND database = (SELECT oid FROM pg_database WHERE datname ="
        " current_database()) AND (classid::bigint << 32) | objid::bigint = %s",
        [RUNNER_LOCK],
    )
    age, _busy = beats.get(JOBS, (float("inf"), ""))
    alive = bool(cr.fetchone()) and -SKEW < age < SILENCE
    return _alive(alive, age, "", beats)


def _alive(alive: bool, age: float, busy: str, beats: dict) -> Check:
    heard = f"last heard {age:.0f} s ago" if abs(age) < LONGEST else "not heard"
    text = f"{heard}, busy with {busy}" if busy else heard
    if alive:
        return Check(PASS, text)
    since_start, _busy = beats.get(SERVER, (float("inf"), ""))
    if 0 <= since_start < STARTING:
        return Check(PASS, "starting")
    return Check(FAIL, text)
