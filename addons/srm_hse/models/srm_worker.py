import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

KINDS = [
    ("employee", "Employee"),
    ("subcontractor", "Subcontractor's worker"),
]
FROM_EMPLOYEE = "that of the employee's file, written for a contractor's worker"
#: Roles that may see who the person is in the civil register.
IDENTITY_GROUPS = (
    "srm_base.group_hse_officer,srm_base.group_hr_officer,"
    "srm_hse.group_occupational_doctor,srm_base.group_director,"
    "srm_base.group_administrator"
)


def normal_identifier(value):
    """A badge or identity number as compared: no separators, capitals, ``False`` if
    nothing is left (so that the unique indexes ignore it).

    >>> normal_identifier(" jb 12-34.56 "), normal_identifier(" - ")
    ('JB123456', False)
    """
    return re.sub(r"[\W_]+", "", value or "").upper() or False


class SrmWorker(models.Model):
    """One person who must be safe at work, whoever pays the wage.

    A person is one record for life: the same badge or identity card met through two
    contractors is one worker with two assignments, and counts once in a coverage.
    """

    _name = "srm.worker"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "image.mixin",
        "srm.territory.mixin",
    ]
    _description = "Worker"
    _order = "name, id"
    _rec_names_search = ["name", "name_ar", "badge"]

    # The person
    name = fields.Char(
        compute="_compute_from_employee",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        index="trigram",
        tracking=True,
        entered=FROM_EMPLOYEE,
    )
    name_ar = fields.Char(string="Name in Arabic", index="trigram")
    badge = fields.Char(
        copy=False, index=True, help="Number on the badge, as its QR code says it"
    )
    cin = fields.Char(string="Identity card (CIN)", copy=False, groups=IDENTITY_GROUPS)
    birth_date = fields.Date(groups=IDENTITY_GROUPS)
    phone = fields.Char(
        compute="_compute_from_employee",
        store=True,
        readonly=False,
        precompute=True,
        entered=FROM_EMPLOYEE,
    )
    email = fields.Char(
        compute="_compute_from_employee",
        store=True,
        readonly=False,
        precompute=True,
        entered=FROM_EMPLOYEE,
    )
    language_id = fields.Many2one(
        "srm.spoken.language",
        string="Preferred language",
        index="btree_not_null",
        ondelete="restrict",
    )
    active = fields.Boolean(default=True)

    # The work
    kind = fields.Selection(
        KINDS, required=True, default="employee", index=True, tracking=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    employee_id = fields.Many2one(
        "hr.employee",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        check_company=True,
        groups="hr.group_hr_user,srm_base.group_hse_officer,srm_base.group_hr_officer",
    )
    job_id = fields.Many2one(
        "hr.job",
        compute="_compute_from_employee",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        entered=FROM_EMPLOYEE,
    )
    start_date = fields.Date(help="First day of work for the company or a contractor")
    end_date = fields.Date(
        string="Left on",
        index="btree_not_null",
        tracking=True,
        help="Last day of work; from the next day the person is no longer counted",
    )
    predecessor_id = fields.Many2one(
        "srm.predecessor", index="btree_not_null", ondelete="restrict"
    )
    origin_reference = fields.Char(
        string="Former number", copy=False, help="Number in the predecessor's files"
    )
    assignment_ids = fields.One2many(
        "srm.worker.assignment", "worker_id", string="Assignments"
    )
    employer_id = fields.Many2one(
        "res.partner",
        compute="_compute_employer",
        inverse="_inverse_employer",
        store=True,
        readonly=False,
        index="btree_not_null",
        entered="opens an assignment, see the inverse",
        help="Who employs the person now; for a contractor's worker, the employer of"
        " the assignment that lasts longest",
    )
    contract_reference = fields.Char(
        compute="_compute_employer",
        store=True,
        help="Contract under which the person works here",
    )
    note = fields.Html()

    _badge_unique = models.UniqueIndex(
        "(badge) WHERE badge IS NOT NULL", "This badge already belongs to a worker."
    )
    _cin_unique = models.UniqueIndex(
        "(cin) WHERE cin IS NOT NULL",
        "A worker with this identity card exists: add an assignment to that person.",
    )
    _employee_unique = models.UniqueIndex(
        "(employee_id) WHERE employee_id IS NOT NULL",
        "This employee is already a worker.",
    )
    _origin_unique = models.UniqueIndex(
        "(company_id, predecessor_id, origin_reference)"
        " WHERE origin_reference IS NOT NULL",
        "This number of the predecessor is already taken on.",
    )
    _dates_order = models.Constraint(
        "CHECK (end_date IS NULL OR start_date IS NULL OR end_date >= start_date)",
        "A worker cannot leave before the first day of work.",
    )

    @api.constrains("kind", "employee_id")
    def _check_employee(self):
        for worker in self.sudo():
            if worker.employee_id and worker.kind != "employee":
                raise ValidationError(
                    self.env._(
                        "%(name)s is linked to an employee of the company and cannot"
                        " be a subcontractor's worker.",
                        name=worker.name,
                    )
                )

    @api.depends("employee_id")
    def _compute_from_employee(self):
        # sudo: the link to the employee file is hidden from most roles, the name,
        # job and professional contacts of a colleague are not.
        for worker in self.sudo():
            employee = worker.employee_id
            worker.name = worker.name or employee.name
            worker.phone = worker.phone or employee.work_phone
            worker.email = worker.email or employee.work_email
            worker.job_id = worker.job_id or employee.job_id

    @api.depends(
        "kind",
        "company_id",
        "assignment_ids.employer_id",
        "assignment_ids.contract_reference",
        "assignment_ids.date_from",
        "assignment_ids.date_to",
    )
    def _compute_employer(self):
        for worker in self:
            lasting = worker.assignment_ids.sorted(
                lambda item: (
                    item.date_to or fields.Date.to_date("9999-12-31"),
                    item.date_from or fields.Date.to_date("0001-01-01"),
                    item._origin.id or 0,
                )
            )[-1:]
            own = worker.company_id.partner_id if worker.kind == "employee" else False
            worker.employer_id = own or lasting.employer_id
            worker.contract_reference = lasting.contract_reference

    def _inverse_employer(self):
        """An employer given directly opens the assignment that says so."""
        self.env["srm.worker.assignment"].create(
            [
                {"worker_id": worker.id, "employer_id": worker.employer_id.id}
                for worker in self
                if worker.kind == "subcontractor"
                and worker.employer_id
                and worker.employer_id not in worker.assignment_ids.employer_id
            ]
        )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._normalised(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._normalised(vals))

    @api.model
    def _normalised(self, vals: dict) -> dict:
        return vals | {
            name: normal_identifier(vals[name])
            for name in ("badge", "cin")
            if name in vals
        }

    @api.depends("name", "name_ar", "badge")
    @api.depends_context("formatted_display_name", "lang")
    def _compute_display_name(self):
        """The name as the reader writes it, with badge and employer to choose by."""
        arabic = (self.env.lang or "").startswith("ar")
        detailed = self.env.context.get("formatted_display_name")
        for worker in self:
            worker.display_name = (arabic and worker.name_ar) or worker.name or ""
            if detailed:
                details = filter(None, [worker.badge, worker.employer_id.name])
                worker.display_name += f" --{' · '.join(details)}--"
