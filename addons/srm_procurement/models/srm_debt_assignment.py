from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import LazyTranslate

from odoo.addons.srm_base.tools.names import joined
from odoo.addons.srm_kit.guard import Freeze, Guard, Step

from .srm_debt import MANAGER

_lt = LazyTranslate(__name__)

KINDS = [
    ("assignment", "Assignment of claim"),
    ("subrogation", "Subrogation"),
    ("factoring", "Factoring"),
]
STATES = [
    ("draft", "Draft"),
    ("notified", "In force"),
    ("ended", "Ended"),
]


class SrmDebtAssignment(models.Model):
    """Claims a creditor passed on to somebody else (cession de créance, subrogation).

    From its notification on, the company frees itself by paying the assignee only:
    settlements of these debts take the assignee's account. Nothing is deleted, an
    assignment ends with a date and a reason.
    """

    _name = "srm.debt.assignment"
    _description = "Assignment of Claims"
    _inherit = ["mail.thread"]
    _order = "date_notified desc, id desc"
    _check_company_auto = True
    _guard = Guard(
        steps={
            "notify": Step(
                ("draft",),
                "notified",
                group=MANAGER,
                signs="recorded_by_id",
                not_by=("author_ids",),
                check="_check_notifiable",
            ),
            "end": Step(
                ("notified",),
                "ended",
                group=MANAGER,
                writes=("date_ended",),
                check="_check_endable",
            ),
        },
        freezes=(
            Freeze(
                ("notified",),
                but=("date_ended", "end_reason", "note"),
                files=True,
                database=True,
                remedy=_lt("End it and record another one."),
            ),
            Freeze(("ended",), files=True, database=True),
        ),
        deletable=("draft",),
        proofs={"document": "document_sha256"},
    )

    name = fields.Char(
        string="Number", required=True, readonly=True, copy=False, default="/"
    )
    file_id = fields.Many2one(
        "srm.debt.file",
        string="Creditor file",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    partner_id = fields.Many2one(
        related="file_id.partner_id", string="Assignor", store=True
    )
    company_id = fields.Many2one(
        related="file_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    debt_ids = fields.Many2many(
        "srm.debt",
        "srm_debt_assignment_debt_rel",
        "assignment_id",
        "debt_id",
        string="Claims",
        domain="[('file_id', '=', file_id)]",
    )
    amount_remaining = fields.Monetary(
        string="Remaining", compute="_compute_amount_remaining"
    )
    kind = fields.Selection(KINDS, required=True, default="assignment")
    assignee_id = fields.Many2one(
        "res.partner",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
    )
    partner_bank_id = fields.Many2one(
        "res.partner.bank",
        string="Assignee's bank account",
        domain="[('partner_id', '=', assignee_id)]",
        ondelete="restrict",
        tracking=True,
    )
    date_notified = fields.Date(
        string="Notified on", help="Day the company received the notification."
    )
    reference = fields.Char(help="Number of the deed, or of the bailiff's act.")
    document = fields.Binary(string="Deed", attachment=True, copy=False)
    document_name = fields.Char(copy=False)
    document_sha256 = fields.Char(
        string="SHA-256 of the deed", readonly=True, copy=False
    )
    note = fields.Text()
    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
    )
    author_ids = fields.Many2many(
        "res.users",
        "srm_debt_assignment_author_rel",
        "assignment_id",
        "user_id",
        string="Entered by",
        readonly=True,
        copy=False,
        help="Who entered the assignment or changed whom it pays.",
    )
    recorded_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    date_ended = fields.Date(string="Ended on", copy=False)
    end_reason = fields.Char(string="Why it ended", copy=False)

    _name_unique = models.Constraint(
        "UNIQUE (company_id, name)", "The number of an assignment is unique."
    )
    _notified_dated = models.Constraint(
        "CHECK (state = 'draft' OR date_notified IS NOT NULL)",
        "An assignment in force has a date of notification.",
    )

    @api.depends("debt_ids.amount_remaining")
    def _compute_amount_remaining(self):
        for assignment in self:
            assignment.amount_remaining = sum(
                assignment.debt_ids.mapped("amount_remaining")
            )

    @api.depends("name", "assignee_id")
    def _compute_display_name(self):
        for assignment in self:
            assignment.display_name = joined(
                assignment.name, assignment.assignee_id.name
            )

    @api.constrains("file_id", "debt_ids")
    def _check_debts_of_file(self):
        for assignment in self:
            strangers = assignment.debt_ids.filtered(
                lambda debt, file=assignment.file_id: debt.file_id != file
            )
            if strangers:
                raise ValidationError(
                    self.env._(
                        "Debt %(debt)s belongs to another creditor's file.",
                        debt=strangers[0].display_name,
                    )
                )

    @api.constrains("assignee_id", "partner_bank_id", "file_id")
    def _check_assignee(self):
        for assignment in self:
            if assignment.assignee_id == assignment.partner_id:
                raise ValidationError(
                    self.env._(
                        "%(creditor)s cannot assign a claim to itself.",
                        creditor=assignment.partner_id.name,
                    )
                )
            bank = assignment.partner_bank_id
            if bank and bank.partner_id != assignment.assignee_id:
                raise ValidationError(
                    self.env._(
                        "The bank account %(bank)s belongs to %(holder)s, not to "
                        "%(assignee)s.",
                        bank=bank.acc_number,
                        holder=bank.partner_id.name,
                        assignee=assignment.assignee_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                vals["name"] = self.env["ir.sequence"].next_by_code(
                    "srm.debt.assignment"
                )
        assignments = super().create(vals_list)
        assignments._note_author("author_ids")
        return assignments

    def write(self, vals):
        result = super().write(vals)
        if {"assignee_id", "partner_bank_id", "debt_ids"} & vals.keys():
            self._note_author("author_ids")
        return result

    # --- buttons ---------------------------------------------------------------------
    def action_take_open_debts(self):
        """Put every debt of the file that still owes something in the assignment."""
        self.ensure_one()
        self.debt_ids = self.file_id.debt_ids.filtered(
            lambda debt: debt.stage not in ("paid", "closed") and not debt.assigned
        )
        return True

    def action_notify(self):
        """Draft -> in force: from now on the assignee is paid."""
        for assignment in self._take_step("notify"):
            assignment._log(self.env._("Claims assigned to %(assignee)s"))
        return True

    def action_end(self):
        """In force -> ended: the creditor is paid again."""
        today = fields.Date.context_today(self)
        for assignment in self:
            ended = assignment._take_step(
                "end", date_ended=assignment.date_ended or today
            )
            ended._log(self.env._("Assignment to %(assignee)s ended"))
        return True

    def _check_notifiable(self):
        self.debt_ids.lock_for_update()
        for assignment in self:
            assignment._check_complete()
            assignment._check_free()

    def _check_endable(self):
        self.debt_ids.lock_for_update()
        for assignment in self:
            if not assignment.end_reason:
                raise UserError(
                    self.env._(
                        "%(name)s: say why the assignment ends (release, payment, "
                        "judgment...).",
                        name=assignment.name,
                    )
                )
            assignment._check_free()

    def action_view_debts(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "srm_procurement.action_srm_debt"
        )
        return action | {"domain": [("id", "in", self.debt_ids.ids)], "context": {}}

    def _log(self, template: str):
        self.debt_ids._log(
            template % {"assignee": self.assignee_id.name},
            " ".join(part for part in (self.name, self.reference) if part),
        )

    def _check_complete(self):
        wanted = (
            "debt_ids",
            "assignee_id",
            "partner_bank_id",
            "date_notified",
            "document",
        )
        missing = [
            self._fields[name]._description_string(self.env)
            for name in wanted
            if not self[name]
        ]
        if missing:
            raise UserError(
                self.env._(
                    "%(name)s cannot take effect without: %(missing)s.",
                    name=self.name,
                    missing=", ".join(missing),
                )
            )
        if self.date_notified > fields.Date.context_today(self):
            raise UserError(
                self.env._(
                    "%(name)s: the notification is dated in the future.", name=self.name
                )
            )
        assigned = self.debt_ids.filtered("assigned")
        if assigned:
            raise UserError(
                self.env._(
                    "Debt %(debt)s is already assigned to %(assignee)s: end that "
                    "assignment first.",
                    debt=assigned[0].display_name,
                    assignee=assigned[0].payee_id.name,
                )
            )

    def _check_free(self):
        """A settlement promises the money to somebody: it must not change under it."""
        held = self.debt_ids._held_by_settlement()
        if held:
            raise UserError(
                self.env._(
                    "Debt %(debt)s is in settlement %(settlement)s, which pays another "
                    "account: cancel that settlement first, then prepare a new one.",
                    debt=held[0].debt_id.display_name,
                    settlement=held[0].settlement_id.name,
                )
            )
