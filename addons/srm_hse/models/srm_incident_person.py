from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.srm_kit.guard import Freeze, Guard

from ..tools.roles import OFFICER

PERSON_KINDS = [
    ("employee", "Employee"),
    ("subcontractor", "Subcontractor's worker"),
    ("public", "Public"),
]
#: Outcomes by growing severity; the code sorts.
OUTCOMES = [
    ("0_unharmed", "Unharmed"),
    ("1_first_aid", "First aid"),
    ("2_medical", "Medical care, no lost time"),
    ("3_lost_time", "Lost time"),
    ("4_disability", "Permanent disability"),
    ("5_fatal", "Fatal"),
]
HEALTH_GROUPS = (
    "srm_hse.group_occupational_doctor,srm_hse.group_hse_manager,"
    "srm_base.group_hse_officer"
)


class SrmIncidentPerson(models.Model):
    """Somebody hurt, or who could have been, the public included."""

    _name = "srm.incident.person"
    _description = "Person in an Incident"
    _order = "incident_id, outcome desc, id"
    _guard = Guard(
        freezes=(Freeze(always=True, fields=("incident_id",)),),
        # Known months after the incident is closed.
        free=("disability_rate", "medical_note", "returned"),
    )

    incident_id = fields.Many2one(
        "srm.incident", required=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(PERSON_KINDS, required=True, default="employee", index=True)
    worker_id = fields.Many2one(
        "srm.worker", index="btree_not_null", ondelete="restrict"
    )
    name = fields.Char(
        compute="_compute_from_worker",
        store=True,
        readonly=False,
        required=True,
        entered="that of the worker, written for the public",
    )
    employer_id = fields.Many2one(
        "res.partner",
        compute="_compute_from_worker",
        store=True,
        readonly=False,
        entered="that of the worker, chosen for who has no card",
    )
    outcome = fields.Selection(
        OUTCOMES, required=True, default="0_unharmed", index=True
    )
    disease = fields.Boolean(
        string="Occupational disease",
        help="Counted apart from accidents, for 10,000 persons.",
    )
    body_part = fields.Char(groups=HEALTH_GROUPS)
    injury = fields.Char(string="Nature of the injury", groups=HEALTH_GROUPS)
    agent = fields.Char(string="Material agent")
    disability_rate = fields.Float(
        string="Permanent disability (%)",
        digits=(5, 2),
        groups="srm_hse.group_occupational_doctor",
    )
    medical_note = fields.Text(groups="srm_hse.group_occupational_doctor")
    period_ids = fields.One2many("srm.incident.lost.period", "person_id")
    lost_days = fields.Integer(compute="_compute_lost_days", store=True)
    returned = fields.Date(string="Back to work")

    # What the rates need, at hand for one grouped query
    occurred_date = fields.Date(
        related="incident_id.occurred_date", store=True, index=True
    )
    commuting = fields.Boolean(related="incident_id.commuting", store=True)
    site_id = fields.Many2one(related="incident_id.site_id", store=True, index=True)
    territory_id = fields.Many2one(related="incident_id.territory_id", store=True)
    company_id = fields.Many2one(related="incident_id.company_id", store=True)

    @api.model_create_multi
    def create(self, vals_list):
        persons = super().create(vals_list)
        if set(persons.incident_id.mapped("state")) - {"declared"}:
            # Whoever declared lists nobody more once the facts are confirmed.
            persons._require_group(OFFICER)
        return persons

    @api.depends("worker_id")
    def _compute_from_worker(self):
        for person in self:
            worker = person.worker_id
            person.name = worker.name or person.name
            person.employer_id = worker.employer_id or person.employer_id

    @api.onchange("worker_id")
    def _onchange_worker_id(self):
        if self.worker_id:
            self.kind = self.worker_id.kind

    @api.depends("period_ids.days")
    def _compute_lost_days(self):
        for person in self:
            person.lost_days = sum(person.period_ids.mapped("days"))

    @api.constrains("kind", "worker_id")
    def _check_kind(self):
        for person in self.filtered("worker_id"):
            if person.kind != person.worker_id.kind:
                raise ValidationError(
                    self.env._(
                        "%(name)s is registered as another category of worker.",
                        name=person.name,
                    )
                )

    @api.constrains("outcome", "period_ids")
    def _check_lost_time(self):
        for person in self.filtered("period_ids"):
            if person.outcome < "3":
                raise ValidationError(
                    self.env._(
                        "%(name)s has days off: the outcome is at least lost time.",
                        name=person.name,
                    )
                )
