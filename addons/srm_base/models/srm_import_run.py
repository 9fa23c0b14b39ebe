import logging
import time

from odoo import api, fields, models
from odoo.exceptions import AccessError, LockError, UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from odoo.addons.srm_kit.guard import BY_CODE

from ..importer.errors import ImportFileError

_logger = logging.getLogger(__name__)

#: A file up to this size is worked through at the click, in one transaction.
DIRECT_ROWS = 2000
#: Rows of one chunk, hence of one transaction in the background.
CHUNK_ROWS = 2000
#: Seconds one call of the background job works before it lets others pass: below the
#: default limit of a worker (120 s), long enough not to reopen the file too often.
CALL_SECONDS = 75


class SrmImportRun(models.Model):
    """One pass over the rows of an import: checking the file, or loading it.

    A chunk and the position it leads to are committed together, so that whatever stops
    the worker (a kill included) the next one resumes after the last complete chunk.
    """

    _name = "srm.import.run"
    _description = "Take-on Import Run"
    _order = "id desc"
    _rec_name = "job"

    import_id = fields.Many2one(
        "srm.import", required=True, readonly=True, ondelete="cascade", index=True
    )
    job = fields.Selection(
        [("check", "Check"), ("load", "Load")], required=True, readonly=True
    )
    state = fields.Selection(
        [
            ("queued", "Waiting"),
            ("running", "Running"),
            ("stopped", "Stopped"),
            ("failed", "Failed"),
            ("done", "Done"),
        ],
        default="queued",
        required=True,
        readonly=True,
    )
    user_id = fields.Many2one(
        "res.users", readonly=True, required=True, default=lambda self: self.env.user
    )
    cursor = fields.Integer(
        "Last line", readonly=True, help="Last line worked through."
    )
    rows_done = fields.Integer(string="Rows done", readonly=True)
    rows_total = fields.Integer(string="Rows in total", readonly=True)
    percent = fields.Integer(compute="_compute_percent")
    started_at = fields.Datetime("Started on", readonly=True)
    heartbeat = fields.Datetime(string="Last sign of life", readonly=True)
    finished_at = fields.Datetime("Finished on", readonly=True)
    message = fields.Char(string="Why it stopped", readonly=True)
    file_totals = fields.Json(readonly=True)
    ignored_lines = fields.Json(readonly=True)
    total_line = fields.Json(readonly=True)

    _open_idx = models.Index("(id) WHERE state IN ('queued', 'running')")

    @api.depends("rows_done", "rows_total", "state")
    def _compute_percent(self):
        for run in self:
            if run.state == "done":
                run.percent = 100
            else:
                total = max(run.rows_total, 1)
                run.percent = min(99, run.rows_done * 100 // total)

    # In the background

    @api.model
    def _cron_run(self):
        """Work through the waiting runs, oldest first, each as who launched it."""
        cron = self.env["ir.cron"]
        runs = self.search([("state", "in", ("queued", "running"))], order="id")
        end_time = self.env.context.get("cron_end_time")
        if end_time and time.monotonic() > end_time:
            # The runner calls again at once; leave the worker to the other jobs.
            cron._commit_progress(0, remaining=len(runs))
            return
        deadline = time.monotonic() + CALL_SECONDS
        for position, run in enumerate(runs):
            run._run_in_background(deadline, len(runs) - position)
            if time.monotonic() > deadline:
                break
        left = self.search_count([("state", "in", ("queued", "running"))])
        cron._commit_progress(0, remaining=left)

    def _wake(self):
        self.env["srm.heartbeat"]._wake(
            self, "_run_as_job", "srm_base.ir_cron_srm_import_run"
        )

    def _run_as_job(self):
        """As long as a job may take; the next one goes on from there."""
        run = self.sudo().exists()
        if run.state not in ("queued", "running"):
            return
        run._run_in_background(time.monotonic() + CALL_SECONDS, 1)
        if run.state == "running":
            run._wake()

    def _as_launcher(self):
        """The run with the rights and the company of the person who launched it."""
        self.ensure_one()
        company = self.import_id.company_id
        run = self.with_user(self.user_id).with_company(company)
        return run.with_context(
            allowed_company_ids=company.ids,
            lang=self.user_id.lang,
            tracking_disable=BY_CODE,
        )

    def _run_in_background(self, deadline, remaining):
        """Work until done, stopped or out of time; never raises for a bad file."""
        self.ensure_one()

        def keep_on(rows):
            cron._commit_progress(rows, remaining=remaining)
            self.env.invalidate_all()
            return time.monotonic() < deadline

        cron = self.env["ir.cron"]
        try:
            self._as_launcher()._work(keep_on)
        except (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, LockError):
            # Somebody wrote the same rows: the chunk is taken again at the next call.
            self.env.cr.rollback()
            _logger.info("Import run %s: chunk postponed (concurrent update)", self.id)
        except Exception as error:
            # Whatever the cause, this run must not block the others for ever.
            self.env.cr.rollback()
            self._fail(error)
        cron._commit_progress(0, remaining=remaining)

    def _fail(self, error):
        expected = (UserError, AccessError, ImportFileError)
        if isinstance(error, ImportFileError):
            error = self.import_id._file_user_error(error)
        if not isinstance(error, expected):
            _logger.exception("Import run %s failed", self.id)
        self._keep(
            {
                "state": "failed",
                "message": str(error),
                "finished_at": fields.Datetime.now(),
            }
        )

    # The work

    def _work(self, keep_on=None):
        """Work through the chunks that remain.

        :param keep_on: called with the number of rows of each chunk once it is written;
            commits in the background. Work ends there when it answers false.
        :return: whether the run is finished
        """
        self.ensure_one()
        if not self._take_over():
            return False
        if not self.started_at:
            self._keep({"started_at": fields.Datetime.now()})
        record = self.import_id
        for rows, cursor, vals in getattr(record, f"_iter_{self.job}")(self):
            self._advance(rows, cursor, vals)
            if keep_on and not (keep_on(rows) and self._may_continue(cursor)):
                return False
        getattr(record, f"_finish_{self.job}")(self)
        now = fields.Datetime.now()
        self._keep({"state": "done", "finished_at": now, "heartbeat": now})
        return True

    def _keep(self, vals):
        """Write the bookkeeping of the run, which users may only read."""
        return self.sudo().write(vals)

    def _advance(self, rows, cursor, vals):
        done = self.rows_done + rows
        self._keep(
            {
                "state": "running",
                "cursor": cursor,
                "rows_done": done,
                "rows_total": max(self.rows_total, done),
                "heartbeat": fields.Datetime.now(),
                **vals,
            }
        )

    def _take_over(self):
        """Whether this transaction is alone on the run.

        The lock lives as long as the transaction. It is not a row lock: the person's
        screen reads and stops the import meanwhile without waiting for a chunk.
        """
        return self.env.execute_query(
            SQL(
                "SELECT pg_try_advisory_xact_lock(hashtext('srm_import_run'), %s)",
                self.id,
            )
        )[0][0]

    def _may_continue(self, cursor):
        """After a commit: still alone, at the same place, and not asked to stop."""
        if not self._take_over() or self.cursor != cursor:
            return False
        if self.import_id.stop_requested:
            self._keep({"state": "stopped", "finished_at": fields.Datetime.now()})
            return False
        return self.state == "running"

    def _seconds_left(self):
        """Rough time left at the pace so far, 0 when there is nothing to say."""
        if self.state != "running" or not (self.rows_done and self.started_at):
            return 0
        spent = (self.heartbeat - self.started_at).total_seconds()
        return round(spent * (self.rows_total - self.rows_done) / self.rows_done)
