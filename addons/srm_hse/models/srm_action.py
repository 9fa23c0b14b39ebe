from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.srm_base.tools.names import joined

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


class SrmAction(models.Model):
    """Something decided: who, by when, at which level of control, and did it work.

    An action is finished only when somebody other than its owner has found it
    effective; an ineffective action goes back to its owner with a new deadline.
    """

    _name = "srm.action"
    _inherit = [
        "srm.numbered.mixin",
        "srm.step.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "srm.territory.mixin",
    ]
    _description = "Action"
    _order = "deadline, id"
    _rec_names_search = ["name", "title"]

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
        compute="_compute_territory_id", store=True, readonly=False, precompute=True
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
    done_date = fields.Date(readonly=True, copy=False)
    check_date = fields.Date(
        string="Check the effect on",
        compute="_compute_check_date",
        store=True,
        readonly=False,
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

    def action_done(self):
        """The owner says it is done, with the proof."""
        for action in self:
            if not (action.evidence or action.attachment_ids):
                raise UserError(
                    self.env._(
                        "%(action)s: write or attach what proves it is done.",
                        action=action.display_name,
                    )
                )
        today = fields.Date.context_today(self)
        moved = self._step(["open"], "done", done_date=today)
        moved.activity_ids.action_feedback()

    def action_effective(self):
        """Somebody else found the effect: the action is finished."""
        self._check_the_effect()
        self._step(["done"], "closed", "srm_base.group_hse_officer", **self._checked())

    def action_ineffective(self):
        """No effect: back to the owner, with the finding."""
        self._check_the_effect()
        moved = self._step(
            ["done"], "open", "srm_base.group_hse_officer", **self._checked()
        )
        for action in moved:
            action.reopened_count += 1
            action.message_post(
                body=self.env._("Not effective: %(note)s", note=action.check_note)
            )

    def action_cancel(self):
        for action in self.filtered(lambda a: not a.cancel_reason):
            raise UserError(
                self.env._(
                    "%(action)s: write the reason first.", action=action.display_name
                )
            )
        self._step(["open", "done"], "cancelled", "srm_hse.group_hse_manager")

    def _checked(self):
        return {
            "checked_by_id": self.env.user.id,
            "checked_date": fields.Date.context_today(self),
        }

    def _check_the_effect(self):
        for action in self.filtered(lambda a: a.state == "done"):
            if action.user_id == self.env.user:
                raise UserError(
                    self.env._("The effect is checked by somebody else than the owner.")
                )
            if not action.check_note:
                raise UserError(
                    self.env._(
                        "%(action)s: write what was found first.",
                        action=action.display_name,
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
        for action in late:
            action.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=action.deadline,
                summary=self.env._("Late action"),
                user_id=action.user_id.id,
            )
