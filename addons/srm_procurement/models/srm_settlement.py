from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import LazyTranslate

from odoo.addons.srm_base.tools.names import joined
from odoo.addons.srm_kit.guard import Freeze, Guard, Step

from ..amounts import money, total
from .srm_debt import MANAGER

_lt = LazyTranslate(__name__)

MODES = [
    ("cash", "One payment"),
    ("instalments", "Instalments"),
    ("court", "Court judgment"),
]
STATES = [
    ("draft", "Draft"),
    ("proposed", "Proposed"),
    ("agreed", "Agreed"),
    ("scheduled", "Scheduled"),
    ("done", "Done"),
    ("cancelled", "Cancelled"),
]
#: States in which a settlement holds its debts: no other one may take them.
LIVE_STATES = ("draft", "proposed", "agreed", "scheduled")
#: Approved by a manager: what the creditor signed.
SIGNED_STATES = ("agreed", "scheduled", "done", "cancelled")
#: What the document proposed to the creditor says.
PROPOSED_FIELDS = (
    "file_id",
    "mode",
    "partner_bank_id",
    "interest_claimed",
    "interest_waived",
    "note",
)
#: How the agreement is carried out, and by whom: not what was signed.
FOLLOW_UP = ("user_id", "payment_mode_id")


class SrmSettlement(models.Model):
    """Settlement agreement (protocole) between the company and one creditor.

    It lists debts with the amount agreed for each, and a plan of instalments that adds
    up to the same total to the centime. Money follows ``srm_settlement_workflow``.
    """

    _name = "srm.settlement"
    _description = "Settlement Agreement"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True
    _guard = Guard(
        steps={
            "propose": Step(
                ("draft",),
                "proposed",
                signs="proposed_by_id",
                dated="date_proposed",
                check="_check_proposable",
            ),
            "take_back": Step(("proposed",), "draft"),
            "agree": Step(
                ("proposed",),
                "agreed",
                group=MANAGER,
                signs="agreed_by_id",
                dated="date_agreed",
                not_by=("proposed_by_id",),
                check="_check_agreeable",
            ),
            "schedule": Step(
                ("agreed",),
                "scheduled",
                dated="date_scheduled",
                check="_check_schedulable",
            ),
            "finish": Step(("scheduled",), "done", dated="date_done"),
            "reopen": Step(("done",), "scheduled", writes=("date_done",)),
            "cancel": Step(
                ("draft", "proposed", "agreed", "scheduled"),
                "cancelled",
                writes=("cancel_reason",),
                check="_check_cancellable",
            ),
        },
        freezes=(
            Freeze(
                ("proposed",),
                fields=PROPOSED_FIELDS,
                children=("line_ids", "instalment_ids"),
                remedy=_lt("Take it back to draft to change its terms."),
            ),
            Freeze(
                SIGNED_STATES,
                but=FOLLOW_UP,
                children=("line_ids", "instalment_ids"),
                files=True,
                database=True,
                remedy=_lt("Cancel it and prepare another."),
            ),
            # They follow the file until the agreement is signed.
            Freeze(
                SIGNED_STATES, fields=("partner_bank_id", "payee_id"), database=True
            ),
        ),
        deletable=("draft",),
        proofs={"signed_document": "signed_document_sha256"},
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
        related="file_id.partner_id", store=True, index=True, string="Creditor"
    )
    company_id = fields.Many2one(
        related="file_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    territory_id = fields.Many2one(related="file_id.territory_id", store=True)
    user_id = fields.Many2one(
        "res.users",
        string="Prepared by",
        default=lambda self: self.env.user,
        tracking=True,
    )
    mode = fields.Selection(MODES, required=True, default="instalments", tracking=True)
    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )

    line_ids = fields.One2many("srm.settlement.line", "settlement_id", string="Debts")
    instalment_ids = fields.One2many(
        "srm.settlement.instalment", "settlement_id", string="Instalments"
    )
    amount_total = fields.Monetary(
        string="Agreed", compute="_compute_amount_total", store=True, tracking=True
    )
    amount_planned = fields.Monetary(
        string="Planned", compute="_compute_instalment_amounts", store=True
    )
    amount_paid = fields.Monetary(
        string="Paid", compute="_compute_instalment_amounts", store=True
    )
    amount_due = fields.Monetary(
        string="Still to pay", compute="_compute_instalment_amounts", store=True
    )
    amount_gap = fields.Monetary(string="Left to plan", compute="_compute_amount_gap")
    next_date = fields.Date(
        string="Next instalment", compute="_compute_instalment_amounts", store=True
    )
    instalment_count = fields.Integer(compute="_compute_instalment_amounts", store=True)
    progress = fields.Float(string="Paid (%)", compute="_compute_progress")

    # What was agreed on interest: noted, never booked with the principal
    interest_claimed = fields.Monetary(
        help="Late interest the creditor claims on top of the debts."
    )
    interest_waived = fields.Monetary(help="Part of it the creditor gives up.")
    note = fields.Html(string="Terms")

    # Proof of the agreement
    signed_document = fields.Binary(attachment=True, copy=False)
    signed_filename = fields.Char(copy=False)
    signed_document_sha256 = fields.Char(
        string="SHA-256 of the signed document", readonly=True, copy=False
    )
    date_signed = fields.Date(copy=False, tracking=True)
    signatory = fields.Char(
        copy=False, help="Who signed for the creditor, and in which capacity."
    )
    court_name = fields.Char(string="Court")
    judgment_reference = fields.Char()
    judgment_date = fields.Date()

    # Payment
    partner_bank_id = fields.Many2one(
        "res.partner.bank",
        string="Creditor's bank account",
        domain="[('partner_id', '=', payee_id)]",
        compute="_compute_partner_bank_id",
        store=True,
        readonly=False,
        copy=False,
        check_company=True,
        tracking=True,
        entered="proposed from the file or the assignment, chosen by the officer",
    )
    payment_mode_id = fields.Many2one(
        "account.payment.mode",
        compute="_compute_payment_mode_id",
        store=True,
        readonly=False,
        check_company=True,
        entered="proposed from the company, chosen by the officer",
        domain="[('payment_type', '=', 'outbound'), ('company_id', '=', company_id)]",
    )

    # Who did what
    proposed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    date_proposed = fields.Date(readonly=True, copy=False)
    agreed_by_id = fields.Many2one(
        "res.users", string="Approved by", readonly=True, copy=False
    )
    date_agreed = fields.Date(string="Approved on", readonly=True, copy=False)
    date_scheduled = fields.Date(readonly=True, copy=False)
    date_done = fields.Date(readonly=True, copy=False)
    cancel_reason = fields.Char(readonly=True, copy=False, tracking=True)

    _name_unique = models.Constraint(
        "UNIQUE (company_id, name)", "The number of a settlement is unique."
    )
    _interest_valid = models.Constraint(
        "CHECK (interest_claimed >= 0 AND interest_waived >= 0"
        " AND interest_waived <= interest_claimed)",
        "The interest waived cannot exceed the interest claimed.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                vals["name"] = self.env["ir.sequence"].next_by_code("srm.settlement")
        return super().create(vals_list)

    @api.depends("name")
    def _compute_display_name(self):
        for settlement in self:
            settlement.display_name = joined(settlement.name)

    @api.depends("line_ids.amount")
    def _compute_amount_total(self):
        for settlement in self:
            settlement.amount_total = float(total(settlement.line_ids.mapped("amount")))

    @api.depends(
        "instalment_ids.amount",
        "instalment_ids.amount_paid",
        "instalment_ids.state",
        "instalment_ids.date",
    )
    def _compute_instalment_amounts(self):
        for settlement in self:
            instalments = settlement.instalment_ids
            planned = total(instalments.mapped("amount"))
            paid = total(instalments.mapped("amount_paid"))
            unpaid = instalments.filtered(lambda item: item.state != "paid")
            settlement.amount_planned = float(planned)
            settlement.amount_paid = float(paid)
            settlement.amount_due = float(planned - paid)
            settlement.next_date = min(
                (item.date for item in unpaid if item.date), default=False
            )
            settlement.instalment_count = len(instalments)

    @api.depends("amount_total", "amount_planned")
    def _compute_amount_gap(self):
        for settlement in self:
            settlement.amount_gap = float(
                money(settlement.amount_total) - money(settlement.amount_planned)
            )

    @api.depends("amount_planned", "amount_paid")
    def _compute_progress(self):
        for settlement in self:
            planned = settlement.amount_planned
            settlement.progress = (
                100 * settlement.amount_paid / planned if planned else 0.0
            )

    @api.depends("company_id")
    def _compute_payment_mode_id(self):
        for settlement in self:
            settlement.payment_mode_id = settlement.company_id.srm_payment_mode_id

    @api.constrains("partner_bank_id", "file_id")
    def _check_partner_bank(self):
        for settlement in self:
            bank = settlement.partner_bank_id
            if bank and bank.partner_id != settlement.payee_id:
                raise ValidationError(
                    self.env._(
                        "The bank account %(bank)s belongs to %(holder)s, not to "
                        "%(creditor)s.",
                        bank=bank.acc_number,
                        holder=bank.partner_id.name,
                        creditor=settlement.payee_id.name,
                    )
                )

    @api.constrains("line_ids", "instalment_ids", "state")
    def _check_plan_total(self):
        for settlement in self:
            if settlement.state not in ("draft", "cancelled"):
                settlement._ensure_plan_total()

    def _ensure_plan_total(self):
        self.ensure_one()
        if money(self.amount_gap):
            raise ValidationError(
                self.env._(
                    "%(name)s: the instalments add up to %(planned)s but the agreed "
                    "total is %(total)s. Generate the plan again or correct the last "
                    "instalment by %(gap)s.",
                    name=self.name,
                    planned=self.currency_id.format(self.amount_planned),
                    total=self.currency_id.format(self.amount_total),
                    gap=self.currency_id.format(self.amount_gap),
                )
            )

    # --- screens -------------------------------------------------------------------
    def action_add_payable_debts(self):
        """Take every debt of the file that can be settled, for its whole amount."""
        self.ensure_one()
        debts = self.file_id._settleable_debts()
        # Claims assigned to somebody else need an agreement of their own.
        payee = (self.line_ids.debt_id or debts.sorted("assigned"))[:1].payee_id
        debts = debts.filtered(lambda debt: debt.payee_id == payee)
        if not debts:
            raise UserError(
                self.env._(
                    "%(file)s has no debt to settle: it needs a certified, scored, "
                    "unblocked debt that no other settlement holds.",
                    file=self.file_id.display_name,
                )
            )
        self.env["srm.settlement.line"].create(
            [
                {
                    "settlement_id": self.id,
                    "debt_id": debt.id,
                    "amount": debt.amount_payable,
                }
                for debt in debts
            ]
        )
        return True

    def action_open_plan_wizard(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Plan the instalments"),
            "res_model": "srm.settlement.plan",
            "view_mode": "form",
            "target": "new",
            "context": {"default_settlement_id": self.id},
        }

    def action_view_instalments(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "srm_procurement.srm_settlement_instalment_action"
        )
        action["domain"] = [("settlement_id", "in", self.ids)]
        action["context"] = {}
        return action

    def action_view_orders(self):
        orders = self.instalment_ids._all_orders()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Payment orders"),
            "res_model": "account.payment.order",
            "view_mode": "list,form",
            "domain": [("id", "in", orders.ids)],
            "context": {"create": False},
        }

    def action_prepare_orders(self):
        """Pay what is due: instalments of these settlements whose date has come."""
        today = fields.Date.context_today(self)
        due = self.instalment_ids.filtered(
            lambda item: item.state == "to_pay" and item.date <= today
        )
        upcoming = self.instalment_ids.filtered(lambda item: item.state == "to_pay")
        return (due or upcoming.sorted("date")[:1]).action_prepare_orders()

    def action_view_book_items(self):
        return self.line_ids.debt_id.action_view_book_items()

    def action_export_plan(self):
        """Spreadsheet of the instalments of these settlements."""
        return self.instalment_ids.action_export_plan()
