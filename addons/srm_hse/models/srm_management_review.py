from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.srm_kit.guard import Freeze, Guard, Step

from ..tools.roles import MANAGER


class SrmManagementReview(models.Model):
    """The direction looks at every required input, one line each, and decides."""

    _name = "srm.management.review"
    _inherit = [
        "srm.numbered.mixin",
        "srm.action.mixin",
        "mail.thread",
        "srm.typst.mixin",
    ]
    _description = "Management Review"
    _order = "date desc"
    _guard = Guard(
        steps={
            "hold": Step(("planned",), "held", group=MANAGER, check="_check_complete"),
            "cancel": Step(("planned",), "cancelled", group=MANAGER),
        },
        freezes=(
            Freeze(
                ("held", "cancelled"),
                children=("input_ids",),
                files=True,
                database=True,
            ),
        ),
        deletable=("planned",),
    )

    date = fields.Date(required=True, index=True)
    edition_ids = fields.Many2many("srm.standard.edition", string="Standards")
    attendee_ids = fields.Many2many("res.users", string="Present")
    input_ids = fields.One2many("srm.management.review.input", "review_id")
    missing_count = fields.Integer(compute="_compute_missing_count")
    conclusion = fields.Html(
        help="Is the system suitable, adequate and effective; what changes."
    )
    state = fields.Selection(
        [("planned", "In preparation"), ("held", "Held"), ("cancelled", "Cancelled")],
        required=True,
        default="planned",
        readonly=True,
        tracking=True,
    )

    @api.depends("input_ids.content", "input_ids.not_applicable")
    def _compute_missing_count(self):
        for review in self:
            review.missing_count = len(review.input_ids.filtered("missing"))

    @api.model_create_multi
    def create(self, vals_list):
        reviews = super().create(vals_list)
        reviews.action_list_inputs()
        return reviews

    def action_list_inputs(self):
        """One line per required input; repeating adds the missing ones."""
        topics = self.env["srm.review.topic"].search([("active", "=", True)])
        for review in self.filtered(lambda r: r.state == "planned"):
            review.input_ids = [
                Command.create({"topic_id": topic.id})
                for topic in topics - review.input_ids.topic_id
            ]

    def action_held(self):
        """Refused while an input has nothing on its line."""
        self._take_step("hold")

    def action_cancel(self):
        self._take_step("cancel")

    def _check_complete(self):
        self.action_list_inputs()
        for review in self:
            missing = review.input_ids.filtered("missing")
            if missing or not review.conclusion or not review.attendee_ids:
                raise UserError(
                    self.env._(
                        "%(review)s: fill in those present, the conclusion and each"
                        " required input. Missing: %(topics)s.",
                        review=review.display_name,
                        topics=", ".join(missing.topic_id.mapped("name")) or "-",
                    )
                )

    def _print_title(self):
        return self.env._("Management review")

    def _print_subtitle(self):
        return self.date.strftime("%d/%m/%Y")

    def _print_blocks(self):
        return [
            self._block_paragraph(
                self.env._("Present"), ", ".join(self.attendee_ids.mapped("name"))
            ),
            self._block_table(
                self.env._("Required inputs"),
                [
                    (self.env._("Input"), 2, "text"),
                    (self.env._("What was presented"), 4, "text"),
                    (self.env._("Decision"), 3, "text"),
                ],
                [
                    [x.topic_id.name, x.content or "-", x.decision]
                    for x in self.input_ids
                ],
            ),
            self._block_table(
                self.env._("Actions"),
                [
                    (self.env._("Action"), 4, "text"),
                    (self.env._("Owner"), 2, "text"),
                    (self.env._("Deadline"), 1, "text"),
                ],
                [
                    [a.title, a.user_id.name, a.deadline.strftime("%d/%m/%Y")]
                    for a in self.action_ids
                ],
            ),
        ]
