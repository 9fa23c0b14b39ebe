from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.srm_kit.guard import MEMORY

FIGURES = ("planned", "physical", "financial", "pv", "ev", "ac", "eac")


class SrmProjectSnapshot(models.Model):
    """Figures of a project at the end of a month, as they were known then."""

    _name = "srm.project.snapshot"
    _description = "Monthly Freeze of a Project"
    _order = "date desc, project_id"
    _rec_name = "project_id"
    _guard = MEMORY

    project_id = fields.Many2one(
        "project.project", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    territory_id = fields.Many2one("srm.territory", index="btree_not_null")
    service_id = fields.Many2one("srm.service")
    date = fields.Date(string="Month", required=True, index=True)
    planned = fields.Float(string="Planned (%)", digits=(5, 2), aggregator="avg")
    physical = fields.Float(string="Physical (%)", digits=(5, 2), aggregator="avg")
    financial = fields.Float(string="Financial (%)", digits=(5, 2), aggregator="avg")
    pv = fields.Monetary(string="Planned value")
    ev = fields.Monetary(string="Earned value")
    ac = fields.Monetary(string="Actual cost")
    eac = fields.Monetary(string="Forecast cost")
    missing = fields.Char(string="Not available")
    drift = fields.Char()

    _month_uidx = models.UniqueIndex(
        "(project_id, date)", "This month is already frozen for this project."
    )


class ProjectProject(models.Model):
    _inherit = "project.project"

    @api.model
    def _srm_freeze_month(self, day):
        """Freeze the month of ``day`` for the projects that have none yet."""
        last = fields.Date.end_of(day, "month")
        frozen = self.env["srm.project.snapshot"].search([("date", "=", last)])
        projects = self.search(
            [("srm_baseline_id", "!=", False), ("id", "not in", frozen.project_id.ids)]
        )
        # Nobody writes a freeze by hand: it is what the figures were.
        return (
            self.env["srm.project.snapshot"]
            .sudo()
            .create([project._prepare_snapshot(last) for project in projects])
        )

    def _prepare_snapshot(self, last) -> dict:
        figures = self._srm_figures(last)
        return {
            "project_id": self.id,
            "company_id": (self.company_id or self.env.company).id,
            "territory_id": self.territory_id.id,
            "service_id": self.srm_service_id.id,
            "date": last,
            "missing": figures["missing"],
            "drift": self._srm_drift_of(figures),
            **{name: float(figures[name] or 0) for name in FIGURES},
        }

    def action_srm_freeze(self):
        """Freeze the last complete month of these projects."""
        self._require_group("srm_projects.group_programme_manager")
        last = fields.Date.subtract(
            fields.Date.start_of(fields.Date.context_today(self), "month"), days=1
        )
        snapshots = self.env["srm.project.snapshot"].search(
            [("date", "=", last), ("project_id", "in", self.ids)]
        )
        todo = (self - snapshots.project_id).filtered("srm_baseline_id")
        if not todo and not snapshots:
            raise UserError(
                self.env._("None of these projects has a baseline: nothing to freeze.")
            )
        self.env["srm.project.snapshot"].sudo().create(
            [project._prepare_snapshot(last) for project in todo]
        )
        return True

    @api.model
    def _cron_srm_freeze(self):
        """On the first days of a month, freeze the one that ended; repeatable."""
        self.env["srm.project.snapshot"].sudo()._made_ahead()._by_code().unlink()
        today = fields.Date.context_today(self)
        first = fields.Date.start_of(today, "month")
        self._srm_freeze_month(fields.Date.subtract(first, days=1))
