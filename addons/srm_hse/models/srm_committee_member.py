from odoo import api, fields, models
from odoo.tools import LazyTranslate

from odoo.addons.srm_kit.guard import Freeze, Guard

from .srm_committee import MEETING_READERS

_lt = LazyTranslate(__name__)
SEATS = [("holder", "Holder"), ("substitute", "Substitute")]


class SrmCommitteeMember(models.Model):
    _name = "srm.committee.member"
    _description = "Member of a Committee"
    _order = "committee_id, side, seat, id"
    _guard = Guard(
        freezes=(
            Freeze(always=True, fields=("committee_id",)),
            # Who was called to a meeting held stays who it was.
            Freeze(
                once="sat_since",
                fields=("committee_id", "name", "side", "worker_id"),
                database=True,
                remedy=_lt("Archive this member, and add the other one."),
            ),
        )
    )

    committee_id = fields.Many2one(
        "srm.committee", required=True, index=True, ondelete="cascade"
    )
    active = fields.Boolean(default=True)
    worker_id = fields.Many2one("srm.worker", ondelete="restrict")
    user_id = fields.Many2one("res.users", help="To write the minutes.")
    name = fields.Char(
        compute="_compute_name",
        store=True,
        readonly=False,
        required=True,
        entered="that of the worker or user, written for anybody else",
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
        SEATS,
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
    presence_ids = fields.One2many(
        "srm.committee.presence", "member_id", groups=MEETING_READERS
    )
    sat_since = fields.Date(
        compute="_compute_sat_since",
        store=True,
        help="First meeting held to which the member was called.",
    )

    _role_unique = models.UniqueIndex(
        "(committee_id, role) WHERE role != 'member' AND active",
        "A committee has one chair and one secretary.",
    )

    @api.depends("worker_id", "user_id")
    def _compute_name(self):
        for member in self:
            member.name = member.worker_id.name or member.user_id.name or member.name

    @api.depends("presence_ids.meeting_id.state")
    def _compute_sat_since(self):
        for member in self:
            meetings = member.presence_ids.meeting_id
            held = meetings.filtered(lambda m: m.state in ("held", "approved"))
            member.sat_since = min(held.mapped("date"), default=False)
