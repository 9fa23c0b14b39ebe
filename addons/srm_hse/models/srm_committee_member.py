from odoo import api, fields, models


class SrmCommitteeMember(models.Model):
    _name = "srm.committee.member"
    _description = "Member of a Committee"
    _order = "committee_id, side, seat, id"

    committee_id = fields.Many2one(
        "srm.committee", required=True, index=True, ondelete="cascade"
    )
    active = fields.Boolean(default=True)
    worker_id = fields.Many2one("srm.worker", ondelete="restrict")
    user_id = fields.Many2one("res.users", help="To write the minutes.")
    name = fields.Char(
        compute="_compute_name", store=True, readonly=False, required=True
    )
    side = fields.Selection(
        [
            ("employer", "Employer"),
            ("staff", "Employees"),
            ("union", "Union"),
            ("expert", "Physician or safety head"),
        ],
        required=True,
        default="staff",
    )
    seat = fields.Selection(
        [("holder", "Holder"), ("substitute", "Substitute")],
        required=True,
        default="holder",
    )
    role = fields.Selection(
        [("chair", "Chair"), ("secretary", "Secretary"), ("member", "Member")],
        required=True,
        default="member",
    )
    college = fields.Char()
    union = fields.Char(
        groups="srm_base.group_hr_officer", help="Sensitive: seen by HR only."
    )
    date_from = fields.Date()
    date_to = fields.Date()

    _role_unique = models.UniqueIndex(
        "(committee_id, role) WHERE role != 'member' AND active",
        "A committee has one chair and one secretary.",
    )

    @api.depends("worker_id", "user_id")
    def _compute_name(self):
        for member in self:
            member.name = member.worker_id.name or member.user_id.name or member.name
