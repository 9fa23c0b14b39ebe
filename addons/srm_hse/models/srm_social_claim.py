from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.srm_base.tools.names import joined
from odoo.addons.srm_kit.guard import Freeze, Guard, Step

from ..tools.roles import HR_OFFICER


class SrmSocialClaim(models.Model):
    """A claim of the staff: rounds, result, and what was promised by when."""

    _name = "srm.social.claim"
    _inherit = ["srm.numbered.mixin", "mail.thread", "mail.activity.mixin"]
    _description = "Social Claim"
    _order = "date desc, id desc"
    _rec_names_search = ["name", "title"]
    _guard = Guard(
        steps={
            "talk": Step(("open",), "talks", group=HR_OFFICER),
            "agree": Step(
                ("talks",), "agreed", group=HR_OFFICER, check="_check_rounds"
            ),
            "disagree": Step(
                ("talks",), "disagreed", group=HR_OFFICER, check="_check_rounds"
            ),
            "close": Step(
                ("agreed", "disagreed"),
                "closed",
                group=HR_OFFICER,
                check="_check_kept",
            ),
        },
        freezes=(
            Freeze(
                ("agreed", "disagreed"),
                but=("conflict_days", "strike_notice", "user_id"),
                children=("commitment_ids", "round_ids"),
                children_but=("kept_date", "proof", "user_id"),
            ),
            Freeze(
                ("closed",),
                children=("commitment_ids", "round_ids"),
                files=True,
                database=True,
            ),
        ),
        deletable=("open",),
    )

    title = fields.Char(required=True, tracking=True)
    theme = fields.Selection(
        [
            ("pay", "Pay"),
            ("statute", "Statute and transfer"),
            ("pension", "Pension and cover"),
            ("conditions", "Working conditions"),
            ("safety", "Safety"),
            ("career", "Career"),
            ("other", "Other"),
        ],
        required=True,
        default="conditions",
    )
    date = fields.Date(required=True, default=fields.Date.context_today, index=True)
    body_id = fields.Many2one("srm.committee", string="Brought by the body")
    union = fields.Char(help="Name of the union as an organisation, never of members.")
    predecessor_id = fields.Many2one("srm.predecessor", string="Staff coming from")
    description = fields.Text(required=True)
    user_id = fields.Many2one("res.users", string="Followed by")
    strike_notice = fields.Date()
    conflict_days = fields.Integer(string="Days of conflict")
    round_ids = fields.One2many("srm.social.round", "claim_id")
    commitment_ids = fields.One2many("srm.social.commitment", "claim_id")
    state = fields.Selection(
        [
            ("open", "Received"),
            ("talks", "In talks"),
            ("agreed", "Agreement"),
            ("disagreed", "Disagreement recorded"),
            ("closed", "Closed"),
        ],
        required=True,
        default="open",
        readonly=True,
        index=True,
        tracking=True,
    )
    late_commitment_count = fields.Integer(compute="_compute_late_commitments")

    @api.depends("name", "title")
    def _compute_display_name(self):
        for claim in self:
            claim.display_name = joined(claim.name, claim.title)

    @api.depends("commitment_ids.late")
    def _compute_late_commitments(self):
        for claim in self:
            claim.late_commitment_count = len(claim.commitment_ids.filtered("late"))

    def action_talk(self):
        self._take_step("talk")

    def action_agree(self):
        self._take_step("agree")

    def action_disagree(self):
        self._take_step("disagree")

    def action_close(self):
        """Closed once every commitment is kept."""
        self._take_step("close")

    def _check_kept(self):
        for claim in self.filtered(lambda c: c.state == "agreed"):
            waiting = claim.commitment_ids.filtered(lambda x: not x.kept_date)
            if waiting:
                raise UserError(
                    self.env._(
                        "%(claim)s: not kept yet: %(list)s.",
                        claim=claim.display_name,
                        list=", ".join(waiting.mapped("name")),
                    )
                )

    def _check_rounds(self):
        for claim in self.filtered(lambda c: not c.round_ids.filtered("minutes")):
            raise UserError(
                self.env._(
                    "%(claim)s: record the meeting and its minutes first.",
                    claim=claim.display_name,
                )
            )
