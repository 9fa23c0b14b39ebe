from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import LazyTranslate

from odoo.addons.srm_base.tools.names import joined
from odoo.addons.srm_kit.guard import Freeze, Guard, Step

_lt = LazyTranslate(__name__)

STATES = [
    ("planned", "Planned"),
    ("held", "Held, minutes written"),
    ("approved", "Minutes approved"),
    ("cancelled", "Cancelled"),
]


class SrmCommitteeMeeting(models.Model):
    """A meeting: notice, agenda, who was there, quorum, minutes, decisions.

    The minutes are approved at a later meeting of the same body; decisions become
    actions with an owner and a date.
    """

    _name = "srm.committee.meeting"
    _inherit = [
        "srm.numbered.mixin",
        "srm.action.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _description = "Committee Meeting"
    _order = "date desc, id desc"
    _guard = Guard(
        steps={
            "hold": Step(("planned",), "held", check="_check_held"),
            "approve": Step(("held",), "approved", writes=("approved_in_id",)),
            "cancel": Step(("planned",), "cancelled"),
        },
        freezes=(
            Freeze(
                ("held", "approved"),
                but=("approved_in_id", "register_page"),
                children=("presence_ids",),
                files=True,
                database=True,
                remedy=_lt(
                    "Have the correction written in the minutes of the next meeting."
                ),
            ),
            Freeze(("cancelled",)),
        ),
        deletable=("planned",),
    )

    committee_id = fields.Many2one(
        "srm.committee", required=True, index=True, ondelete="restrict"
    )
    date = fields.Datetime(required=True, index=True, tracking=True)
    place = fields.Char()
    extraordinary = fields.Boolean(help="After a grave accident, for instance.")
    incident_id = fields.Many2one("srm.incident", help="Why it was called.")
    notice_date = fields.Date(string="Notice sent on")
    agenda = fields.Html()
    state = fields.Selection(
        STATES,
        required=True,
        default="planned",
        readonly=True,
        index=True,
        tracking=True,
    )
    presence_ids = fields.One2many("srm.committee.presence", "meeting_id")
    present_count = fields.Integer(compute="_compute_quorum")
    quorum = fields.Integer(compute="_compute_quorum", help="Half of the holders.")
    quorum_reached = fields.Boolean(compute="_compute_quorum")
    minutes = fields.Html()
    documents = fields.Text(string="Documents handed over")
    register_page = fields.Char(string="Page of the register")
    approved_in_id = fields.Many2one(
        "srm.committee.meeting", string="Approved at", readonly=True, copy=False
    )

    @api.depends("committee_id", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for meeting in self:
            day = meeting.date.strftime("%d/%m/%Y") if meeting.date else ""
            meeting.display_name = joined(meeting.committee_id.name, day, by=" ")

    @api.depends("presence_ids.present", "presence_ids.votes")
    def _compute_quorum(self):
        for meeting in self:
            voting = meeting.presence_ids.filtered(lambda p: p.seat == "holder")
            present = meeting.presence_ids.filtered(lambda p: p.present and p.votes)
            meeting.quorum = len(voting) // 2 + 1 if voting else 0
            meeting.present_count = len(present)
            meeting.quorum_reached = bool(voting) and len(present) >= meeting.quorum

    @api.model_create_multi
    def create(self, vals_list):
        meetings = super().create(vals_list)
        meetings.action_list_members()
        return meetings

    def action_list_members(self):
        """One presence line per member of the body; repeating adds the missing ones."""
        self.check_access("write")
        # sudo: who sits in the body calls its meetings, and makes no list of his own.
        for meeting in self.filtered(lambda m: m.state == "planned").sudo():
            missing = meeting.committee_id.member_ids - meeting.presence_ids.member_id
            meeting.presence_ids = [
                Command.create({"member_id": member.id}) for member in missing
            ]

    def action_held(self):
        """The minutes are written; below the quorum the meeting is called again."""
        self._take_step("hold")

    def action_approve(self):
        """At the next meeting of the same body."""
        for meeting in self:
            meeting._take_step("approve", approved_in_id=meeting._next_held().id)

    def action_cancel(self):
        self._take_step("cancel")

    def _check_held(self):
        for meeting in self:
            if not meeting.quorum_reached:
                raise UserError(
                    self.env._(
                        "%(meeting)s: %(present)s present, the quorum is %(quorum)s."
                        " Call the meeting again.",
                        meeting=meeting.display_name,
                        present=meeting.present_count,
                        quorum=meeting.quorum,
                    )
                )
            if not meeting.minutes:
                raise UserError(
                    self.env._(
                        "%(meeting)s: write the minutes first.",
                        meeting=meeting.display_name,
                    )
                )

    def _next_held(self):
        self.ensure_one()
        later = self.search(
            [
                ("committee_id", "=", self.committee_id.id),
                ("date", ">", self.date),
                ("state", "in", ("held", "approved")),
            ],
            order="date",
            limit=1,
        )
        if not later:
            raise UserError(
                self.env._(
                    "%(meeting)s: minutes are approved at a later meeting of the"
                    " same body.",
                    meeting=self.display_name,
                )
            )
        return later
