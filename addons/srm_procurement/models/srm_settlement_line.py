from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..amounts import money, total
from ..constants import STAGE_RANK
from .srm_settlement import LIVE_STATES


class SrmSettlementLine(models.Model):
    """One debt of an agreement, and how much of it the agreement settles (MAD TTC)."""

    _name = "srm.settlement.line"
    _description = "Debt of a Settlement"
    _order = "settlement_id, id"
    _rec_name = "debt_id"

    settlement_id = fields.Many2one(
        "srm.settlement", required=True, index=True, ondelete="cascade"
    )
    state = fields.Selection(related="settlement_id.state", store=True)
    live = fields.Boolean(
        compute="_compute_live",
        store=True,
        help="The agreement is neither done nor cancelled: it holds the debt.",
    )
    company_id = fields.Many2one(related="settlement_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    file_id = fields.Many2one(related="settlement_id.file_id")
    debt_id = fields.Many2one(
        "srm.debt",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('file_id', '=', file_id), ('blocked', '=', False),"
        " ('stage', '=', 'scored'), ('amount_payable', '>', 0)]",
    )
    predecessor_id = fields.Many2one(related="debt_id.predecessor_id", store=True)
    amount_payable = fields.Monetary(related="debt_id.amount_payable")
    amount_certified = fields.Monetary(related="debt_id.amount_certified")
    due_date = fields.Date(related="debt_id.due_date")
    amount = fields.Monetary(string="Agreed", required=True)
    allocation_ids = fields.One2many(
        "srm.settlement.allocation", "line_id", string="Shares of instalments"
    )
    amount_paid = fields.Monetary(
        string="Paid", compute="_compute_amount_paid", store=True
    )

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "The amount agreed for a debt must be positive."
    )
    _live_debt_unique = models.UniqueIndex(
        "(debt_id) WHERE live",
        "This debt is already in another settlement that is not finished.",
    )

    @api.depends("settlement_id.state")
    def _compute_live(self):
        for line in self:
            line.live = line.settlement_id.state in LIVE_STATES

    @api.depends("allocation_ids.paid", "allocation_ids.amount")
    def _compute_amount_paid(self):
        for line in self:
            paid = line.allocation_ids.filtered("paid")
            line.amount_paid = float(total(paid.mapped("amount")))

    @api.onchange("debt_id")
    def _onchange_debt_id(self):
        if self.debt_id:
            self.amount = self.debt_id.amount_payable

    @api.model_create_multi
    def create(self, vals_list):
        self._check_not_held([vals.get("debt_id") for vals in vals_list])
        return super().create(vals_list)

    def write(self, vals):
        if vals.get("debt_id"):
            self._check_not_held([vals["debt_id"]])
        return super().write(vals)

    def _check_not_held(self, debt_ids):
        """Name the settlement that holds a debt, before the unique index refuses."""
        held = self.search(
            [
                ("debt_id", "in", debt_ids),
                ("live", "=", True),
                ("id", "not in", self.ids),
            ],
            limit=1,
        )
        if held:
            raise ValidationError(
                self.env._(
                    "Debt %(debt)s is already in settlement %(name)s: finish or cancel "
                    "that one first.",
                    debt=held.debt_id.display_name,
                    name=held.settlement_id.name,
                )
            )

    @api.constrains("debt_id", "settlement_id")
    def _check_file(self):
        for line in self:
            if line.debt_id.file_id != line.settlement_id.file_id:
                raise ValidationError(
                    self.env._(
                        "Debt %(debt)s belongs to another creditor's file.",
                        debt=line.debt_id.display_name,
                    )
                )

    @api.constrains("amount", "debt_id")
    def _check_amount(self):
        for line in self:
            line._ensure_within_payable()

    def _ensure_within_payable(self):
        debt = self.debt_id
        if money(self.amount) > money(debt.amount_payable):
            raise ValidationError(
                self.env._(
                    "Debt %(debt)s: %(amount)s is more than the %(payable)s that can "
                    "be paid (certified, less payments and retention).",
                    debt=debt.display_name,
                    amount=self.currency_id.format(self.amount),
                    payable=self.currency_id.format(debt.amount_payable),
                )
            )

    def _check_settleable(self):
        """Every debt is certified, scored, unblocked and owes at least the amount."""
        for line in self:
            debt = line.debt_id
            if STAGE_RANK[debt.stage] < STAGE_RANK["scored"]:
                raise UserError(
                    self.env._(
                        "Debt %(debt)s must be certified, classified and scored "
                        "before it is settled.",
                        debt=debt.display_name,
                    )
                )
            if debt.blocked:
                raise UserError(
                    self.env._(
                        "Debt %(debt)s is blocked: %(reasons)s.",
                        debt=debt.display_name,
                        reasons=", ".join(debt._open_blocks().reason_id.mapped("name")),
                    )
                )
            line._ensure_within_payable()

    def _payment_order(self) -> tuple:
        """Oldest debts are extinguished first."""
        self.ensure_one()
        debt = self.debt_id
        return (debt.due_date or debt.invoice_date, debt.id)
