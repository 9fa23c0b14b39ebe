from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.srm_kit.guard import Freeze, Guard, Step

from ..tools.roles import OFFICER

#: Recorded on a permit after it was issued.
LATER = ("closed_date", "closing_note", "issued_by_id", "issued_date")


class SrmWorkPermit(models.Model):
    """Leave to do a dangerous work: where, when, by whom, with what precautions.

    Nobody is put on a permit without the title the work asks for: the gate of the
    workers answers, and its reasons are shown.
    """

    _name = "srm.work.permit"
    _inherit = [
        "srm.numbered.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "srm.territory.mixin",
    ]
    _description = "Work Permit"
    _order = "start desc"
    _guard = Guard(
        steps={
            "issue": Step(
                ("draft", "suspended"),
                "issued",
                group=OFFICER,
                signs="issued_by_id",
                dated="issued_date",
                not_by=("requester_id", "create_uid"),
                check="_check_gate",
            ),
            "suspend": Step(("issued",), "suspended", group=OFFICER),
            "refuse": Step(
                ("draft",), "refused", group=OFFICER, check="_check_refusal"
            ),
            "close": Step(
                ("issued", "suspended"),
                "closed",
                dated="closed_date",
                check="_check_given_back",
            ),
        },
        freezes=(
            Freeze(("issued", "suspended"), but=LATER, database=True),
            Freeze(("closed", "refused"), files=True, database=True),
        ),
        deletable=("draft",),
    )

    work_kind_id = fields.Many2one("srm.work.kind", required=True, ondelete="restrict")
    site_id = fields.Many2one("srm.site", required=True, index=True)
    territory_id = fields.Many2one(related="site_id.territory_id", store=True)
    place = fields.Char(required=True)
    works = fields.Text(required=True)
    contractor_file_id = fields.Many2one("srm.contractor.file")
    start = fields.Datetime(required=True, index=True)
    end = fields.Datetime(required=True)
    requester_id = fields.Many2one(
        "res.users", required=True, default=lambda self: self.env.user
    )
    leader_id = fields.Many2one("srm.worker", string="Work leader", required=True)
    worker_ids = fields.Many2many(
        "srm.worker", string="Workers", required=True, ondelete="restrict"
    )
    isolation = fields.Text(string="Isolation and lock-out")
    isolation_verified = fields.Boolean(string="Absence of energy verified")
    precautions = fields.Text(required=True)
    gas_test = fields.Char(string="Gas test (O2, LEL, H2S)")
    rescue = fields.Text(string="Rescue means")
    gate_message = fields.Text(compute="_compute_gate_message", string="Not allowed")
    state = fields.Selection(
        [
            ("draft", "Asked"),
            ("issued", "Issued"),
            ("suspended", "Suspended"),
            ("closed", "Given back"),
            ("refused", "Refused"),
        ],
        required=True,
        default="draft",
        readonly=True,
        index=True,
        tracking=True,
    )
    issued_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    issued_date = fields.Datetime(readonly=True, copy=False)
    closed_date = fields.Datetime(readonly=True, copy=False)
    closing_note = fields.Text(string="State of the place when given back")
    refusal_reason = fields.Char(copy=False)

    _dates_ordered = models.Constraint(
        'CHECK ("end" > start)', "A permit cannot end before it starts."
    )

    @api.constrains("start", "end")
    def _check_length(self):
        """A permit holds for one shift of at most twelve hours."""
        for permit in self:
            if (permit.end - permit.start).total_seconds() > 12 * 3600:
                raise ValidationError(
                    self.env._("A permit holds for one shift: twelve hours at most.")
                )

    @api.depends(
        "worker_ids", "leader_id", "work_kind_id", "start", "contractor_file_id"
    )
    def _compute_gate_message(self):
        for permit in self:
            permit.gate_message = "\n".join(permit._gate_reasons()) or False

    def _gate_reasons(self):
        """Why the people or the contractor may not do this work that day."""
        self.ensure_one()
        if not (self.start and self.work_kind_id):
            return []
        day = fields.Datetime.context_timestamp(self, self.start).date()
        people = self.worker_ids | self.leader_id
        answers = self.env["srm.worker"].may_perform(people.ids, self.work_kind_id, day)
        reasons = [
            f"{worker.name}: {reason['text']}"
            for worker in people
            for reason in answers.get(worker.id, {}).get("reasons", [])
        ]
        if self.contractor_file_id:
            blocked = self.contractor_file_id._blocking_reason(day)
            if blocked:
                reasons.append(f"{self.contractor_file_id.display_name}: {blocked}")
        return reasons

    def action_issue(self):
        """Issued by somebody else than who asked, once the gate is open."""
        self._take_step("issue")

    def action_suspend(self):
        self._take_step("suspend")

    def action_refuse(self):
        self._take_step("refuse")

    def action_close(self):
        self._take_step("close")

    def _check_gate(self):
        for permit in self:
            reasons = permit._gate_reasons()
            if reasons:
                raise UserError("\n".join([permit.name, *reasons]))
            if permit.isolation and not permit.isolation_verified:
                raise UserError(
                    self.env._(
                        "Verify the absence of energy before issuing the permit."
                    )
                )

    def _check_refusal(self):
        if not all(self.mapped("refusal_reason")):
            raise UserError(self.env._("Write the reason of the refusal first."))

    def _check_given_back(self):
        if not all(self.mapped("closing_note")):
            raise UserError(self.env._("Write in what state the place is given back."))
