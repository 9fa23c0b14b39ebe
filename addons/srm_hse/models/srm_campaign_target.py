from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .srm_worker import KINDS


class SrmCampaignTarget(models.Model):
    """One person on the list of a campaign, as the person was when it was frozen.

    Province, population and employer are copies on purpose: a person who changes
    contractor during the campaign stays where the frozen list says.
    """

    _name = "srm.campaign.target"
    _description = "Person to Reach"
    _order = "campaign_id, province_id, worker_id"
    _rec_name = "worker_id"

    campaign_id = fields.Many2one(
        "srm.campaign", required=True, index=True, ondelete="cascade"
    )
    worker_id = fields.Many2one(
        "srm.worker", required=True, index=True, ondelete="restrict"
    )
    population_id = fields.Many2one(
        "srm.population", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    kind = fields.Selection(KINDS, string="Worker kind", readonly=True)
    province_id = fields.Many2one(
        "srm.territory", string="Prefecture or province", readonly=True, index=True
    )
    employer_id = fields.Many2one("res.partner", readonly=True, index=True)
    job_id = fields.Many2one("hr.job", readonly=True)
    manual = fields.Boolean("Added by hand", readonly=True)
    excluded = fields.Boolean()
    reason = fields.Char("Reason of the exclusion")
    covered = fields.Boolean(
        compute="_compute_covered",
        search="_search_covered",
        help="Attended (and passed, where the campaign asks for it) a session",
    )
    phone = fields.Char(related="worker_id.phone")
    badge = fields.Char(related="worker_id.badge")
    end_date = fields.Date(related="worker_id.end_date")

    _worker_unique = models.Constraint(
        "UNIQUE (campaign_id, worker_id)", "This person is already on the list."
    )
    _exclusion_reason = models.Constraint(
        "CHECK (excluded IS NOT TRUE OR COALESCE(reason, '') != '')",
        "Say why the person is excluded: the auditor will ask.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """A person added by hand while the list is reviewed."""
        targets = super().create([vals | {"manual": True} for vals in vals_list])
        targets._refresh_snapshot()
        return targets

    # Making the list

    def _refresh(self, campaign) -> None:
        """Bring the list of ``campaign`` in line with its rules, in a few statements.

        Persons added by hand and exclusions stay. Only workers the user may see are
        added or removed: a provincial user never empties another province's list.
        """
        self.env["srm.worker"].flush_model()
        self.flush_model()
        campaign.flush_recordset()
        for population in campaign.population_ids.sorted("sequence"):
            self._insert(campaign, population)
        self._remove_strangers(campaign)
        self.browse().invalidate_model()
        campaign.invalidate_recordset(["target_ids"])
        campaign.target_ids._refresh_snapshot()

    def _worker_domain(self, campaign) -> Domain:
        domain = Domain("company_id", "=", campaign.company_id.id) & (
            Domain("end_date", "=", False)
            | Domain("end_date", ">=", fields.Date.context_today(self))
        )
        if campaign.province_ids:
            domain &= Domain("province_id", "in", campaign.province_ids.ids)
        return domain

    def _workers_of(self, campaign, populations):
        rules = Domain.OR(item._worker_domain() for item in populations)
        return self.env["srm.worker"]._search(self._worker_domain(campaign) & rules)

    def _insert(self, campaign, population) -> None:
        workers = self._workers_of(campaign, population)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO srm_campaign_target (
                    campaign_id, worker_id, population_id, manual, excluded,
                    create_uid, create_date, write_uid, write_date)
                SELECT %(campaign)s, picked.id, %(population)s, FALSE, FALSE,
                       %(uid)s, now() AT TIME ZONE 'UTC',
                       %(uid)s, now() AT TIME ZONE 'UTC'
                  FROM (%(workers)s) AS picked (id)
                    ON CONFLICT (campaign_id, worker_id) DO NOTHING
                """,
                campaign=campaign.id,
                population=population.id,
                uid=self.env.uid,
                workers=workers.select(),
            )
        )

    def _remove_strangers(self, campaign) -> None:
        visible = self.env["srm.worker"]._search([])
        wanted = self._workers_of(campaign, campaign.population_ids)
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM srm_campaign_target
                 WHERE campaign_id = %s
                   AND manual IS NOT TRUE AND excluded IS NOT TRUE
                   AND worker_id IN (%s) AND worker_id NOT IN (%s)
                """,
                campaign.id,
                visible.select(),
                wanted.select(),
            )
        )

    def _refresh_snapshot(self) -> None:
        """Copy what the workers are today onto the list."""
        if not self:
            return
        self.flush_recordset()
        self.env["srm.worker"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                UPDATE srm_campaign_target AS target
                   SET kind = worker.kind, province_id = worker.province_id,
                       employer_id = worker.employer_id, job_id = worker.job_id
                  FROM srm_worker AS worker
                 WHERE worker.id = target.worker_id
                   AND target.campaign_id IN %s
                """,
                tuple(self.campaign_id.ids),
            )
        )
        self.invalidate_model(["kind", "province_id", "employer_id", "job_id"])

    # Who was reached

    def _covered_sql(self) -> SQL:
        """Ids of the targets covered today, whatever the campaign."""
        today = fields.Date.context_today(self)
        return SQL(
            """
            SELECT target.id
              FROM srm_campaign_target AS target
              JOIN srm_campaign AS campaign ON campaign.id = target.campaign_id
             WHERE EXISTS (
                SELECT 1 FROM srm_attendance AS attendance
                 WHERE attendance.campaign_id = target.campaign_id
                   AND attendance.worker_id = target.worker_id
                   AND attendance.status = 'present'
                   AND attendance.date <= %s
                   AND (campaign.require_pass IS NOT TRUE
                        OR attendance.result = 'passed'))
            """,
            today,
        )

    def _flush_coverage(self) -> None:
        self.flush_model(["campaign_id", "worker_id"])
        self.env["srm.attendance"].flush_model()
        self.env["srm.campaign"].flush_model(["require_pass"])

    @api.depends_context("uid")
    def _compute_covered(self):
        self._flush_coverage()
        covered = set()
        if self.ids:
            rows = self.env.execute_query(
                SQL("%s AND target.id IN %s", self._covered_sql(), tuple(self.ids))
            )
            covered = {target_id for (target_id,) in rows}
        for target in self:
            target.covered = target.id in covered

    @api.model
    def _search_covered(self, operator, value):
        if operator != "in":
            return NotImplemented
        self._flush_coverage()
        covered = Domain("id", "in", self._covered_sql())
        if True in value and False in value:
            return Domain.TRUE
        return covered if True in value else ~covered

    def action_exclude(self):
        """Ask the reason, in a form."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [
                [self.env.ref("srm_hse.view_srm_campaign_target_form").id, "form"]
            ],
            "target": "new",
        }

    def action_plan_catch_up(self):
        """Plan a session per campaign and province for the persons selected."""
        sessions = self.env["srm.campaign.session"]._plan_catch_up(
            self.filtered(lambda item: not item.covered and not item.excluded)
        )
        action = self.env["ir.actions.actions"]._for_xml_id(
            "srm_hse.srm_campaign_session_action"
        )
        if len(sessions) == 1:
            return action | {"views": [[False, "form"]], "res_id": sessions.id}
        return action | {"domain": [("id", "in", sessions.ids)]}
