from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.srm_kit.guard import BY_CODE

from .srm_import_run import DIRECT_ROWS


class SrmImport(models.Model):
    """Runs of an import: launching, following, stopping, resuming."""

    _inherit = "srm.import"  # pylint: disable=consider-merging-classes-inherited

    run_id = fields.Many2one(
        "srm.import.run", string="Last run", compute="_compute_run_id"
    )
    run_state = fields.Selection(
        lambda self: self.env["srm.import.run"]._fields["state"].selection,
        string="State of the run",
        compute="_compute_run_id",
    )
    run_message = fields.Char(string="Why it stopped", compute="_compute_run_id")
    is_running = fields.Boolean(compute="_compute_run_id")
    stop_requested = fields.Boolean(readonly=True, copy=False)

    @api.depends("run_ids.state", "run_ids.message")
    def _compute_run_id(self):
        latest = dict(
            self.env["srm.import.run"]._read_group(
                [("import_id", "in", self.ids)], ["import_id"], ["id:max"]
            )
        )
        for record in self:
            run = self.env["srm.import.run"].browse(latest.get(record._origin))
            record.run_id = run
            record.run_state = run.state
            record.run_message = run.message
            record.is_running = run.state in ("queued", "running")

    def _check_not_running(self):
        running = self.filtered("is_running")
        if running:
            raise UserError(
                self.env._(
                    "%(name)s is being worked through: wait for the end, or stop it "
                    "first.",
                    name=running[0].name,
                )
            )

    def _launch(self, job, total):
        """Start a pass: at once for a small file, in the background otherwise.

        :param total: how many rows are expected, for the choice and the progress bar
        """
        self.ensure_one()
        self._check_not_running()
        self.lock_for_update()
        self._by_code().write({"stop_requested": False})
        # Users only read runs: a run is made by launching a step, never by hand.
        run = (
            self.env["srm.import.run"]
            .sudo()
            .create(
                {
                    "import_id": self.id,
                    "job": job,
                    "rows_total": total,
                    "user_id": self.env.uid,
                }
            )
        )
        self._dispatch(run.sudo(False))
        return run.sudo(False)

    def _dispatch(self, run):
        if run.rows_total <= DIRECT_ROWS:
            run.with_context(tracking_disable=BY_CODE)._work()
        else:
            run._wake()

    def action_stop(self):
        """Ask the background work to stop after the chunk it is at."""
        for record in self.filtered("is_running"):
            record._by_code().write({"stop_requested": True})
            if record.run_id.state == "queued":
                record.run_id._keep({"state": "stopped"})
        return True

    def action_resume(self):
        """Go on after the last complete chunk."""
        for record in self:
            run = record.run_id
            if run.state not in ("stopped", "failed"):
                continue
            record._require_state(*record._job_states(run.job))
            record._by_code().write({"stop_requested": False})
            run._keep({"state": "queued", "message": False, "finished_at": False})
            record._dispatch(run)
        return True

    @api.model
    def _job_states(self, job):
        return ("previewed",) if job == "check" else ("checked", "loaded")

    @api.readonly
    def get_progress(self):
        """What the progress bar shows.

        :return: ``{"state", "job", "percent", "done", "total", "seconds_left"}``, with
            an empty state when nothing was ever run
        """
        self.ensure_one()
        run = self.run_id
        return {
            "state": run.state or "",
            "job": run.job or "",
            "percent": run.percent,
            "done": run.rows_done,
            "total": run.rows_total,
            "seconds_left": run._seconds_left(),
            "stopping": self.stop_requested,
        }
