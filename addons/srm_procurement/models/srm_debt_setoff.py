from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import LazyTranslate

from odoo.addons.srm_base.tools.names import joined
from odoo.addons.srm_kit.guard import Freeze, Guard, Step

from ..amounts import ZERO, money
from ..constants import DONE, STAGE_RANK
from .srm_debt import MANAGER

_lt = LazyTranslate(__name__)

STATES = [
    ("draft", "Draft"),
    ("proposed", "Proposed"),
    ("agreed", "Agreed"),
    ("booked", "Booked"),
    ("reversed", "Reversed"),
    ("cancelled", "Cancelled"),
]
#: Approved: its terms are those the creditor signed.
SIGNED = ("agreed", "booked", "reversed", "cancelled")
#: What is recorded once the step is taken: the entries it made in the books.
ENTRIES = ("move_id", "reversal_move_id", "date_reversed")


class SrmDebtSetoff(models.Model):
    """Set-off (compensation) of a debt against what its creditor owes the company.

    Booked once, by one balanced entry: the suppliers account of the debt against the
    receivable, both reconciled. A booked set-off is never changed: it is reversed.
    """

    _name = "srm.debt.setoff"
    _description = "Set-off of a Debt"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _check_company_auto = True
    _guard = Guard(
        steps={
            "propose": Step(
                ("draft",), "proposed", signs="proposed_by_id", check="_check_possible"
            ),
            "agree": Step(
                ("proposed",),
                "agreed",
                group=MANAGER,
                signs="agreed_by_id",
                dated="date_agreed",
                not_by=("proposed_by_id",),
                check="_check_agreeable",
            ),
            "book": Step(
                ("agreed",), "booked", signs="booked_by_id", check="_check_bookable"
            ),
            "cancel": Step(
                ("draft", "proposed", "agreed"), "cancelled", check="_check_cancellable"
            ),
            "reverse": Step(
                ("booked",),
                "reversed",
                group=MANAGER,
                signs="reversed_by_id",
                writes=("reversal_reason",),
                check="_check_reversible",
            ),
        },
        freezes=(
            Freeze(
                ("proposed",),
                fields=("debt_id", "receivable_line_id", "amount", "date"),
                remedy=_lt("Cancel it and propose another one."),
            ),
            Freeze(
                SIGNED,
                but=ENTRIES,
                files=True,
                database=True,
                remedy=_lt("Cancel it, or reverse it when it is booked."),
            ),
            *(Freeze(once=name, fields=(name,), database=True) for name in ENTRIES),
        ),
        deletable=("draft",),
        proofs={"document": "document_sha256"},
    )

    name = fields.Char(
        string="Number", required=True, readonly=True, copy=False, default="/"
    )
    debt_id = fields.Many2one(
        "srm.debt",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('stage', '=', 'scored'), ('blocked', '=', False),"
        " ('amount_payable', '>', 0), ('assigned', '=', False)]",
    )
    file_id = fields.Many2one(
        related="debt_id.file_id", store=True, index=True, precompute=True
    )
    partner_id = fields.Many2one(
        related="debt_id.partner_id", string="Creditor", store=True
    )
    company_id = fields.Many2one(
        related="debt_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount_payable = fields.Monetary(related="debt_id.amount_payable")
    receivable_line_id = fields.Many2one(
        "account.move.line",
        string="Owed by the creditor",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('account_id.account_type', '=', 'asset_receivable'),"
        " ('parent_state', '=', 'posted'), ('reconciled', '=', False),"
        " ('partner_id', '=', partner_id)]",
        help="Open invoice, penalty or water bill of the creditor in the books.",
    )
    amount_receivable = fields.Monetary(
        string="Open receivable", related="receivable_line_id.amount_residual"
    )
    amount = fields.Monetary(string="Set off", required=True)
    date = fields.Date(
        string="Effective on",
        required=True,
        default=fields.Date.context_today,
        help="Day of the entry; the delay of law 69-21 stops on it for this amount.",
    )
    note = fields.Text(string="Grounds")
    document = fields.Binary(string="Signed agreement", attachment=True, copy=False)
    document_name = fields.Char(copy=False)
    document_sha256 = fields.Char(
        string="SHA-256 of the agreement", readonly=True, copy=False
    )
    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
    )
    proposed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    agreed_by_id = fields.Many2one(
        "res.users", string="Approved by", readonly=True, copy=False
    )
    date_agreed = fields.Date(string="Approved on", readonly=True, copy=False)
    booked_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    move_id = fields.Many2one(
        "account.move", string="Entry", readonly=True, copy=False, ondelete="restrict"
    )
    reversal_move_id = fields.Many2one(
        "account.move",
        string="Reversal",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    reversed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    date_reversed = fields.Date(readonly=True, copy=False)
    reversal_reason = fields.Char(readonly=True, copy=False)

    _name_unique = models.Constraint(
        "UNIQUE (company_id, name)", "The number of a set-off is unique."
    )
    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "The amount set off must be positive."
    )
    _move_unique = models.UniqueIndex(
        "(move_id) WHERE move_id IS NOT NULL", "An entry books one set-off only."
    )

    @api.onchange("debt_id", "receivable_line_id")
    def _onchange_amount(self):
        if self.debt_id and self.receivable_line_id:
            self.amount = float(
                min(money(self.amount_payable), money(self.amount_receivable))
            )

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for setoff in self:
            setoff.display_name = joined(setoff.name, setoff.partner_id.name)

    @api.constrains("debt_id", "receivable_line_id")
    def _check_receivable(self):
        for setoff in self:
            line = setoff.receivable_line_id
            creditor = setoff.partner_id.commercial_partner_id
            if (
                line.account_id.account_type != "asset_receivable"
                or line.partner_id.commercial_partner_id != creditor
            ):
                raise ValidationError(
                    self.env._(
                        "%(line)s is not a receivable on %(creditor)s: a set-off needs "
                        "two debts between the same parties.",
                        line=line.display_name,
                        creditor=creditor.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                vals["name"] = self.env["ir.sequence"].next_by_code("srm.debt.setoff")
        return super().create(vals_list)

    # --- buttons ---------------------------------------------------------------------
    def action_propose(self):
        """Draft -> proposed to the creditor."""
        self._take_step("propose")
        return True

    def action_agree(self):
        """Proposed -> agreed: signed by the creditor, approved by a manager."""
        self._take_step("agree")
        return True

    def action_book(self):
        """Agreed -> booked: one entry, the debt and the receivable reduced.

        Set-off, debt and receivable are locked: a second click, or a colleague at the
        same time, finds it booked or is refused.
        """
        for setoff in self:
            for booked in setoff._take_step("book"):
                booked._by_code().move_id = booked._post_entry()
                self.env["srm.debt"]._register_settled(
                    {booked.debt_id.id: money(booked.amount)}, booked.date, booked.name
                )
        return True

    def action_cancel(self):
        """Before it is booked: the creditor or the manager gave it up."""
        self._take_step("cancel")
        return True

    def action_reverse(self):
        """Ask why, then ``_reverse``."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reverse the set-off"),
            "res_model": "srm.debt.setoff.reverse",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_setoff_id": self.id},
        }

    def action_view_entries(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Journal entries"),
            "res_model": "account.move",
            "views": [[False, "list"], [False, "form"]],
            "domain": [("id", "in", (self.move_id | self.reversal_move_id).ids)],
            "context": {"create": False},
        }

    # --- reversal --------------------------------------------------------------------
    def _reverse(self, reason: str):
        """Booked -> reversed: the debt and the receivable are owed again."""
        for setoff in self._take_step("reverse", reversal_reason=reason):
            debt = setoff.debt_id
            move = setoff._post_reversal()
            setoff._by_code().write(
                {"reversal_move_id": move.id, "date_reversed": move.date}
            )
            debt._cancel_settled(debt.ids, setoff.name, reason, stage="scored")

    # --- entries ---------------------------------------------------------------------
    def _accounts(self):
        return self.env["srm.predecessor.account"]._for_origin(
            self.company_id, self.debt_id.predecessor_id
        )

    def _post_entry(self):
        """Supplier account of the debt against the receivable, both reconciled."""
        debt, accounts = self.debt_id, self._accounts()
        amount = money(self.amount)
        items = [
            debt._prepare_book_item(accounts, "opening_line_id", -amount),
            self._prepare_receivable_item(amount),
        ]
        move = debt._create_book_move(
            self.company_id, accounts, items, date=self.date, ref=self.name
        )
        paid, received = move.line_ids.sorted("sequence")
        self.env["account.move.line"]._reconcile_plan(
            [debt.opening_line_id | paid, self.receivable_line_id | received]
        )
        return move

    def _post_reversal(self):
        """The receivable is open again; one open item carries the debt's new amount."""
        debt, accounts = self.debt_id, self._accounts()
        amount = money(self.amount)
        found = -money(debt.opening_line_id.amount_residual)
        items = [
            self._prepare_receivable_item(-amount),
            debt._prepare_book_item(accounts, "opening_line_id", found + amount),
        ]
        closed = []
        if found:
            closed.append((len(items), debt.opening_line_id))
            items.append(debt._prepare_book_item(accounts, "opening_line_id", -found))
        move = debt._create_book_move(
            self.company_id,
            accounts,
            items,
            ref=self.env._("Reversal of %(name)s", name=self.name),
        )
        move.reversed_entry_id = self.move_id
        received = self.move_id.line_ids.filtered(
            lambda line: line.account_id == self.receivable_line_id.account_id
        )
        received.remove_move_reconcile()
        items_posted = move.line_ids.sorted("sequence")
        self.env["account.move.line"]._reconcile_plan([received | items_posted[0]])
        debt._reconcile_replaced(move, closed)
        debt._link_book_items(
            move, [(1, debt, "opening_line_id")], {debt.id: {"opening_line_id": ()}}
        )
        return move

    def _prepare_receivable_item(self, amount: Decimal) -> dict:
        """Journal item on the receivable; ``amount`` is a credit when positive."""
        line = self.receivable_line_id
        return {
            "account_id": line.account_id.id,
            "partner_id": line.partner_id.id,
            "name": f"{self.name} - {line.move_id.name}",
            "debit": float(max(-amount, ZERO)),
            "credit": float(max(amount, ZERO)),
            "analytic_distribution": False,
        }

    # --- checks ----------------------------------------------------------------------
    def _check_agreeable(self):
        self._check_possible()
        for setoff in self:
            setoff._check_document()
            setoff._check_separation()

    def _check_bookable(self):
        self.debt_id.lock_for_update()
        self.receivable_line_id.lock_for_update()
        self._check_possible()

    def _check_cancellable(self):
        if self.filtered("agreed_by_id"):
            self._require_group(MANAGER)

    def _check_reversible(self):
        for setoff in self:
            debt = setoff.debt_id
            debt.lock_for_update()
            debt._check_no_payment_under_way()
            if held := debt._held_by_settlement():
                setoff._refuse_held(held)

    def _check_document(self):
        if not self.document:
            raise UserError(
                self.env._(
                    "%(name)s: attach the agreement signed by the creditor.",
                    name=self.name,
                )
            )

    def _check_separation(self):
        """A set-off pays a debt: who certified it does not approve it."""
        if self.debt_id.certified_by_id == self.env.user:
            raise UserError(
                self.env._(
                    "%(user)s certified debt %(debt)s: who certifies a debt does not "
                    "approve its payment. Ask another finance manager.",
                    user=self.env.user.name,
                    debt=self.debt_id.display_name,
                )
            )

    def _check_possible(self):
        """Both debts are certain, due, free, and large enough.

        :raise UserError: names what stands against it, and the remedy
        """
        for setoff in self:
            refusals = [f"{setoff.name}: {refusal}" for refusal in setoff._refusals()]
            if refusals:
                raise UserError("\n".join(refusals))
            if held := setoff.debt_id._held_by_settlement():
                setoff._refuse_held(held)
            setoff.debt_id._check_no_payment_under_way()

    def _refusals(self):
        debt, amount = self.debt_id, money(self.amount)
        if STAGE_RANK[debt.stage] < STAGE_RANK["scored"] or debt.stage in DONE:
            yield self.env._(
                "debt %(debt)s must be certified, scored and unpaid.",
                debt=debt.display_name,
            )
        if debt.blocked:
            yield self.env._(
                "debt %(debt)s is blocked: %(reasons)s.",
                debt=debt.display_name,
                reasons=", ".join(debt._open_blocks().reason_id.mapped("name")),
            )
        if debt.assigned:
            yield self.env._(
                "debt %(debt)s is assigned to %(assignee)s: after the notification it "
                "is paid, not set off.",
                debt=debt.display_name,
                assignee=debt.payee_id.name,
            )
        if amount > money(debt.amount_payable):
            yield self.env._(
                "only %(payable)s of debt %(debt)s is payable.",
                payable=self.currency_id.format(debt.amount_payable),
                debt=debt.display_name,
            )
        if amount > money(self.amount_receivable):
            yield self.env._(
                "only %(open)s of %(line)s is still owed by the creditor.",
                open=self.currency_id.format(self.amount_receivable),
                line=self.receivable_line_id.display_name,
            )
        if self.date > fields.Date.context_today(self):
            yield self.env._("the effective day is in the future.")

    def _refuse_held(self, held):
        raise UserError(
            self.env._(
                "%(name)s: debt %(debt)s is in settlement %(settlement)s; finish or "
                "cancel that one first.",
                name=self.name,
                debt=held[0].debt_id.display_name,
                settlement=held[0].settlement_id.name,
            )
        )
