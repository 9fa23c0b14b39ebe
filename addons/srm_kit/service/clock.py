"""What a clock that was wrong has left behind, put right when the clock is.

Odoo plans the next call of a scheduled action from the last one: run once with a clock
that is a year ahead, it waits for a year. An action whose last call lies in the future
was called by such a clock.
"""

import logging

import psycopg2

from odoo import sql_db
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

#: Seconds: several machines never agree on one.
TOLERANCE = 120
NOW = SQL("(now() AT TIME ZONE 'UTC')")
FUTURE = SQL("> %s + %s * interval '1 second'", NOW, TOLERANCE)


def bring_back(db_name: str) -> int:
    """Call again what a wrong clock put off; the number of actions and jobs."""
    try:
        with sql_db.db_connect(db_name).cursor() as cr:
            count = _actions(cr) + _jobs(cr)
    except psycopg2.Error as error:
        _logger.debug("Schedules not looked at: %s", error)
        return 0
    if count:
        _logger.warning("%s schedules of a wrong clock were brought back", count)
    return count


def _actions(cr) -> int:
    # Those at work are locked: they are looked at when they have ended.
    cr.execute(
        SQL(
            """
            UPDATE ir_cron SET nextcall = %(now)s, lastcall = %(now)s
             WHERE id IN (SELECT id FROM ir_cron WHERE active AND lastcall %(future)s
                             FOR NO KEY UPDATE SKIP LOCKED)
            """,
            now=NOW,
            future=FUTURE,
        )
    )
    return cr.rowcount


def _jobs(cr) -> int:
    cr.execute(SQL("SELECT to_regclass('queue_job')"))
    if not cr.fetchone()[0]:
        return 0
    # A job begun "tomorrow" is never found dead, one put off waits for years.
    cr.execute(
        SQL(
            """
            UPDATE queue_job
               SET eta = NULL, date_created = LEAST(date_created, %(now)s),
                   date_enqueued = LEAST(date_enqueued, %(now)s)
             WHERE id IN (SELECT id FROM queue_job
                           WHERE state IN ('pending', 'enqueued', 'started')
                             AND GREATEST(date_created, date_enqueued) %(future)s
                             FOR NO KEY UPDATE SKIP LOCKED)
            """,
            now=NOW,
            future=FUTURE,
        )
    )
    return cr.rowcount
