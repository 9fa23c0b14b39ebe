from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from odoo.addons.srm_base.tools.names import joined
from odoo.addons.srm_kit.guard import Freeze, Guard, Step

_lt = LazyTranslate(__name__)


class SrmCommunication(models.Model):
    """What was told to whom, and what came from outside with the answer given.

    Record of communication of ISO 9001, 14001 and 45001 clause 7.4: an outside
    complaint or a question of an authority stays late until it is answered.
    """

    _name = "srm.communication"
    _inherit = [
        "srm.numbered.mixin",
        "srm.action.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "srm.territory.mixin",
    ]
    _description = "HSE Communication"
    _order = "date desc, id desc"
    _rec_names_search = ["name", "subject"]
    _guard = Guard(
        steps={
            "done": Step(
                ("open",), "done", dated="answer_date", check="_check_answered"
            ),
        },
        freezes=(
            Freeze(
                ("done",),
                files=True,
                database=True,
                remedy=_lt("It is evidence: record a new message."),
            ),
        ),
        deletable=("open",),
    )

    subject = fields.Char(required=True, tracking=True)
    direction = fields.Selection(
        [
            ("internal", "Inside the company"),
            ("sent", "Sent outside"),
            ("received", "Received from outside"),
        ],
        required=True,
        default="internal",
        index=True,
    )
    kind = fields.Selection(
        [
            ("information", "Information"),
            ("alert", "Safety alert"),
            ("complaint", "Complaint of a neighbour or a third party"),
            ("authority", "Authority"),
            ("suggestion", "Suggestion of a worker"),
        ],
        required=True,
        default="information",
        index=True,
    )
    party_id = fields.Many2one("srm.interested.party", string="With whom")
    date = fields.Date(required=True, default=fields.Date.context_today, index=True)
    channel = fields.Char(help="Display, mail, letter, radio, meeting...")
    site_id = fields.Many2one("srm.site", index="btree_not_null")
    territory_id = fields.Many2one(related="site_id.territory_id", store=True)
    message = fields.Html(string="What was said")
    attachment_ids = fields.Many2many("ir.attachment", string="Documents")
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        required=True,
        default=lambda self: self.env.user,
        tracking=True,
    )
    answer_due = fields.Date(string="Answer due on", tracking=True)
    answer = fields.Text(string="Answer given")
    answer_date = fields.Date(string="Done on", readonly=True, copy=False)
    state = fields.Selection(
        [("open", "To answer"), ("done", "Done")],
        required=True,
        default="open",
        readonly=True,
        index=True,
        tracking=True,
    )
    late = fields.Boolean(compute="_compute_late", search="_search_late")

    _answer_after = models.Constraint(
        "CHECK (answer_due IS NULL OR answer_due >= date)",
        "An answer cannot be due before the message.",
    )

    @api.depends("name", "subject")
    def _compute_display_name(self):
        for message in self:
            message.display_name = joined(message.name, message.subject)

    @api.depends("state", "answer_due")
    def _compute_late(self):
        today = fields.Date.context_today(self)
        for message in self:
            due = message.answer_due
            message.late = bool(message.state == "open" and due and due < today)

    @api.model
    def _search_late(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return Domain("state", "=", "open") & Domain("answer_due", "<", "today")

    def action_done(self):
        """Given to those concerned; what came from outside was answered."""
        self._take_step("done")

    def _check_answered(self):
        for message in self.filtered(lambda m: m.direction == "received"):
            if not (message.answer or "").strip():
                raise UserError(
                    self.env._(
                        "%(message)s came from outside: write the answer given first.",
                        message=message.display_name,
                    )
                )
