from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

KINDS = [
    ("csh", "Safety and hygiene committee (CSH)"),
    ("cssct", "Health, safety and working conditions (CSSCT)"),
    ("works_council", "Works council"),
    ("delegates", "Staff delegates"),
    ("other", "Other commission"),
]
#: Members elected by size of the staff (labour code art. 433): (up to, members).
DELEGATES = ((25, 1), (50, 2), (100, 3), (250, 5), (500, 7), (1000, 9))
FIRST_STAFF = 10
TRANCHE = 500


def delegates_for(headcount):
    """Staff delegates (as many substitutes) for a number of permanent employees.

    Labour code art. 433; above 1,000, one more per started tranche of 500.

    >>> [delegates_for(n) for n in (9, 10, 26, 101, 1000, 1001, 1500, 1501)]
    [0, 1, 2, 5, 9, 10, 10, 11]
    """
    if headcount < FIRST_STAFF:
        return 0
    for limit, members in DELEGATES:
        if headcount <= limit:
            return members
    return DELEGATES[-1][1] + -(-(headcount - DELEGATES[-1][0]) // TRANCHE)


#: Everybody knows the committee and its members; its papers are for these.
MEETING_READERS = (
    "srm_base.group_hse_officer,srm_base.group_hr_officer,srm_base.group_director,"
    "srm_hse.group_committee,srm_base.group_administrator"
)


class SrmCommittee(models.Model):
    """A body of the company: who sits in it, how often it must meet."""

    _name = "srm.committee"
    _inherit = ["mail.thread", "mail.activity.mixin", "srm.territory.mixin"]
    _description = "Committee or Staff Body"
    _order = "kind, name"

    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(KINDS, required=True, default="csh")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    site_ids = fields.Many2many("srm.site", string="Sites covered")
    headcount = fields.Integer(string="Permanent employees covered")
    seats = fields.Integer(string="Seats by law", compute="_compute_seats")
    rhythm_months = fields.Integer(
        string="Meets at least every (months)", required=True, default=3
    )
    term_start = fields.Date()
    term_end = fields.Date()
    member_ids = fields.One2many("srm.committee.member", "committee_id")
    member_user_ids = fields.Many2many(
        "res.users", compute="_compute_member_user_ids", store=True
    )
    meeting_ids = fields.One2many(
        "srm.committee.meeting",
        "committee_id",
        groups=MEETING_READERS,
    )
    report_ids = fields.One2many(
        "srm.committee.report", "committee_id", groups=MEETING_READERS
    )
    # sudo: all staff may know when their committee meets, not what it says
    last_meeting = fields.Date(compute="_compute_next_due", compute_sudo=True)
    next_due = fields.Date(compute="_compute_next_due", compute_sudo=True)
    late = fields.Boolean(compute="_compute_next_due", compute_sudo=True)

    _rhythm_positive = models.Constraint(
        "CHECK (rhythm_months > 0)", "A rhythm is at least one month."
    )
    _term_ordered = models.Constraint(
        "CHECK (term_end IS NULL OR term_start IS NULL OR term_end >= term_start)",
        "A term cannot end before it starts.",
    )

    @api.depends("headcount")
    def _compute_seats(self):
        for committee in self:
            committee.seats = delegates_for(committee.headcount)

    @api.depends("member_ids.user_id", "member_ids.active")
    def _compute_member_user_ids(self):
        for committee in self:
            committee.member_user_ids = committee.member_ids.user_id

    def _compute_next_due(self):
        held = dict(
            self.env["srm.committee.meeting"]._read_group(
                [
                    ("committee_id", "in", self.ids),
                    ("state", "in", ("held", "approved")),
                ],
                ["committee_id"],
                ["date:max"],
            )
        )
        today = fields.Date.context_today(self)
        for committee in self:
            last = held.get(committee)
            start = last.date() if last else committee.term_start
            months = relativedelta(months=committee.rhythm_months)
            committee.last_meeting = last and last.date()
            committee.next_due = start + months if start else False
            committee.late = bool(committee.next_due and committee.next_due < today)

    @api.constrains("kind", "member_ids")
    def _check_members(self):
        for committee in self.filtered(lambda c: c.kind == "delegates" and c.seats):
            holders = committee.member_ids.filtered(
                lambda m: m.side == "staff" and m.seat == "holder"
            )
            if len(holders) > committee.seats:
                raise ValidationError(
                    self.env._(
                        "%(committee)s: %(seats)s delegates by law for %(headcount)s"
                        " employees.",
                        committee=committee.name,
                        seats=committee.seats,
                        headcount=committee.headcount,
                    )
                )

    @api.model
    def _cron_remind(self):
        """One activity on every committee whose next meeting is overdue."""

        def remind(committee):
            secretary = committee.member_ids.filtered(lambda m: m.role == "secretary")
            committee.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=committee.next_due,
                summary=self.env._("The committee must meet"),
                user_id=(secretary.user_id[:1] or self.env.user).id,
            )

        self.search([("activity_ids", "=", False)]).filtered("late")._each(remind)
