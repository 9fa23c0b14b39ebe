from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.srm_base.tools.names import joined
from odoo.addons.srm_kit.guard import Freeze, Guard, Step

MANAGER = "srm_base.group_project_manager"
WAITING = ("open", "progress")
#: Written after the meeting: who follows it, and the proof that it is done.
FOLLOW_UP = (
    "state",
    "evidence",
    "evidence_ids",
    "evidence_sha256",
    "user_id",
    "date_done",
)


class SrmDecision(models.Model):
    """Outcome of a meeting; a decision or an action waits until it is proved done."""

    _name = "srm.decision"
    _inherit = [
        "srm.evidence.mixin",
        "srm.typst.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _description = "Decision"
    _order = "date_due, id"
    _rec_names_search = ["number", "name"]
    _evidence_fields = ("evidence_ids",)
    _guard = Guard(
        steps={
            "start": Step(("open",), "progress", group=MANAGER),
            "finish": Step(
                WAITING,
                "done",
                group=MANAGER,
                dated="date_done",
                check="_check_evidence",
            ),
            "cancel": Step(WAITING, "cancelled", group=MANAGER),
        },
        free=FOLLOW_UP,
        freezes=(
            Freeze(("done", "cancelled"), fields=FOLLOW_UP[1:], database=True),
            Freeze(("done", "cancelled"), files=True),
        ),
        deletable=("open",),
    )

    minutes_id = fields.Many2one(
        "srm.minutes", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="minutes_id.company_id", store=True, index=True, precompute=True
    )
    kind_id = fields.Many2one(
        related="minutes_id.kind_id", string="Meeting", store=True, precompute=True
    )
    date = fields.Datetime(related="minutes_id.date", store=True, precompute=True)
    territory_id = fields.Many2one(
        "srm.territory",
        compute="_compute_territory_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        entered="that of the meeting, or a part of it",
    )
    item_id = fields.Many2one(
        "srm.minutes.item",
        string="Agenda item",
        domain="[('minutes_id', '=', minutes_id)]",
    )
    number = fields.Char(string="No.", readonly=True, copy=False, index=True)
    kind = fields.Selection(
        [
            ("information", "Information"),
            ("decision", "Decision"),
            ("action", "Action"),
            ("request", "Request"),
        ],
        required=True,
        default="decision",
        index=True,
    )
    name = fields.Text(string="Outcome", required=True)
    project_id = fields.Many2one("project.project", index="btree_not_null")
    user_id = fields.Many2one("res.users", string="Owner in the company", index=True)
    partner_id = fields.Many2one("res.partner", string="Owner outside")
    owner_name = fields.Char(string="Owner", compute="_compute_owner_name")
    date_due = fields.Date(string="Due date", index=True)
    date_done = fields.Date(string="Done on", readonly=True, copy=False)
    evidence = fields.Text(string="Proof that it is done")
    evidence_ids = fields.Many2many("ir.attachment", string="Documents")
    late = fields.Boolean(compute="_compute_late", search="_search_late")
    state = fields.Selection(
        [
            ("open", "Open"),
            ("progress", "Under way"),
            ("done", "Done"),
            ("cancelled", "Dropped"),
        ],
        required=True,
        readonly=True,
        default="open",
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )

    _due_given = models.Constraint(
        "CHECK (kind NOT IN ('decision', 'action') OR date_due IS NOT NULL)",
        "A decision or an action has a due date.",
    )
    _proof_given = models.Constraint(
        "CHECK (state != 'done' OR date_done IS NOT NULL)",
        "What is done has a date.",
    )

    @api.depends("number", "name")
    def _compute_display_name(self):
        for decision in self:
            text = (decision.name or "").split("\n", 1)[0][:80]
            decision.display_name = joined(decision.number, text, by=" ")

    @api.depends("minutes_id.territory_id")
    def _compute_territory_id(self):
        for decision in self:
            decision.territory_id = decision.minutes_id.territory_id

    @api.depends("user_id", "partner_id")
    def _compute_owner_name(self):
        for decision in self:
            names = (decision.user_id.name, decision.partner_id.display_name)
            decision.owner_name = ", ".join(name for name in names if name)

    @api.depends("date_due", "state", "kind")
    def _compute_late(self):
        today = fields.Date.context_today(self)
        for decision in self:
            decision.late = bool(
                decision._is_waiting()
                and decision.date_due
                and decision.date_due < today
            )

    def _search_late(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        wanted = (True in value) == (operator == "in")
        late = [
            ("state", "in", WAITING),
            ("kind", "!=", "information"),
            ("date_due", "<", fields.Date.context_today(self)),
        ]
        return late if wanted else ["!", "&", "&", *late]

    def _is_waiting(self) -> bool:
        return self.kind != "information" and self.state in WAITING

    def _number(self):
        for minutes, decisions in self.grouped("minutes_id").items():
            for rank, decision in enumerate(decisions.sorted("id"), start=1):
                decision.number = f"{minutes.name}-{rank:02d}"

    def action_start(self):
        return bool(self._take_step("start"))

    def action_done(self):
        """Closed with a proof only."""
        return bool(self._take_step("finish"))

    def _check_evidence(self):
        for decision in self.filtered(lambda d: d._is_waiting()):
            if not ((decision.evidence or "").strip() or decision.evidence_ids):
                raise UserError(
                    self.env._(
                        "%(decision)s: write or attach the proof that it is done.",
                        decision=decision.display_name,
                    )
                )

    def action_cancel(self):
        return bool(self._take_step("cancel"))

    @api.model
    def _cron_remind(self):
        """One reminder per late decision and owner, until it is dealt with."""
        late = self.search([("late", "=", True), ("user_id", "!=", False)])
        todo = self.env.ref("mail.mail_activity_data_todo")

        def remind(decision):
            if todo not in decision.activity_ids.activity_type_id:
                decision.activity_schedule(
                    activity_type_id=todo.id,
                    user_id=decision.user_id.id,
                    summary=self.env._("Late decision"),
                )

        late._each(remind)
