"""Signs of life: who leaves them, and what is said when they stop."""

import datetime
import json
import zoneinfo
from unittest.mock import patch

import psycopg2

from odoo.service import server
from odoo.sql_db import db_connect
from odoo.tests import BaseCase, HttpCase, TransactionCase, get_db_name, tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_cron import IrCron

from ..service import beats, clock, probes, schedulers, time_zones

YEAR = datetime.timedelta(days=365)


class Beats(BaseCase):
    """Rows that processes of their own write: committed, removed afterwards."""

    def setUp(self):
        super().setUp()
        self.database = get_db_name()
        self.addCleanup(self.execute, "DELETE FROM srm_heartbeat")
        self.execute("DELETE FROM srm_heartbeat")

    def execute(self, sql, *args):
        with db_connect(self.database).cursor() as cr:
            cr.execute(sql, args)

    def age(self, name, seconds, busy=None):
        self.execute(
            "INSERT INTO srm_heartbeat (name, beat_at, busy) VALUES (%s,"
            " now() AT TIME ZONE 'UTC' - %s * interval '1 second', %s)"
            " ON CONFLICT (name) DO UPDATE"
            " SET beat_at = EXCLUDED.beat_at, busy = EXCLUDED.busy",
            *(name, seconds, busy),
        )

    def status(self, name):
        return beats.checks(self.database)[name].status


@tagged("post_install", "-at_install")
class TestChecks(Beats):
    def test_a_scheduler_that_was_heard_of_lately(self):
        self.age(beats.CRON, 70)
        self.assertEqual(self.status("cron"), beats.PASS)

    def test_silent_schedulers(self):
        self.assertEqual(self.status("cron"), beats.FAIL, "never heard of")
        self.age(beats.CRON, beats.SILENCE + 5)
        self.assertEqual(self.status("cron"), beats.FAIL)

    def test_one_at_work_for_long_is_not_silent(self):
        self.age(beats.CRON, 1800, busy="Night figures")
        self.assertEqual(self.status("cron"), beats.PASS)
        self.age(beats.CRON, 5 * 24 * 3600, busy="Night figures")
        self.assertEqual(self.status("cron"), beats.FAIL)

    def test_a_sign_of_the_future_says_nothing(self):
        self.age(beats.CRON, -YEAR.total_seconds())
        self.assertEqual(self.status("cron"), beats.FAIL)

    def test_a_part_may_still_be_coming_up(self):
        self.age(beats.SERVER, 3)
        self.assertEqual(self.status("cron"), beats.PASS)
        self.age(beats.SERVER, 3600)
        self.assertEqual(self.status("cron"), beats.FAIL)

    def test_no_job_runner(self):
        """The runner at work holds a lock: without it the sign alone is old news."""
        self.age(beats.JOBS, 5)
        self.assertEqual(self.status("jobs"), beats.FAIL)
        with beats.connection(self.database) as cr:
            cr.execute("SELECT pg_advisory_lock(%s)", [beats.RUNNER_LOCK])
            self.assertEqual(self.status("jobs"), beats.PASS)
            self.age(beats.JOBS, 3600)
            self.assertEqual(self.status("jobs"), beats.FAIL, "it hangs")

    def test_no_room_on_the_disk(self):
        usage = (10**12, 10**12, beats.ROOM - 1)
        full = type(
            "Usage", (), dict(zip(("total", "used", "free"), usage, strict=True))
        )
        with patch.object(beats.shutil, "disk_usage", return_value=full):
            self.assertEqual(self.status("disk"), beats.FAIL)

    def test_a_clock_beside_that_of_the_database(self):
        with patch.object(beats.time, "time", return_value=0.0):
            self.assertEqual(self.status("clock"), beats.FAIL)

    def test_no_database(self):
        found = beats.checks("no_such_database_t")
        self.assertEqual(found["database"].status, beats.FAIL)
        self.assertTrue(beats.failed(found))


@tagged("post_install", "-at_install")
class TestSchedulers(Beats):
    def setUp(self):
        super().setUp()
        schedulers._looked.clear()

    def test_a_sign_at_each_look_for_work(self):
        with patch.object(schedulers, "_odoo_process_jobs"):
            IrCron._process_jobs(self.database)
        self.assertEqual(self.status("cron"), beats.PASS)

    def test_a_sign_that_cannot_be_left_stops_nothing(self):
        with patch.object(schedulers, "_odoo_process_jobs") as work:
            IrCron._process_jobs("no_such_database_t")
        work.assert_called_once_with("no_such_database_t")

    @mute_logger("odoo.addons.srm_kit.service.schedulers")
    def test_the_thread_goes_on_when_the_database_comes_back(self):
        """Odoo's thread ends with its connection."""

        class Stop(BaseException):
            pass

        lives = []

        def live(_self, _number):
            lives.append(1)
            raise Stop if len(lives) == 3 else psycopg2.OperationalError("gone")

        kept = schedulers._keep_thread(live)
        with (
            patch.object(schedulers.time, "sleep"),
            patch.object(schedulers, "_databases", lambda: [self.database]),
            self.assertRaises(Stop),
        ):
            kept(object(), 0)
        self.assertEqual(len(lives), 3)
        self.assertEqual(self.status("cron"), beats.PASS)
        self.assertEqual(server.ThreadedServer.cron_thread.__name__, "cron_thread")


@tagged("post_install", "-at_install")
class TestClock(Beats):
    """The clock was a year ahead for an hour, then somebody put it right."""

    def setUp(self):
        super().setUp()
        with db_connect(self.database).cursor() as cr:
            cr.execute("SELECT id, nextcall, lastcall FROM ir_cron ORDER BY id LIMIT 2")
            self.known = cr.fetchall()
        self.addCleanup(self._restore)

    def _restore(self):
        for cron, nextcall, lastcall in self.known:
            self.execute(
                "UPDATE ir_cron SET nextcall = %s, lastcall = %s WHERE id = %s",
                *(nextcall, lastcall, cron),
            )

    def _calls(self):
        with db_connect(self.database).cursor() as cr:
            cr.execute(
                "SELECT nextcall < now() AT TIME ZONE 'UTC' + interval '1 minute'"
                " FROM ir_cron WHERE id = ANY(%s) ORDER BY id",
                [[cron for cron, _next, _last in self.known]],
            )
            return [soon for (soon,) in cr.fetchall()]

    def test_actions_called_by_that_clock_are_called_again(self):
        now = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
        (ahead, *_), (planned, *_) = self.known
        plan = (
            "UPDATE ir_cron SET active = TRUE, lastcall = %s, nextcall = %s"
            " WHERE id = %s"
        )
        self.execute(plan, now + YEAR, now + YEAR, ahead)
        # Planned far ahead by a person: nothing is wrong with it.
        self.execute(plan, now, now + YEAR, planned)
        self.assertEqual(self._calls(), [False, False])
        self.assertGreaterEqual(clock.bring_back(self.database), 1)
        self.assertEqual(self._calls(), [True, False])
        self.assertEqual(clock.bring_back(self.database), 0)


@tagged("post_install", "-at_install")
class TestTimeZones(TransactionCase):
    def test_python_reads_the_rules_of_the_packages(self):
        """Whatever the machine has: Morocco is on UTC since 20 September 2026."""
        self.assertEqual(zoneinfo.TZPATH, ())
        self.assertEqual(time_zones.wrong_in_python(), [])

    def test_old_rules_are_told(self):
        zone = zoneinfo.ZoneInfo("Europe/London")
        self.assertFalse(time_zones._knows(zone))
        with self.assertLogs(time_zones._logger, "WARNING") as logs:
            time_zones.report.__wrapped__(("PostgreSQL",))
        self.assertIn("Remedy", logs.output[0])

    def test_those_of_the_database_are_looked_at(self):
        self.env.cr.execute("SET LOCAL timezone = 'UTC'")
        self.assertIn(time_zones.wrong_in_database(self.env.cr), (True, False))


@tagged("post_install", "-at_install")
class TestHealthPage(HttpCase):
    def answer(self, **statuses):
        found = {name: beats.Check(status, "") for name, status in statuses.items()}
        with patch.object(beats, "checks", return_value=found):
            return self.url_open("/web/health")

    def test_all_parts_work(self):
        answer = self.answer(database=beats.PASS, cron=beats.PASS, zones=beats.WARN)
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.json()["status"], "pass")

    def test_one_does_not(self):
        for name in ("database", "cron", "jobs", "disk"):
            answer = self.answer(**{"database": beats.PASS, name: beats.FAIL})
            self.assertEqual(answer.status_code, 503)
            body = json.loads(answer.text)
            self.assertEqual(body["status"], "fail")
            self.assertEqual(body["checks"][name]["status"], "fail")

    def test_sentences_are_for_whoever_sits_at_the_machine(self):
        found = {"database": beats.Check(beats.FAIL, "socket /tmp/x refused")}
        with patch.object(beats, "checks", return_value=found):
            here = self.url_open("/web/health")
            outside = self.url_open(
                "/web/health", headers={"X-Forwarded-For": "196.200.1.1"}
            )
        self.assertIn("/tmp/x", here.text)
        self.assertEqual(outside.status_code, 503)
        self.assertNotIn("/tmp/x", outside.text)

    def test_a_watcher_that_names_no_host(self):
        """HTTP/1.0, as the plain check of a balancer."""
        environ = {"SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8069"}
        with patch.object(probes, "_odoo_call") as call:
            probes._call(None, environ, None)
        self.assertEqual(call.call_args.args[1]["HTTP_HOST"], "127.0.0.1:8069")

    def test_a_balancer_asks_for_the_process_alone(self):
        with patch.object(beats, "checks", side_effect=AssertionError):
            self.assertEqual(self.url_open("/srm/alive").status_code, 200)
