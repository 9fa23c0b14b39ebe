from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from odoo.addons.srm_base.tools.names import joined
from odoo.addons.srm_kit.guard import Freeze, Guard, Step

from ..tools.roles import MANAGER

_lt = LazyTranslate(__name__)

#: What must be looked at before a change is approved, and its label in messages.
REVIEWS = ("risk_review", "aspect_review", "obligation_review", "training_review")


class SrmChange(models.Model):
    """A planned change, looked at before it happens, not after.

    ISO 45001 clause 8.1.3, 9001 and 14001:2026 clause 6.3: risks, environmental
    aspects, legal requirements and training are each reviewed on their own line; who
    asks does not approve; it is done once its actions are.
    """

    _name = "srm.change"
    _inherit = [
        "srm.numbered.mixin",
        "srm.action.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "srm.territory.mixin",
    ]
    _description = "Planned Change"
    _order = "planned_date desc, id desc"
    _rec_names_search = ["name", "title"]
    _guard = Guard(
        steps={
            "approve": Step(
                ("draft",),
                "approved",
                group=MANAGER,
                signs="approved_by_id",
                dated="approved_date",
                not_by=("requester_id", "create_uid"),
                check="_check_reviewed",
            ),
            "refuse": Step(("draft",), "refused", group=MANAGER),
            "done": Step(
                ("approved",), "done", dated="done_date", check="_check_result"
            ),
        },
        freezes=(
            Freeze(
                ("approved",),
                but=("planned_date", "result"),
                remedy=_lt("Ask for a new change."),
            ),
            Freeze(("done", "refused"), files=True, database=True),
        ),
        deletable=("draft",),
    )

    title = fields.Char(string="What changes", required=True, tracking=True)
    kind = fields.Selection(
        [
            ("process", "Process or method"),
            ("equipment", "Equipment or installation"),
            ("substance", "Substance"),
            ("organisation", "Organisation"),
            ("contractor", "Outsourced work"),
            ("temporary", "Temporary situation"),
        ],
        required=True,
        default="process",
        index=True,
    )
    reason = fields.Text(required=True)
    planned_date = fields.Date(string="Planned for", required=True, tracking=True)
    site_id = fields.Many2one("srm.site", index="btree_not_null")
    territory_id = fields.Many2one(related="site_id.territory_id", store=True)
    requester_id = fields.Many2one(
        "res.users", required=True, default=lambda self: self.env.user, tracking=True
    )
    risk_review = fields.Text(string="Hazards and risks")
    aspect_review = fields.Text(string="Environmental aspects")
    obligation_review = fields.Text(string="Legal requirements")
    training_review = fields.Text(string="Training and information")
    consulted = fields.Char(string="Workers consulted", help="Who, when, which body.")
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    approved_date = fields.Date(readonly=True, copy=False)
    result = fields.Text(string="What was seen after the change")
    done_date = fields.Date(string="Done on", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("draft", "Asked"),
            ("approved", "Approved"),
            ("done", "Done"),
            ("refused", "Refused"),
        ],
        required=True,
        default="draft",
        readonly=True,
        index=True,
        tracking=True,
    )
    overdue = fields.Boolean(compute="_compute_overdue", search="_search_overdue")

    @api.depends("name", "title")
    def _compute_display_name(self):
        for change in self:
            change.display_name = joined(change.name, change.title)

    @api.depends("state", "planned_date")
    def _compute_overdue(self):
        today = fields.Date.context_today(self)
        for change in self:
            waiting = change.state in ("draft", "approved")
            day = change.planned_date
            change.overdue = bool(waiting and day and day < today)

    @api.model
    def _search_overdue(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return Domain("state", "in", ("draft", "approved")) & Domain(
            "planned_date", "<", "today"
        )

    def action_approve(self):
        """Every review is written, workers were consulted, and by somebody else."""
        self._take_step("approve")

    def action_refuse(self):
        self._take_step("refuse")

    def action_done(self):
        """Made, checked afterwards, and nothing decided for it is left undone."""
        self._take_step("done")

    def _check_reviewed(self):
        for change in self:
            missing = change._missing_reviews()
            if missing:
                raise UserError(
                    self.env._(
                        "%(change)s: not written yet: %(reviews)s.",
                        change=change.display_name,
                        reviews=", ".join(missing),
                    )
                )

    def _missing_reviews(self) -> list[str]:
        """Labels of what was not looked at."""
        self.ensure_one()
        names = [*REVIEWS, "consulted"]
        labels = self.fields_get(names, ["string"])
        return [labels[n]["string"] for n in names if not (self[n] or "").strip()]

    def _check_result(self):
        for change in self:
            if not (change.result or "").strip():
                raise UserError(
                    self.env._(
                        "%(change)s: write what was seen after the change.",
                        change=change.display_name,
                    )
                )
        self._check_actions_finished()
