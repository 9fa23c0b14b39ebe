import threading
from concurrent.futures import ThreadPoolExecutor

from psycopg2 import OperationalError

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.srm_base.tests.common import ConcurrencyCase

DAY = 1_750_000_000 - 1_750_000_000 % 86_400


@tagged("post_install", "-at_install")
class TestTelemetryConcurrency(ConcurrencyCase):
    """Two gateways send the same day of a channel at once: no point is lost."""

    def _create(self, env):
        channel = env["srm.telemetry.channel"]
        channel = channel.create({"code": "TWO-AT-ONCE", "name": "Two at once"})
        self.channel = channel.id

    def _remove(self):
        with self._transaction(commit=True) as env:
            channel = env["srm.telemetry.channel"].browse(self.channel)
            env["srm.telemetry.block"].search(
                [("channel_id", "=", channel.id)]
            ).unlink()
            channel.unlink()

    def _store(self, env, second):
        env["srm.telemetry.block"]._store({self.channel: [(DAY + second, 1.0)]})

    def _send(self, second, started):
        """What the server does with a request: try again after a conflict."""
        for _time in range(5):
            try:
                with self._transaction(commit=True) as env:
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
            with self._transaction(commit=True) as first:
                self._store(first, 0)
                other = pool.submit(self._send, 900, started)
                started.wait(10)
            self.assertTrue(other.result(30))
        with self._transaction(commit=True) as env:
            block = env["srm.telemetry.block"].search(
                [("channel_id", "=", self.channel)]
            )
            self.assertEqual(block.count, 2)
