from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.srm_base.tools.names import joined
from odoo.addons.srm_kit.guard import Freeze, Guard, Step

from ..tools.roles import MANAGER, OFFICER

#: What is still written once the cause is known.
FOLLOW_UP = ("deadline", "similar", "update_risks")


class SrmNonconformity(models.Model):
    """A requirement that was not met: correction, cause, actions, effect."""

    _name = "srm.nonconformity"
    _inherit = [
        "srm.numbered.mixin",
        "srm.action.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "srm.territory.mixin",
    ]
    _description = "Nonconformity"
    _order = "date desc, id desc"
    _rec_names_search = ["name", "title"]
    _guard = Guard(
        steps={
            "analyse": Step(
                ("open",),
                "analysed",
                group=OFFICER,
                signs="analysed_by_id",
                check="_check_cause",
            ),
            "close": Step(
                ("analysed",),
                "closed",
                group=MANAGER,
                dated="closed_date",
                not_by=("user_id", "analysed_by_id"),
                check="_check_corrected",
            ),
            "cancel": Step(("open",), "cancelled", group=MANAGER),
        },
        freezes=(
            Freeze(("analysed",), but=FOLLOW_UP),
            Freeze(("closed", "cancelled"), files=True, database=True),
        ),
        deletable=(),
    )

    title = fields.Char(required=True, tracking=True)
    description = fields.Text(required=True)
    date = fields.Date(required=True, default=fields.Date.context_today, index=True)
    origin = fields.Selection(
        [
            ("audit", "Audit"),
            ("inspection", "Inspection"),
            ("complaint", "Complaint"),
            ("output", "Nonconforming output"),
            ("supplier", "Contractor"),
            ("legal", "Compliance evaluation"),
            ("drill", "Drill"),
            ("other", "Other"),
        ],
        required=True,
        default="other",
    )
    clause_id = fields.Many2one("srm.standard.clause")
    site_id = fields.Many2one("srm.site", index="btree_not_null")
    territory_id = fields.Many2one(
        compute="_compute_territory_id",
        store=True,
        readonly=False,
        precompute=True,
        entered="that of the site, chosen where there is no site",
    )
    partner_id = fields.Many2one("res.partner", string="Contractor concerned")
    major = fields.Boolean(tracking=True)
    user_id = fields.Many2one(
        "res.users", string="Owner", required=True, default=lambda self: self.env.user
    )
    deadline = fields.Date(
        compute="_compute_deadline",
        store=True,
        readonly=False,
        tracking=True,
        entered="one month for a major, three for the others, unless agreed otherwise",
    )
    correction = fields.Text(help="What was done at once, including the consequences.")
    similar = fields.Text(string="Could it exist elsewhere?")
    cause = fields.Text(string="Root cause")
    update_risks = fields.Boolean(string="Risks or aspects to evaluate again")
    state = fields.Selection(
        [
            ("open", "Open"),
            ("analysed", "Cause known"),
            ("closed", "Closed"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="open",
        readonly=True,
        index=True,
        tracking=True,
    )
    overdue = fields.Boolean(compute="_compute_overdue", search="_search_overdue")
    analysed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    closed_date = fields.Date(readonly=True, copy=False)

    @api.depends("name", "title")
    def _compute_display_name(self):
        for nonconformity in self:
            nonconformity.display_name = joined(nonconformity.name, nonconformity.title)

    @api.depends("site_id")
    def _compute_territory_id(self):
        for record in self:
            record.territory_id = record.site_id.territory_id or record.territory_id

    @api.depends("date", "major")
    def _compute_deadline(self):
        """One month for a major, three for the others, unless changed."""
        for record in self:
            months = relativedelta(months=1 if record.major else 3)
            record.deadline = record.date and record.date + months

    @api.depends("deadline", "state")
    def _compute_overdue(self):
        today = fields.Date.context_today(self)
        for record in self:
            record.overdue = bool(
                record.state in ("open", "analysed")
                and record.deadline
                and record.deadline < today
            )

    @api.model
    def _search_overdue(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return [("state", "in", ("open", "analysed")), ("deadline", "<", "today")]

    def action_analyse(self):
        self._take_step("analyse")

    def action_close(self):
        """Actions found effective; closed by somebody else than the owner."""
        self._take_step("close")

    def action_cancel(self):
        self._take_step("cancel")

    def _check_cause(self):
        for record in self:
            if not (record.correction and record.cause):
                raise UserError(
                    self.env._(
                        "%(record)s: write the correction and the root cause.",
                        record=record.display_name,
                    )
                )

    def _check_corrected(self):
        for record in self:
            if not record.action_count:
                raise UserError(
                    self.env._(
                        "%(record)s: no corrective action was decided.",
                        record=record.display_name,
                    )
                )
        self._check_actions_finished()
