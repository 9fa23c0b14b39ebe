from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate

from odoo.addons.srm_base.tools.names import joined
from odoo.addons.srm_kit.guard import Freeze, Guard, Step

_lt = LazyTranslate(__name__)
MANAGER = "srm_base.group_project_manager"
#: What is attached once the minutes are closed, until they are signed.
SIGNED = ("signed_document_ids", "evidence_sha256")


class SrmMinutes(models.Model):
    """Minutes of a meeting: agenda, presence, outcomes; written while it is open.

    planned -> open -> closed (numbered, nothing changes any more) -> signed -> approved
    by the next meeting of the same series (same kind, same place).
    """

    _name = "srm.minutes"
    _inherit = [
        "srm.evidence.mixin",
        "srm.territory.mixin",
        "srm.typst.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _description = "Minutes of a Meeting"
    _order = "date desc, id desc"
    _rec_names_search = ["name", "title"]
    _evidence_fields = ("signed_document_ids",)
    _guard = Guard(
        steps={
            "open": Step(
                ("planned",),
                "open",
                group=MANAGER,
                writes=("previous_id", "carried_ids"),
            ),
            "close": Step(("open",), "closed", group=MANAGER, check="_finish"),
            "sign": Step(
                ("closed",), "signed", group=MANAGER, check="_check_signed_document"
            ),
            "approve": Step(
                ("signed",), "approved", group=MANAGER, writes=("approved_in_id",)
            ),
            "cancel": Step(("planned", "open"), "cancelled", group=MANAGER),
        },
        freezes=(
            Freeze(
                ("closed", "signed", "approved", "cancelled"),
                but=SIGNED,
                children=("item_ids", "presence_ids", "decision_ids"),
                database=True,
                remedy=_lt("Take it up again at the next meeting."),
            ),
            Freeze(("signed", "approved"), fields=SIGNED, files=True, database=True),
        ),
        deletable=("planned",),
    )

    name = fields.Char(
        string="Number", readonly=True, copy=False, default="/", index=True
    )
    title = fields.Char(string="Object", required=True, tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    kind_id = fields.Many2one(
        "srm.meeting.kind", required=True, index=True, ondelete="restrict"
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now, index=True)
    place = fields.Char()
    chair_id = fields.Many2one("res.partner", string="Chaired by")
    user_id = fields.Many2one(
        "res.users", string="Secretary", default=lambda self: self.env.user
    )
    project_ids = fields.Many2many("project.project")
    item_ids = fields.One2many("srm.minutes.item", "minutes_id", string="Agenda")
    presence_ids = fields.One2many("srm.minutes.presence", "minutes_id")
    decision_ids = fields.One2many("srm.decision", "minutes_id", string="Outcomes")
    carried_ids = fields.Many2many(
        "srm.decision",
        "srm_minutes_carried_rel",
        "minutes_id",
        "decision_id",
        string="Open decisions of the meetings before",
        readonly=True,
        copy=False,
    )
    previous_id = fields.Many2one(
        "srm.minutes", string="Meeting before", readonly=True, copy=False
    )
    approved_in_id = fields.Many2one(
        "srm.minutes", string="Approved in", readonly=True, copy=False
    )
    signed_document_ids = fields.Many2many(
        "ir.attachment", string="Signed document", copy=False
    )
    present_count = fields.Integer(compute="_compute_present_count")
    decision_count = fields.Integer(compute="_compute_decision_count")
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("open", "Open"),
            ("closed", "Closed"),
            ("signed", "Signed"),
            ("approved", "Approved"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="planned",
        copy=False,
        index=True,
        tracking=True,
    )

    _name_uidx = models.UniqueIndex(
        "(company_id, name) WHERE name != '/'", "This number is already taken."
    )

    @api.depends("name", "title")
    def _compute_display_name(self):
        for minutes in self:
            minutes.display_name = joined(minutes.name, minutes.title)

    @api.depends("presence_ids.status")
    def _compute_present_count(self):
        for minutes in self:
            present = minutes.presence_ids.filtered(lambda p: p.status == "present")
            minutes.present_count = len(present)

    @api.depends("decision_ids")
    def _compute_decision_count(self):
        for minutes in self:
            minutes.decision_count = len(minutes.decision_ids)

    def _series_domain(self):
        return [
            ("company_id", "=", self.company_id.id),
            ("kind_id", "=", self.kind_id.id),
            ("territory_id", "=", self.territory_id.id),
            ("id", "!=", self.id),
        ]

    def action_open(self):
        """The meeting begins: open decisions of the series come on its agenda."""
        for minutes in self:
            before = self.search(
                [
                    *minutes._series_domain(),
                    ("state", "in", ("closed", "signed", "approved")),
                ]
            )
            waiting = before.decision_ids.filtered(lambda d: d._is_waiting())
            minutes._take_step(
                "open",
                previous_id=before[:1].id,
                carried_ids=[Command.set(waiting.ids)],
            )
        return True

    def action_close(self):
        """Nothing changes any more; the number comes now, so that none is missing."""
        return bool(self._take_step("close"))

    def _finish(self):
        for minutes in self:
            minutes._check_closing()
            number = self.env["ir.sequence"].sudo().next_by_code("srm.minutes")
            minutes._by_code().write({"name": number})
            minutes.decision_ids._by_code()._number()

    def _check_closing(self):
        quorum = max(self.kind_id.quorum, 1)
        if self.present_count < quorum:
            raise UserError(
                self.env._(
                    "%(minutes)s: %(count)s present, %(quorum)s needed. Enter who was "
                    "there.",
                    minutes=self.display_name,
                    count=self.present_count,
                    quorum=quorum,
                )
            )
        if not self.decision_ids:
            raise UserError(
                self.env._(
                    "%(minutes)s has no outcome: write at least what was said.",
                    minutes=self.display_name,
                )
            )

    def action_sign(self):
        return bool(self._take_step("sign"))

    def _check_signed_document(self):
        for minutes in self:
            if not minutes.signed_document_ids:
                raise UserError(
                    self.env._(
                        "%(minutes)s: attach the signed document first.",
                        minutes=minutes.display_name,
                    )
                )

    def action_approve_previous(self):
        """This meeting approves the minutes of the one before."""
        self.ensure_one()
        if self.state != "open" or not self.previous_id:
            raise UserError(
                self.env._(
                    "Minutes are approved at the next meeting of the same kind and "
                    "place, while it is open."
                )
            )
        self.previous_id._take_step("approve", approved_in_id=self.id)
        return True

    def action_cancel(self):
        return bool(self._take_step("cancel"))

    def action_view_decisions(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "srm_projects.action_srm_decision"
        )
        return action | {"domain": [("minutes_id", "=", self.id)], "context": {}}

    # Printed

    def _print_title(self):
        return self.env._("Minutes of meeting")

    def _print_subtitle(self):
        return self.title

    def _print_blocks(self):
        self.ensure_one()
        text = "text"
        return [
            self._block_table(
                self.env._("Meeting"),
                [(self.env._("Subject"), 1, text), (self.env._("Value"), 3, text)],
                self._print_facts(),
            ),
            self._block_table(
                self.env._("Presence"),
                [
                    (self.env._("Name"), 2, text),
                    (self.env._("Organisation"), 2, text),
                    (self.env._("Status"), 1, text),
                ],
                [
                    [one.name, one.organisation, one._label_of("status")]
                    for one in self.presence_ids
                ],
            ),
            *[
                self._block_paragraph(f"{number}. {item.name}", item.discussion)
                for number, item in enumerate(self.item_ids, start=1)
            ],
            self._block_table(
                self.env._("Outcomes"),
                [
                    (self.env._("No."), 1, text),
                    (self.env._("Kind"), 1, text),
                    (self.env._("Outcome"), 4, text),
                    (self.env._("Owner"), 2, text),
                    (self.env._("Due date"), 1, text),
                ],
                [
                    [
                        one.number,
                        one._label_of("kind"),
                        one.name,
                        one.owner_name,
                        one.date_due and one.date_due.strftime("%d/%m/%Y"),
                    ]
                    for one in self.decision_ids
                ],
            ),
            self._block_signatures(
                [self.env._("The chair"), self.env._("The secretary")]
            ),
        ]

    def _print_facts(self):
        moment = fields.Datetime.context_timestamp(self, self.date)
        return [
            [self.env._("Kind"), self.kind_id.name],
            [self.env._("Date"), moment.strftime("%d/%m/%Y %H:%M")],
            [self.env._("Place"), self.place],
            [self.env._("Chaired by"), self.chair_id.name],
            [self.env._("Projects"), ", ".join(self.project_ids.mapped("name"))],
        ]
