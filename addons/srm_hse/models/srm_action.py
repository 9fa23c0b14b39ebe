from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import LazyTranslate

from odoo.addons.srm_base.tools.names import joined
from odoo.addons.srm_kit.guard import Freeze, Guard, Step

from ..tools.roles import COMMITTEE, HR_OFFICER, MANAGER, OFFICER

_lt = LazyTranslate(__name__)

KINDS = [
    ("immediate", "Immediate"),
    ("corrective", "Corrective"),
    ("preventive", "Preventive"),
    ("improvement", "Improvement"),
]
#: Hierarchy of controls, the strongest first.
CONTROLS = [
    ("1_eliminate", "1 · Eliminate the hazard"),
    ("2_substitute", "2 · Substitute"),
    ("3_engineering", "3 · Engineering and collective protection"),
    ("4_administrative", "4 · Organisation, signs, training"),
    ("5_ppe", "5 · Personal protective equipment"),
]
STATES = [
    ("open", "To do"),
    ("done", "Done, effect to check"),
    ("closed", "Effective"),
    ("cancelled", "Cancelled"),
]
#: Who decides actions; an owner of none of these roles does them, and no more.
DECIDERS = (OFFICER, COMMITTEE, HR_OFFICER)
#: What was decided, and what others find of it: not the owner's to change.
DECIDED = {
    "cancel_reason",
    "check_date",
    "check_note",
    "company_id",
    "deadline",
    "description",
    "kind",
    "site_id",
    "territory_id",
    "title",
    "user_id",
}


class SrmAction(models.Model):
    """Something decided: who, by when, at which level of control, and did it work.

    An action is finished only when somebody other than its owner has found it
    effective; an ineffective action goes back to its owner with a new deadline.
    """

    _name = "srm.action"
    _inherit = [
        "srm.numbered.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "srm.territory.mixin",
    ]
    _description = "Action"
    _order = "deadline, id"
    _rec_names_search = ["name", "title"]
    _guard = Guard(
        steps={
            "done": Step(
                ("open",),
                "done",
                signs="done_by_id",
                dated="done_date",
                check="_check_proof",
            ),
            "effective": Step(
                ("done",),
                "closed",
                group=OFFICER,
                signs="checked_by_id",
                dated="checked_date",
                not_by=("user_id", "done_by_id"),
                check="_check_finding",
            ),
            "ineffective": Step(
                ("done",),
                "open",
                group=OFFICER,
                signs="checked_by_id",
                dated="checked_date",
                not_by=("user_id", "done_by_id"),
                check="_check_finding",
            ),
            "cancel": Step(
                ("open", "done"),
                "cancelled",
                group=MANAGER,
                check="_check_cancel_reason",
            ),
        },
        freezes=(
            Freeze(
                always=True,
                fields=("res_model", "res_id"),
                database=True,
                remedy=_lt("Cancel the action with its reason, and decide another."),
            ),
            Freeze(
                ("done",),
                but=("check_date", "check_note", "cancel_reason"),
                remedy=_lt("Send it back to its owner as not effective first."),
            ),
            Freeze(("closed", "cancelled"), files=True, database=True),
        ),
        deletable=(),
    )

    title = fields.Char(string="Action", required=True, tracking=True)
    description = fields.Html()
    kind = fields.Selection(KINDS, required=True, default="corrective", index=True)
    control = fields.Selection(
        CONTROLS,
        string="Level of control",
        help="The strongest level that was possible.",
    )
    control_reason = fields.Char(
        help="Why a stronger level was not possible, for organisation or equipment."
    )
    res_model = fields.Char(string="Origin model", index=True)
    res_id = fields.Many2oneReference(
        string="Origin", model_field="res_model", index=True
    )
    origin_name = fields.Char(compute="_compute_origin_name", string="Decided by")
    site_id = fields.Many2one("srm.site", index="btree_not_null")
    territory_id = fields.Many2one(
        compute="_compute_territory_id",
        store=True,
        readonly=False,
        precompute=True,
        entered="that of the site, chosen where there is no site",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        tracking=True,
    )
    deadline = fields.Date(required=True, index=True, tracking=True)
    state = fields.Selection(
        STATES, required=True, default="open", readonly=True, index=True, tracking=True
    )
    late = fields.Boolean(compute="_compute_late", search="_search_late")
    evidence = fields.Text(help="What proves that it was done.")
    attachment_ids = fields.Many2many("ir.attachment", string="Proofs")
    done_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    done_date = fields.Date(readonly=True, copy=False)
    check_date = fields.Date(
        string="Check the effect on",
        compute="_compute_check_date",
        store=True,
        readonly=False,
        entered="three months after, unless another day suits the effect",
    )
    check_note = fields.Text(string="What was found")
    checked_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    checked_date = fields.Date(readonly=True, copy=False)
    reopened_count = fields.Integer(readonly=True, copy=False)
    cancel_reason = fields.Char(copy=False)

    _origin_idx = models.Index("(res_model, res_id)")

    @api.depends("name", "title")
    def _compute_display_name(self):
        for action in self:
            action.display_name = joined(action.name, action.title)

    @api.depends("res_model", "res_id")
    def _compute_origin_name(self):
        self.origin_name = False
        for model, actions in self.filtered("res_id").grouped("res_model").items():
            records = self.env[model].browse(actions.mapped("res_id")).exists()
            names = {r.id: r.display_name for r in records._filtered_access("read")}
            for action in actions:
                action.origin_name = names.get(action.res_id)

    @api.depends("site_id")
    def _compute_territory_id(self):
        for action in self:
            action.territory_id = action.site_id.territory_id or action.territory_id

    @api.depends("done_date")
    def _compute_check_date(self):
        """Effects are looked at three months after the action, unless changed."""
        for action in self.filtered("done_date"):
            action.check_date = action.done_date + relativedelta(months=3)

    @api.depends("deadline", "check_date", "state")
    def _compute_late(self):
        today = fields.Date.context_today(self)
        for action in self:
            due = {"open": action.deadline, "done": action.check_date}.get(action.state)
            action.late = bool(due and due < today)

    @api.model
    def _search_late(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return [
            "|",
            "&",
            ("state", "=", "open"),
            ("deadline", "<", "today"),
            "&",
            ("state", "=", "done"),
            ("check_date", "<", "today"),
        ]

    @api.constrains("control", "control_reason", "state")
    def _check_control(self):
        for action in self.filtered(lambda a: a.state in ("done", "closed")):
            weak = (action.control or "") >= "4"
            needed = action.kind in ("corrective", "preventive")
            if needed and not action.control:
                raise ValidationError(
                    self.env._(
                        "%(action)s: choose the level of control.",
                        action=action.display_name,
                    )
                )
            if weak and not action.control_reason:
                raise ValidationError(
                    self.env._(
                        "%(action)s: say why a stronger control was not possible.",
                        action=action.display_name,
                    )
                )

    @api.constrains("res_model", "res_id")
    def _check_origin(self):
        for action in self.filtered("res_id"):
            model = action.res_model
            if model not in self.env or "action_ids" not in self.env[model]:
                raise ValidationError(
                    self.env._(
                        "%(action)s: no actions are decided on such a record.",
                        action=action.display_name,
                    )
                )

    def write(self, vals):
        if DECIDED & vals.keys():
            self._require_group(DECIDERS)
        return super().write(vals)

    def action_done(self):
        """The owner says it is done, with the proof."""
        self._take_step("done").activity_ids.action_feedback()

    def action_effective(self):
        """Somebody else found the effect: the action is finished."""
        self._take_step("effective")

    def action_ineffective(self):
        """No effect: back to the owner, with the finding."""
        for action in self._take_step("ineffective"):
            action._by_code().reopened_count += 1
            action.message_post(
                body=self.env._("Not effective: %(note)s", note=action.check_note)
            )

    def action_cancel(self):
        self._take_step("cancel")

    def _check_proof(self):
        for action in self:
            if not (action.evidence or action.attachment_ids):
                raise UserError(
                    self.env._(
                        "%(action)s: write or attach what proves it is done.",
                        action=action.display_name,
                    )
                )

    def _check_finding(self):
        for action in self.filtered(lambda a: not a.check_note):
            raise UserError(
                self.env._(
                    "%(action)s: write what was found first.",
                    action=action.display_name,
                )
            )

    def _check_cancel_reason(self):
        for action in self.filtered(lambda a: not a.cancel_reason):
            raise UserError(
                self.env._(
                    "%(action)s: write the reason first.", action=action.display_name
                )
            )

    def action_open_origin(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    @api.model
    def _cron_remind(self):
        """One activity on every late action that has none."""
        late = self.search([("late", "=", True), ("activity_ids", "=", False)])
        late._each(
            lambda action: action.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=action.deadline,
                summary=self.env._("Late action"),
                user_id=action.user_id.id,
            )
        )
