from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate

from odoo.addons.srm_kit.guard import Freeze, Guard, Step

from .srm_attendance import REGION_TZ

_lt = LazyTranslate(__name__)

STATES = [
    ("draft", "Draft"),
    ("planned", "Planned"),
    ("done", "Held"),
    ("cancelled", "Cancelled"),
]
CATCH_UP_HOURS = 2
CATCH_UP_DELAY_DAYS = 7
DEFAULT_CAPACITY = 30


class SrmCampaignSession(models.Model):
    """A training session or a toolbox talk, with a place, hours and named people."""

    _name = "srm.campaign.session"
    _inherit = ["mail.thread", "mail.activity.mixin", "srm.territory.mixin"]
    _description = "Session"
    _order = "start desc, id desc"
    _guard = Guard(
        steps={
            "plan": Step(("draft", "cancelled"), "planned", check="_check_list_frozen"),
            "hold": Step(("planned",), "done", check="_close_sheet"),
            "cancel": Step(
                ("draft", "planned"), "cancelled", check="_check_nobody_signed_in"
            ),
        },
        freezes=(
            # What those who signed in signed for.
            Freeze(
                once="first_check_in",
                fields=("campaign_id", "start", "theme_ids"),
                remedy=_lt("People signed in: plan another session."),
            ),
            Freeze(
                ("done",),
                but=("photo_ids", "report"),
                children=("attendance_ids",),
                files=True,
                remedy=_lt("The sheet is closed: plan a catch-up session."),
            ),
        ),
        deletable=("draft", "cancelled"),
    )

    name = fields.Char(
        compute="_compute_name",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        entered="proposed from the campaign and the place",
    )
    campaign_id = fields.Many2one(
        "srm.campaign", required=True, index=True, ondelete="restrict", tracking=True
    )
    company_id = fields.Many2one(related="campaign_id.company_id", store=True)
    kind = fields.Selection(
        [("session", "Session"), ("talk", "Toolbox talk")],
        required=True,
        default="session",
        index=True,
    )
    catch_up = fields.Boolean("Catch-up session")
    theme_ids = fields.Many2many(
        "srm.theme",
        string="Themes",
        compute="_compute_theme_ids",
        store=True,
        readonly=False,
        entered="those of the campaign, unless the session treats some of them only",
        help="A person attending is covered on each of these themes",
    )
    language_id = fields.Many2one("srm.spoken.language", ondelete="restrict")
    material_ids = fields.Many2many("srm.campaign.material", string="Materials used")

    # Where, when, with whom
    place = fields.Char(help="Room, yard or building site")
    start = fields.Datetime(required=True, index=True, tracking=True)
    stop = fields.Datetime(required=True, tracking=True)
    date = fields.Date(compute="_compute_date", store=True, index=True)
    duration = fields.Float(
        "Hours", compute="_compute_duration", store=True, help="Training hours"
    )
    user_id = fields.Many2one(
        "res.users",
        string="Session leader",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        tracking=True,
        help="Signs people in on the phone",
    )
    trainer_id = fields.Many2one(
        "res.partner", help="Who speaks, when it is not the session leader"
    )
    capacity = fields.Integer(default=DEFAULT_CAPACITY)
    event_id = fields.Many2one(
        "calendar.event", string="Calendar entry", readonly=True, copy=False
    )

    # What came out
    state = fields.Selection(
        STATES,
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    attendance_ids = fields.One2many("srm.attendance", "session_id", copy=False)
    invited_count = fields.Integer(compute="_compute_counts", string="On the list")
    present_count = fields.Integer(compute="_compute_counts", string="Present")
    absent_count = fields.Integer(compute="_compute_counts", string="Absent")
    first_check_in = fields.Datetime(compute="_compute_first_check_in", store=True)
    report = fields.Html(copy=False)
    photo_ids = fields.Many2many("ir.attachment", string="Photos", copy=False)

    _times_order = models.Constraint(
        "CHECK (stop > start)", "A session ends after it starts."
    )
    _capacity_positive = models.Constraint(
        "CHECK (capacity > 0)", "The capacity is at least one person."
    )

    @api.depends("campaign_id", "kind", "territory_id")
    def _compute_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for session in self:
            session.name = session.name or " · ".join(
                filter(
                    None,
                    [
                        kinds.get(session.kind),
                        session.campaign_id.name,
                        session.territory_id.name,
                    ],
                )
            )

    @api.depends("campaign_id")
    def _compute_theme_ids(self):
        for session in self:
            session.theme_ids = session.theme_ids or session.campaign_id.theme_ids

    @api.depends("start")
    def _compute_date(self):
        region = self.with_context(tz=REGION_TZ)
        for session in self:
            session.date = session.start and fields.Datetime.context_timestamp(
                region, session.start
            )

    @api.depends("start", "stop")
    def _compute_duration(self):
        for session in self:
            seconds = (
                (session.stop - session.start).total_seconds()
                if session.start and session.stop
                else 0
            )
            session.duration = seconds / 3600

    @api.depends("attendance_ids.check_in")
    def _compute_first_check_in(self):
        for session in self:
            entries = filter(None, session.attendance_ids.mapped("check_in"))
            session.first_check_in = min(entries, default=False)

    @api.depends("attendance_ids.status")
    def _compute_counts(self):
        counts = {
            (session.id, status): count
            for session, status, count in self.env["srm.attendance"]._read_group(
                [("session_id", "in", self.ids)], ["session_id", "status"], ["__count"]
            )
        }
        for session in self:
            of_status = {
                status: counts.get((session.id, status), 0)
                for status in ("invited", "present", "absent", "excused")
            }
            session.invited_count = sum(of_status.values())
            session.present_count = of_status["present"]
            session.absent_count = of_status["absent"] + of_status["excused"]

    def write(self, vals):
        result = super().write(vals)
        if {"start", "stop", "place", "name", "user_id"} & set(vals):
            self._sync_calendar()
        return result

    # Life

    def action_plan(self):
        """Put the session in the calendar of its leader; people can be invited."""
        self._take_step("plan")._sync_calendar()
        return True

    def action_done(self):
        """Close the sheet."""
        self._take_step("hold")
        return True

    def action_cancel(self):
        self._take_step("cancel").event_id.unlink()
        return True

    def _check_list_frozen(self) -> None:
        for session in self.filtered(lambda item: item.campaign_id.state != "running"):
            raise UserError(
                self.env._(
                    "Freeze the list of “%(name)s” before planning its sessions.",
                    name=session.campaign_id.name,
                )
            )

    def _close_sheet(self) -> None:
        """Who was expected and did not come is absent."""
        for session in self.filtered(lambda item: item.start > fields.Datetime.now()):
            raise UserError(
                self.env._("“%(name)s” has not started yet.", name=session.name)
            )
        self.attendance_ids.filtered(
            lambda item: item.status == "invited"
        ).action_absent()

    def _check_nobody_signed_in(self) -> None:
        for session in self.filtered("present_count"):
            raise UserError(
                self.env._(
                    "People signed in at “%(name)s”: it cannot be cancelled.",
                    name=session.name,
                )
            )

    # Calendar

    def _prepare_event(self) -> dict:
        self.ensure_one()
        return {
            "name": self.name,
            "start": self.start,
            "stop": self.stop,
            "location": self.place,
            "user_id": self.user_id.id,
            "partner_ids": [fields.Command.set(self.user_id.partner_id.ids)],
        }

    def _sync_calendar(self) -> None:
        planned = self.filtered(lambda item: item.state == "planned")
        missing = planned.filtered(lambda item: not item.event_id)
        for session in planned - missing:
            session.event_id.write(session._prepare_event())
        events = self.env["calendar.event"].create(
            [session._prepare_event() for session in missing]
        )
        for session, event in zip(missing, events, strict=True):
            session._by_code().event_id = event

    # People expected

    def action_fill(self):
        """Expect the persons of the province nobody has reached yet, up to the
        capacity, those expected elsewhere left out."""
        for session in self:
            room = session.capacity - session.invited_count
            session._expect(session._candidates(max(room, 0)))
        return True

    def _candidates(self, limit: int):
        """Workers of the frozen list still to be reached in the province."""
        self.ensure_one()
        busy = self.env["srm.attendance"]._search(
            [
                ("campaign_id", "=", self.campaign_id.id),
                ("status", "=", "invited"),
            ]
        )
        domain = [
            ("campaign_id", "=", self.campaign_id.id),
            ("excluded", "=", False),
            ("covered", "=", False),
            ("worker_id.attendance_ids", "not any", [("id", "in", busy)]),
        ]
        if self.province_id:
            domain.append(("province_id", "=", self.province_id.id))
        targets = self.env["srm.campaign.target"].search(domain, limit=limit)
        return targets.worker_id if limit else targets.worker_id.browse()

    def _expect(self, workers) -> None:
        """Put workers on the sheet of the session; those already on it stay."""
        self.ensure_one()
        self.env["srm.attendance"].create(
            [
                {"session_id": self.id, "worker_id": worker.id}
                for worker in workers - self.attendance_ids.worker_id
            ]
        )

    def action_invite(self):
        """Send each person expected a mail, or an SMS without an address."""
        self.check_access("write")
        planned = self.filtered(lambda item: item.state == "planned")
        planned.attendance_ids.filtered(
            lambda item: item.status == "invited" and not item.invited_on
        )._send_invitations()
        return True

    # Catch-up

    @api.model
    def _plan_catch_up(self, targets):
        """Draft catch-up sessions for these persons: one per campaign, province and
        capacity, a week ahead and day after day. Returns the sessions."""
        sessions = self.browse()
        for (campaign, province), group in targets.grouped(
            lambda item: (item.campaign_id, item.province_id)
        ).items():
            for batch, first in enumerate(range(0, len(group), DEFAULT_CAPACITY)):
                workers = group[first : first + DEFAULT_CAPACITY].worker_id
                session = self.create(
                    self._prepare_catch_up(campaign, province, days_later=batch)
                )
                session._expect(workers)
                sessions |= session
        if not sessions:
            raise UserError(self.env._("Everybody selected has been reached already."))
        return sessions

    def _prepare_catch_up(self, campaign, province, days_later: int = 0) -> dict:
        delay = timedelta(days=CATCH_UP_DELAY_DAYS + days_later)
        day = fields.Date.context_today(self) + delay
        start = datetime.combine(day, time(9), ZoneInfo(REGION_TZ))
        start = start.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)
        return {
            "campaign_id": campaign.id,
            "territory_id": province.id,
            "catch_up": True,
            "name": self.env._(
                "Catch-up · %(campaign)s · %(province)s",
                campaign=campaign.name,
                province=province.name or self.env._("no province"),
            ),
            "start": start,
            "stop": start + timedelta(hours=CATCH_UP_HOURS),
        }

    # Openings

    def action_open_attendances(self):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "srm_hse.srm_attendance_action"
        )
        return action | {
            "domain": [("session_id", "=", self.id)],
            "context": {"default_session_id": self.id},
        }

    def action_open_phone_page(self):
        return {
            "type": "ir.actions.act_url",
            "url": f"/srm/m/attendance?session={self.id}",
            "target": "new",
        }

    def action_issue_certificates(self):
        return self.attendance_ids.action_issue_certificate()
