import base64
import os
import signal
import subprocess
import sys
from unittest.mock import patch

from odoo import api
from odoo.exceptions import UserError
from odoo.sql_db import db_connect
from odoo.tests import BaseCase, new_test_user, tagged
from odoo.tests.common import get_db_name
from odoo.tools import config, mute_logger

from .srm_import_common import ImportCase, supplier, table, xlsx

MODELS = "odoo.addons.srm_base.models"
CHUNK = 4


def small_chunks(test_class):
    """Work in the background at once, by chunks of four rows."""
    for target, value in (
        (f"{MODELS}.srm_import_check.CHUNK_ROWS", CHUNK),
        (f"{MODELS}.srm_import_load.CHUNK_ROWS", CHUNK),
        (f"{MODELS}.srm_import_progress.DIRECT_ROWS", 0),
    ):
        patcher = patch(target, value)
        patcher.start()
        test_class.addClassCleanup(patcher.stop)


@tagged("post_install", "-at_install")
class TestSrmImportRun(ImportCase):
    """Background work, chunk after chunk."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        small_chunks(cls)

    def queued(self, count=10, **bad):
        rows = [supplier(number) for number in range(1, count + 1)]
        rows[1].update(bad)
        record = self.new_import(xlsx([*table(rows), ["Total", None, None]]))
        record.action_preview()
        record.action_check()
        return record

    def work(self, record, chunks=None):
        """Work through a run, or through some chunks as if killed after them."""
        done = []

        def keep_on(rows):
            done.append(rows)
            self.env.flush_all()
            self.env.invalidate_all()
            return chunks is None or len(done) < chunks

        record.run_id._as_launcher()._work(keep_on)
        record.invalidate_recordset()
        return done

    def lines(self, record):
        return sorted(record.row_ids.mapped("line_number"))

    def cron(self):
        cron = type(self.env["ir.cron"])
        with patch.object(cron, "_commit_progress", lambda *args, **kw: float("inf")):
            self.env["srm.import.run"]._cron_run()
        self.env.invalidate_all()

    def test_a_large_file_waits_for_the_background(self):
        record = self.queued()
        self.assertEqual(record.run_state, "queued")
        self.assertTrue(record.is_running)
        self.assertFalse(record.row_ids)
        trigger = self.env["ir.cron.trigger"].search(
            [("cron_id", "=", self.env.ref("srm_base.ir_cron_srm_import_run").id)]
        )
        self.assertTrue(trigger)
        with self.assertRaisesRegex(UserError, "worked through"):
            record.action_cancel()

    def test_chunks_and_progress(self):
        record = self.queued()
        self.assertEqual(record.get_progress()["state"], "queued")
        self.assertEqual(self.work(record, chunks=1), [4])
        progress = record.get_progress()
        self.assertEqual(
            (progress["state"], progress["job"], progress["done"], progress["total"]),
            ("running", "check", 4, 11),
        )
        self.assertEqual(progress["percent"], 36)
        self.assertEqual(self.work(record), [4, 2])
        self.assertEqual(record.get_progress()["percent"], 100)
        self.assertEqual(record.state, "checked")

    def test_resume_after_a_kill_stages_no_row_twice(self):
        record = self.queued()
        self.work(record, chunks=2)
        self.assertEqual(self.lines(record), list(range(2, 10)))
        self.assertEqual(record.run_id.cursor, 9)
        self.work(record)
        self.assertEqual(self.lines(record), list(range(2, 12)))
        total = record.total_ids
        self.assertEqual((total.file_count, total.waiting_count), (10, 10))
        self.assertIn("12: Total", record.ignored_text)

    def test_an_uncommitted_chunk_leaves_no_trace(self):
        record = self.queued()
        self.work(record, chunks=1)
        handler = type(self.env["srm.import.handler.suppliers"])
        with patch.object(handler, "_check_rows", side_effect=MemoryError):
            with self.assertRaises(MemoryError), self.env.cr.savepoint():
                self.work(record)
        self.env.invalidate_all()
        self.assertEqual((record.run_id.cursor, record.run_id.rows_done), (5, 4))
        self.work(record)
        self.assertEqual(self.lines(record), list(range(2, 12)))

    def test_duplicates_are_found_across_chunks(self):
        record = self.queued(**{"Code fournisseur": "F-00009"})
        self.work(record)
        second = self.row(record, 10)
        self.assertEqual(self.codes(second), [("reference", "reference_twice")])
        self.assertIn("line 3", second.reason_text)

    def test_load_resumes_too(self):
        record = self.queued()
        self.work(record)
        record.action_load()
        self.work(record, chunks=1)
        self.assertEqual(record.loaded_count, 4)
        self.work(record)
        self.assertEqual((record.loaded_count, record.state), (10, "loaded"))
        self.assertEqual(self.env["srm.origin"].search_count([]), 10)

    def test_stop_then_resume(self):
        record = self.queued()
        record.action_stop()
        self.assertEqual(record.run_state, "stopped")
        self.cron()
        self.assertFalse(record.row_ids)
        record.action_resume()
        run = record.run_id._as_launcher()

        def stop_after_first(rows):
            record.action_stop()
            self.env.flush_all()
            self.env.invalidate_all()
            return True

        run._work(stop_after_first)
        self.env.invalidate_all()
        self.assertEqual((record.run_state, record.run_id.rows_done), ("stopped", 4))
        record.action_resume()
        self.cron()
        self.assertEqual((record.state, record.row_count), ("checked", 10))

    def test_a_stopped_check_can_go_back_to_the_columns(self):
        record = self.queued()
        self.work(record, chunks=1)
        record.action_stop()
        record.run_id._keep({"state": "stopped"})
        record.action_forget_check()
        self.assertEqual((record.state, record.row_count), ("previewed", 0))
        self.assertFalse(record.run_ids)

    def test_cron_works_as_the_launcher(self):
        record = self.queued()
        seen = []
        handler = type(self.env["srm.import.handler.suppliers"])

        def spy(model, rows, ctx):
            seen.append((model.env.uid, model.env.su, model.env.company))

        with patch.object(handler, "_check_rows", spy):
            self.cron()
        self.assertEqual(set(seen), {(self.officer.id, False, record.company_id)})

    @mute_logger("odoo.addons.srm_base.models.srm_import_run")
    def test_a_failing_run_does_not_block_the_others(self):
        broken, good = self.queued(), self.queued()
        handler = type(self.env["srm.import.handler.suppliers"])
        original = handler._check_rows

        def fail(model, rows, ctx):
            if ctx.import_id == broken:
                raise ValueError("boom")
            return original(model, rows, ctx)

        # The transaction of the test must survive the rollback of the failed run.
        self.env.flush_all()
        self.patch(self.env.cr, "rollback", lambda: None)
        with patch.object(handler, "_check_rows", fail):
            self.cron()
        self.assertEqual((broken.run_state, broken.run_message), ("failed", "boom"))
        self.assertEqual(good.state, "checked")
        broken.action_resume()
        self.cron()
        self.assertEqual(broken.state, "checked")

    def test_losing_the_rights_stops_the_run(self):
        record = self.queued()
        self.env.flush_all()
        self.officer.sudo().group_ids = [
            (3, self.env.ref("srm_base.group_finance_officer").id)
        ]
        self.patch(self.env.cr, "rollback", lambda: None)
        self.cron()
        run = record.sudo().run_id
        self.assertEqual((run.state, run.rows_done), ("failed", 0))

    def test_queries_do_not_follow_the_rows(self):
        def queries(count):
            record = self.queued(count)
            with patch(f"{MODELS}.srm_import_check.CHUNK_ROWS", 1000):
                self.env.flush_all()
                before = self.env.cr.sql_log_count
                self.work(record)
                return self.env.cr.sql_log_count - before

        queries(5)
        # Caches make it vary by a few; a query per row would make 190 more.
        self.assertLess(queries(200) - queries(10), 20)

    def test_directors_follow_but_do_not_stop(self):
        record = self.queued().with_user(self.director)
        self.assertEqual(record.get_progress()["state"], "queued")
        with self.assertRaises(UserError):
            record.action_stop()


WORKER = """
import sys
from odoo.tools import config
config.parse_config({options!r})
config.filestore = lambda _database: {filestore!r}
from odoo import api
from odoo.modules.registry import Registry
from odoo.addons.srm_base.models import srm_import_check
srm_import_check.CHUNK_ROWS = 4
with Registry({database!r}).cursor() as cr:
    env = api.Environment(cr, 1, {{}})
    def keep_on(rows):
        cr.commit()
        env.invalidate_all()
        sys.stdout.write("chunk\\n")
        sys.stdout.flush()
        return bool(sys.stdin.readline())
    env["srm.import.run"].browse({run})._as_launcher()._work(keep_on)
"""


@tagged("post_install", "-at_install")
class TestSrmImportKill(BaseCase):
    """A worker killed with -9 in the middle, for real: committed data, real process."""

    def setUp(self):
        super().setUp()
        self.database = get_db_name()
        self.enterContext(patch(f"{MODELS}.srm_import_check.CHUNK_ROWS", CHUNK))
        self.enterContext(patch(f"{MODELS}.srm_import_progress.DIRECT_ROWS", 0))
        self.cr = self.enterContext(db_connect(self.database).cursor())
        self.env = api.Environment(self.cr, api.SUPERUSER_ID, {})
        self.addCleanup(self._clean)
        self.addCleanup(self.cr.rollback)
        user = new_test_user(
            self.env, "imp_killed", groups="srm_base.group_finance_officer"
        )
        self.record = self._queued(user)
        # The worker is another process: it sees committed rows only.
        self.cr.commit()  # pylint: disable=invalid-commit

    def _queued(self, user):
        rows = [supplier(number) for number in range(1, 15)]
        record = (
            self.env["srm.import"]
            .with_user(user)
            .create(
                {
                    "kind": "suppliers",
                    "file": base64.b64encode(xlsx(table(rows))),
                    "file_name": "kill.xlsx",
                }
            )
        )
        record.action_preview()
        record.action_check()
        return record

    def _clean(self):
        with db_connect(self.database).cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            env["srm.import"].search([("file_name", "=", "kill.xlsx")]).unlink()
            user = env["res.users"].search([("login", "=", "imp_killed")])
            partner = user.partner_id
            user.unlink()
            partner.unlink()
            cron = env.ref("srm_base.ir_cron_srm_import_run")
            env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]).unlink()

    def _options(self):
        names = ("db_host", "db_port", "db_user", "db_password")
        options = [f"--{name}={config[name]}" for name in names if config[name]]
        options.append(f"--data-dir={config['data_dir']}")
        paths = config["addons_path"]
        joined = ",".join(paths) if isinstance(paths, list) else paths
        return [*options, f"--addons-path={joined}", "--log-level=error"]

    def _start_worker(self):
        script = WORKER.format(
            options=self._options(),
            # Tests running in parallel share the files of their template.
            filestore=config.filestore(self.database),
            database=self.database,
            run=self.record.run_id.id,
        )
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        return subprocess.Popen(
            [sys.executable, "-c", script],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
        )

    def test_kill_and_resume(self):
        worker = self._start_worker()
        try:
            self.assertEqual(worker.stdout.readline().strip(), "chunk")
            worker.stdin.write("go on\n")
            worker.stdin.flush()
            self.assertEqual(worker.stdout.readline().strip(), "chunk")
        finally:
            os.kill(worker.pid, signal.SIGKILL)
            worker.communicate()
        self.assertEqual(worker.returncode, -signal.SIGKILL)
        self.cr.rollback()
        self.env.invalidate_all()
        record = self.record
        self.assertEqual(sorted(record.row_ids.mapped("line_number")), [*range(2, 10)])
        self.assertEqual(record.run_id.state, "running")
        record.run_id._as_launcher()._work()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(record.state, "checked")
        self.assertEqual(sorted(record.row_ids.mapped("line_number")), [*range(2, 16)])
        self.assertEqual(record.total_ids.file_count, 14)
