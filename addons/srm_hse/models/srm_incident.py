from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.tools import LazyTranslate

from odoo.addons.srm_base.tools.names import joined
from odoo.addons.srm_kit.guard import Freeze, Guard, Step

from ..tools.roles import MANAGER, OFFICER
from .srm_incident_person import OUTCOMES

_lt = LazyTranslate(__name__)
KINDS = [
    ("situation", "Dangerous situation"),
    ("near_miss", "Near miss"),
    ("injury", "Accident with people hurt"),
    ("damage", "Damage to property"),
    ("environment", "Environmental"),
]
SEVERITIES = [
    ("situation", "Dangerous situation"),
    ("near_miss", "Near miss"),
    *OUTCOMES[1:],
]
STATES = [
    ("declared", "Declared"),
    ("analysis", "Inquiry and causes"),
    ("actions", "Actions"),
    ("closed", "Closed"),
    ("cancelled", "Cancelled"),
]
#: Outcomes from which the committee inquires.
GRAVE = "3"
NEEDS_CAUSE = "2"


class SrmIncident(models.Model):
    """Something that hurt, could have hurt, or harmed the environment.

    Anybody declares; an HSE officer qualifies it, which starts the legal deadlines;
    causes and actions follow; it closes when every action was found effective.
    """

    _name = "srm.incident"
    _inherit = [
        "srm.numbered.mixin",
        "srm.action.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "srm.territory.mixin",
    ]
    _description = "Incident"
    _order = "occurred desc, id desc"
    _rec_names_search = ["name", "title"]
    _guard = Guard(
        steps={
            "qualify": Step(
                ("declared",),
                "analysis",
                group=OFFICER,
                signs="user_id",
                check="_check_people_listed",
            ),
            "decide": Step(
                ("analysis",), "actions", group=OFFICER, check="_check_analysed"
            ),
            "close": Step(
                ("actions",),
                "closed",
                group=MANAGER,
                dated="closed_date",
                check="_check_settled",
            ),
            "reopen": Step(
                ("closed",), "actions", group=MANAGER, writes=("closed_date",)
            ),
            "cancel": Step(
                ("declared", "analysis"),
                "cancelled",
                group=MANAGER,
                check="_check_cancel_reason",
            ),
        },
        freezes=(
            # The moments the legal deadlines run from.
            Freeze(
                ("analysis", "actions", "closed", "cancelled"),
                fields=("company_id", "informed", "occurred"),
                database=True,
                remedy=_lt("The legal deadlines run from it."),
            ),
            Freeze(
                ("closed", "cancelled"),
                but=("closed_date",),
                children=("cause_ids", "deadline_ids", "person_ids"),
                files=True,
                database=True,
                remedy=_lt("Have the incident reopened."),
            ),
        ),
        deletable=("declared",),
    )

    title = fields.Char(string="What happened", required=True, tracking=True)
    description = fields.Html()
    kind = fields.Selection(KINDS, required=True, default="near_miss", tracking=True)
    occurred = fields.Datetime(
        required=True, default=fields.Datetime.now, index=True, tracking=True
    )
    occurred_date = fields.Date(
        compute="_compute_occurred_date", store=True, index=True
    )
    informed = fields.Datetime(
        string="Company informed on", default=fields.Datetime.now, required=True
    )
    site_id = fields.Many2one("srm.site", index="btree_not_null", tracking=True)
    territory_id = fields.Many2one(
        compute="_compute_territory_id",
        store=True,
        readonly=False,
        precompute=True,
        entered="that of the site, chosen where there is no site",
    )
    place = fields.Char(string="Exact place or network asset")
    activity = fields.Char(string="Work going on")
    commuting = fields.Boolean(
        string="Commuting accident", help="Between home and work; counted apart."
    )
    person_ids = fields.One2many("srm.incident.person", "incident_id")
    severity = fields.Selection(
        SEVERITIES, compute="_compute_severity", store=True, index=True
    )
    potential = fields.Selection(
        [("low", "Low"), ("medium", "Medium"), ("high", "High: could have killed")],
        string="Potential severity",
        default="low",
        required=True,
    )
    work_accident = fields.Boolean(compute="_compute_severity", store=True)
    lost_days = fields.Integer(compute="_compute_lost_days", store=True)
    state = fields.Selection(
        STATES,
        required=True,
        default="declared",
        readonly=True,
        index=True,
        tracking=True,
    )
    immediate_action = fields.Text(string="Done at once")
    user_id = fields.Many2one(
        "res.users", string="HSE officer in charge", tracking=True
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Photos and statements")

    # Environmental incidents
    substance = fields.Char(string="Substance released")
    quantity = fields.Float(digits=(12, 3))
    quantity_unit = fields.Char()
    medium = fields.Selection(
        [
            ("air", "Air"),
            ("water", "Water"),
            ("sea", "Sea"),
            ("soil", "Soil"),
            ("noise", "Noise"),
        ]
    )
    contained = fields.Boolean(string="Contained on site")

    # Inquiry
    deadline_ids = fields.One2many("srm.incident.deadline", "incident_id")
    late_deadline_count = fields.Integer(compute="_compute_late_deadline_count")
    inquiry_needed = fields.Boolean(compute="_compute_severity", store=True)
    committee_id = fields.Many2one("srm.committee")
    employer_member_id = fields.Many2one(
        "srm.committee.member", string="Inquiry, employer's side"
    )
    staff_member_id = fields.Many2one(
        "srm.committee.member", string="Inquiry, employees' side"
    )
    inquiry_date = fields.Date()
    inquiry_report = fields.Html()
    cause_ids = fields.One2many("srm.incident.cause", "incident_id")
    closed_date = fields.Date(readonly=True, copy=False)
    cancel_reason = fields.Char(copy=False)

    _informed_after = models.Constraint(
        "CHECK (informed >= occurred)", "The company cannot be told before the facts."
    )

    @api.depends("name", "title")
    def _compute_display_name(self):
        for incident in self:
            incident.display_name = joined(incident.name, incident.title)

    @api.depends("occurred")
    def _compute_occurred_date(self):
        for incident in self:
            local = fields.Datetime.context_timestamp(
                incident.with_context(tz="Africa/Casablanca"), incident.occurred
            )
            incident.occurred_date = local.date()

    @api.depends("site_id")
    def _compute_territory_id(self):
        for incident in self:
            incident.territory_id = (
                incident.site_id.territory_id or incident.territory_id
            )

    @api.depends("kind", "person_ids.outcome", "person_ids.kind")
    def _compute_severity(self):
        for incident in self:
            worst = max(incident.person_ids.mapped("outcome"), default="0_unharmed")
            workers = incident.person_ids.filtered(
                lambda p: p.kind == "employee" and p.outcome > "0_unharmed"
            )
            incident.severity = worst if worst > "0_unharmed" else incident._harmless()
            incident.work_accident = bool(workers)
            incident.inquiry_needed = worst >= GRAVE

    def _harmless(self):
        """Severity while nobody is hurt; unknown until the persons hurt are listed."""
        self.ensure_one()
        if self.kind == "injury" and not self.person_ids:
            return False
        return "situation" if self.kind == "situation" else "near_miss"

    @api.depends("person_ids.lost_days")
    def _compute_lost_days(self):
        for incident in self:
            incident.lost_days = sum(incident.person_ids.mapped("lost_days"))

    @api.depends("deadline_ids.due", "deadline_ids.done")
    def _compute_late_deadline_count(self):
        now = fields.Datetime.now()
        for incident in self:
            incident.late_deadline_count = sum(
                deadline._state_at(now) == "late" for deadline in incident.deadline_ids
            )

    @api.constrains("kind", "person_ids")
    def _check_people(self):
        for incident in self.filtered(lambda i: i.kind != "injury"):
            if any(person.outcome > "0_unharmed" for person in incident.person_ids):
                raise ValidationError(
                    self.env._(
                        "%(incident)s: somebody was hurt, so it is an accident.",
                        incident=incident.display_name,
                    )
                )

    @api.constrains("employer_member_id", "staff_member_id", "committee_id")
    def _check_inquiry_members(self):
        for incident in self:
            if (
                incident.employer_member_id
                and incident.employer_member_id.side != "employer"
            ):
                raise ValidationError(
                    self.env._("Choose a member of the employer's side.")
                )
            if incident.staff_member_id and incident.staff_member_id.side != "staff":
                raise ValidationError(
                    self.env._("Choose a member of the employees' side.")
                )

    # Steps

    def action_declare(self):
        """Say that the declaration is in, and show it as it can be read now: whoever
        declares may not edit it afterwards, so the form has no Save button."""
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "Declared under the number %(number)s. The safety officer confirms"
                    " the facts.",
                    number=self.name,
                ),
                "next": {
                    "type": "ir.actions.act_window",
                    "res_model": self._name,
                    "res_id": self.id,
                    "views": [(False, "form")],
                    "target": "main",
                },
            },
        }

    def action_qualify(self):
        """The officer confirms the facts: the deadlines start."""
        self._take_step("qualify")._create_deadlines()

    def _create_deadlines(self):
        """The deadlines whose rule applies and that are not there yet."""
        rules = self.env["srm.deadline.rule"].search([("model", "=", self._name)])
        for rule in rules:
            concerned = self.filtered_domain(Domain(rule._get_domain()))
            for incident in concerned:
                if rule not in incident.deadline_ids.rule_id:
                    vals = incident._prepare_deadline_vals(rule)
                    incident.deadline_ids = [Command.create(vals)]

    def _prepare_deadline_vals(self, rule):
        self.ensure_one()
        return {
            "rule_id": rule.id,
            "user_id": self.user_id.id,
            "done": self.informed if rule.met_when_informed else False,
        }

    def action_update_deadlines(self):
        """After the facts changed: add the deadlines that now apply."""
        self.filtered(lambda i: i.state in ("analysis", "actions"))._create_deadlines()

    def action_decide(self):
        """Causes are found, actions are decided."""
        self._take_step("decide")

    def action_close(self):
        """Every action effective, every declaration made."""
        self._take_step("close")

    def action_reopen(self):
        self._take_step("reopen", closed_date=False)

    def action_cancel(self):
        """Declared by mistake; the reason stays."""
        self._take_step("cancel")

    def _check_people_listed(self):
        for incident in self.filtered(
            lambda i: i.kind == "injury" and not i.person_ids
        ):
            raise UserError(
                self.env._(
                    "%(incident)s: list the persons hurt.",
                    incident=incident.display_name,
                )
            )

    def _check_analysed(self):
        for incident in self:
            incident._check_inquiry_done()
            incident._check_causes_found()

    def _check_settled(self):
        for incident in self:
            open_deadlines = incident.deadline_ids.filtered(lambda d: not d.done)
            if open_deadlines:
                raise UserError(
                    self.env._(
                        "%(incident)s: not done yet: %(deadlines)s.",
                        incident=incident.display_name,
                        deadlines=", ".join(open_deadlines.rule_id.mapped("name")),
                    )
                )
            if incident.inquiry_needed and not incident.action_count:
                raise UserError(
                    self.env._(
                        "%(incident)s: no action was decided.",
                        incident=incident.display_name,
                    )
                )
        self._check_actions_finished()

    def _check_cancel_reason(self):
        if not all(self.mapped("cancel_reason")):
            raise UserError(self.env._("Write the reason of the cancellation first."))

    def _check_inquiry_done(self):
        self.ensure_one()
        complete = (
            self.employer_member_id
            and self.staff_member_id
            and self.inquiry_date
            and self.inquiry_report
        )
        if self.inquiry_needed and not complete:
            raise UserError(
                self.env._(
                    "%(incident)s: the committee inquires with one member of each side;"
                    " fill in the members, the date and the report.",
                    incident=self.display_name,
                )
            )

    def _check_causes_found(self):
        self.ensure_one()
        severity = self.severity or ""
        grave = severity >= NEEDS_CAUSE and severity[0].isdigit()
        if (grave or self.potential == "high") and not any(
            self.cause_ids.mapped("root")
        ):
            raise UserError(
                self.env._(
                    "%(incident)s: ask why until a root cause is found.",
                    incident=self.display_name,
                )
            )

    # Alarms

    @api.model
    def _cron_alarms(self):
        """An activity on each declaration that is close to its end, once."""
        now = fields.Datetime.now()
        deadlines = self.env["srm.incident.deadline"].search(
            [
                ("done", "=", False),
                ("alarm_sent", "=", False),
                ("due", "!=", False),
                ("due", "<=", now + relativedelta(days=30)),
                ("incident_id.state", "in", ("analysis", "actions")),
            ]
        )
        near = deadlines.filtered(
            lambda d: d.due <= now + relativedelta(days=d.rule_id.warn_days)
        )

        def alarm(deadline):
            incident = deadline.incident_id
            user = deadline.user_id or incident.user_id or self.env.user
            incident.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=deadline.due.date(),
                summary=deadline.rule_id.with_context(lang=user.lang).name,
                user_id=user.id,
            )

        near._each(alarm)._by_code().alarm_sent = True

    @api.model
    def _get_injuries_domain(self, first, last, company):
        """Persons of the company's works hurt in a period; commuting and occupational
        diseases apart."""
        domain = Domain("occurred_date", ">=", first) & Domain(
            "occurred_date", "<=", last
        )
        domain &= Domain("company_id", "=", company.id)
        domain &= Domain("kind", "in", ("employee", "subcontractor"))
        domain &= Domain("incident_id.state", "!=", "cancelled")
        if not company.srm_rates_with_commuting:
            domain &= Domain("commuting", "=", False)
        return domain & Domain("disease", "=", False)
