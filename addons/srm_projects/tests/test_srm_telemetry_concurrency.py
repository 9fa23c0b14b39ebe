import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from psycopg2 import OperationalError

from odoo import SUPERUSER_ID, api
from odoo.sql_db import db_connect
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

DAY = 1_750_000_000 - 1_750_000_000 % 86_400


@tagged("post_install", "-at_install")
class TestTelemetryConcurrency(BaseCase):
    """Two gateways send the same day of a channel at once: no point is lost.

    The records are committed, so that both transactions see them, and removed at the
    end whatever happened.
    """

    def setUp(self):
        super().setUp()
        self.database = db_connect(get_db_name())
        with self._transaction() as env:
            self.channel = (
                env["srm.telemetry.channel"]
                .create({"code": "TWO-AT-ONCE", "name": "Two at once"})
                .id
            )
        self.addCleanup(self._remove)

    @contextmanager
    def _transaction(self):
        with self.database.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            yield env
            env.flush_all()  # leaving the block commits

    def _remove(self):
        with self._transaction() as env:
            env["srm.telemetry.channel"].browse(self.channel).unlink()

    def _store(self, env, second):
        env["srm.telemetry.block"]._store({self.channel: [(DAY + second, 1.0)]})

    def _send(self, second, started):
        """What the server does with a request: try again after a conflict."""
        for _time in range(5):
            try:
                with self._transaction() as env:
                    started.set()
                    self._store(env, second)
                    return True
            except OperationalError:
                continue
        return False

    @mute_logger("odoo.sql_db")
    def test_the_same_day_at_once(self):
        started = threading.Event()
        with ThreadPoolExecutor(1) as pool:
            with self._transaction() as first:
                self._store(first, 0)
                other = pool.submit(self._send, 900, started)
                started.wait(10)
            self.assertTrue(other.result(30))
        with self._transaction() as env:
            block = env["srm.telemetry.block"].search(
                [("channel_id", "=", self.channel)]
            )
            self.assertEqual(block.count, 2)
