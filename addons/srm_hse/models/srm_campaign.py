from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import LazyTranslate

from odoo.addons.srm_kit.guard import Freeze, Guard, Step

_lt = LazyTranslate(__name__)

STATES = [
    ("draft", "Draft"),
    ("review", "List under review"),
    ("running", "Running"),
    ("closed", "Closed"),
    ("cancelled", "Cancelled"),
]


class SrmCampaign(models.Model):
    """A campaign over provinces and populations, whose coverage can be proven.

    The list of the persons to reach is computed, reviewed by a person, then frozen at
    a date; coverage only ever looks at that frozen list.
    """

    _name = "srm.campaign"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Awareness Campaign"
    _order = "date_start desc, id desc"
    _guard = Guard(
        steps={
            "compute": Step(("draft",), "review"),
            "freeze": Step(
                ("review",),
                "running",
                signs="frozen_by_id",
                dated="frozen_date",
                check="_settle_list",
            ),
            "close": Step(("running",), "closed", check="_check_sessions_held"),
            "reopen": Step(("closed",), "running"),
            "cancel": Step(("draft", "review", "running"), "cancelled"),
        },
        freezes=(
            # The list, what it was made from, and the rule that says who is covered.
            Freeze(
                once="frozen_date",
                fields=(
                    "company_id",
                    "province_ids",
                    "population_ids",
                    "require_pass",
                    "pass_mark",
                    "frozen_date",
                    "frozen_by_id",
                ),
                children=("target_ids",),
                database=True,
                remedy=_lt("The list is frozen: start another campaign."),
            ),
            Freeze(
                ("closed", "cancelled"),
                but=("description",),
                children=("session_ids",),
                children_but=("photo_ids", "report"),
                files=True,
            ),
        ),
        deletable=("draft", "review"),
    )

    # What and for whom
    name = fields.Char(required=True, tracking=True)
    code = fields.Char(readonly=True, copy=False, default="/", index=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        tracking=True,
    )
    theme_ids = fields.Many2many("srm.theme", string="Themes", required=True)
    province_ids = fields.Many2many(
        "srm.territory",
        string="Prefectures and provinces",
        domain=[("level", "=", "province")],
        help="Empty: all of them, and persons without a place",
    )
    population_ids = fields.Many2many(
        "srm.population", string="Populations", required=True
    )
    language_ids = fields.Many2many("srm.spoken.language", string="Languages")
    material_ids = fields.Many2many("srm.campaign.material", string="Materials")

    # When, how much, how far
    date_start = fields.Date(required=True, tracking=True)
    date_end = fields.Date(required=True, tracking=True)
    objective = fields.Float(
        "Objective (%)", digits=(5, 1), default=84.0, aggregator="avg", tracking=True
    )
    budget = fields.Monetary()
    require_pass = fields.Boolean(
        "Quiz must be passed",
        help="Only persons who passed the quiz after a session count as covered",
    )
    pass_mark = fields.Float("Pass mark (%)", digits=(5, 1), default=60.0)
    quiz_before_id = fields.Many2one("survey.survey", ondelete="restrict")
    quiz_after_id = fields.Many2one("survey.survey", ondelete="restrict")
    description = fields.Html()

    # Life
    state = fields.Selection(
        STATES,
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    frozen_date = fields.Date(
        "List frozen on", readonly=True, copy=False, tracking=True
    )
    frozen_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    target_ids = fields.One2many("srm.campaign.target", "campaign_id", copy=False)
    session_ids = fields.One2many("srm.campaign.session", "campaign_id", copy=False)

    _period_order = models.Constraint(
        "CHECK (date_end >= date_start)", "A campaign cannot end before it starts."
    )
    _objective_percent = models.Constraint(
        "CHECK (objective > 0 AND objective <= 100)",
        "The objective is a percentage above 0 and up to 100.",
    )
    _pass_mark_percent = models.Constraint(
        "CHECK (pass_mark >= 0 AND pass_mark <= 100)",
        "The pass mark is a percentage from 0 to 100.",
    )
    _frozen_complete = models.Constraint(
        "CHECK (state NOT IN ('running', 'closed') OR frozen_date IS NOT NULL)",
        "A running campaign has a list frozen at a date.",
    )

    @api.constrains("theme_ids", "population_ids")
    def _check_subject(self):
        for campaign in self:
            if not campaign.theme_ids or not campaign.population_ids:
                raise ValidationError(
                    self.env._(
                        "The campaign “%(name)s” needs at least one theme and one"
                        " population.",
                        name=campaign.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("code", "/") == "/":
                vals["code"] = self.env["ir.sequence"].next_by_code("srm.campaign")
        return super().create(vals_list)

    # From the idea to the frozen list

    def action_compute_targets(self):
        """Compute the list of persons, or refresh it while it is reviewed."""
        self.lock_for_update()  # nobody freezes a list that is being made
        self._take_step("compute")
        for campaign in self:
            campaign.target_ids._refresh(campaign)
        return self.action_open_targets() if len(self) == 1 else True

    def action_freeze(self):
        """Fix the list as it is today: the denominator of every rate to come."""
        self._take_step("freeze")
        return True

    def action_close(self):
        self._take_step("close")
        return True

    def action_reopen(self):
        self._take_step("reopen")
        return True

    def action_cancel(self):
        self._take_step("cancel").session_ids.filtered(
            lambda item: item.state in ("draft", "planned")
        ).action_cancel()
        return True

    def _settle_list(self):
        """Refuse an empty list; copy what the persons are today."""
        for campaign in self.filtered(lambda item: not item.target_count):
            raise UserError(
                self.env._(
                    "The list of “%(name)s” is empty: compute it first.",
                    name=campaign.name,
                )
            )
        self.target_ids._refresh_snapshot()

    def _check_sessions_held(self):
        for campaign in self:
            if campaign.session_ids.filtered(lambda item: item.state == "planned"):
                raise UserError(
                    self.env._(
                        "Sessions of “%(name)s” are still planned: hold or cancel"
                        " them first.",
                        name=campaign.name,
                    )
                )

    # Openings

    def action_open_targets(self):
        return self._open("srm_hse.srm_campaign_target_action")

    def action_open_sessions(self):
        return self._open("srm_hse.srm_campaign_session_action")

    def action_open_attendances(self):
        return self._open("srm_hse.srm_attendance_action")

    def action_open_certificates(self):
        return self._open("srm_hse.srm_certificate_action")

    def action_open_not_reached(self):
        """Persons of the frozen list nobody has reached yet."""
        action = self._open("srm_hse.srm_campaign_target_action")
        action["context"]["search_default_not_covered"] = 1
        return action

    def action_open_coverage(self):
        action = self.env["ir.actions.actions"]._for_xml_id(
            "srm_hse.srm_coverage_action"
        )
        return action | {"context": {"campaign_ids": self.ids}}

    def _open(self, xmlid: str) -> dict:
        action = self.env["ir.actions.actions"]._for_xml_id(xmlid)
        context = {"default_campaign_id": self.id} if len(self) == 1 else {}
        return action | {
            "domain": [("campaign_id", "in", self.ids)],
            "context": context,
        }
