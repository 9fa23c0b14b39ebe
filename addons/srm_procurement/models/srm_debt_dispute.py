from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate

from odoo.addons.srm_base.tools.names import joined
from odoo.addons.srm_kit.guard import Freeze, Guard, Step
from odoo.addons.srm_kit.guard.gate import by_code

from ..amounts import money, total
from .srm_debt import MANAGER

_lt = LazyTranslate(__name__)

REASONS = [
    ("quantity", "Quantities"),
    ("price", "Price or amendment"),
    ("quality", "Defects or reservations"),
    ("not_done", "Work not done"),
    ("paid", "Already paid"),
    ("penalty", "Penalties to deduct"),
    ("unstated", "Reason not stated"),
    ("other", "Other reason"),
]
STATES = [
    ("open", "Contested"),
    ("accepted", "Accepted"),
    ("partly", "Partly accepted"),
    ("rejected", "Rejected"),
    ("cancelled", "Withdrawn"),
]
PARTIES = [("company", "The company"), ("creditor", "The creditor")]
DECIDED = ("accepted", "partly", "rejected")


class SrmDebtDispute(models.Model):
    """A contested part of a debt: why, and how it was decided, by whom, when.

    The open disputes of a debt never add up to more than its contested amount; a
    contested amount taken over from a register has no dispute until one explains it.
    """

    _name = "srm.debt.dispute"
    _description = "Contested Part of a Debt"
    _order = "date_opened desc, id desc"
    _rec_name = "reason"
    _guard = Guard(
        steps={
            state: Step(
                ("open",),
                state,
                group=MANAGER,
                signs="decided_by_id",
                dated="date_decided",
                writes=("amount_accepted", "amount_rejected", "decision"),
            )
            for state in DECIDED
        }
        | {"withdraw": Step(("open",), "cancelled", check="_check_withdrawable")},
        freezes=(
            Freeze(
                always=True,
                fields=("debt_id", "amount"),
                remedy=_lt("Withdraw the dispute and open another one."),
            ),
            Freeze((*DECIDED, "cancelled"), database=True),
        ),
        deletable=(),
    )

    debt_id = fields.Many2one("srm.debt", required=True, index=True, ondelete="cascade")
    file_id = fields.Many2one(
        related="debt_id.file_id", store=True, index=True, precompute=True
    )
    partner_id = fields.Many2one(related="debt_id.partner_id", string="Creditor")
    company_id = fields.Many2one(
        related="debt_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    party = fields.Selection(
        PARTIES, string="Contested by", required=True, default="company"
    )
    reason = fields.Selection(REASONS, required=True)
    amount = fields.Monetary(string="Contested", required=True)
    note = fields.Text(string="Grounds")
    date_opened = fields.Date(
        string="Contested on", required=True, default=fields.Date.context_today
    )
    opened_by_id = fields.Many2one(
        "res.users", required=True, readonly=True, default=lambda self: self.env.user
    )
    state = fields.Selection(
        STATES, required=True, readonly=True, default="open", copy=False, index=True
    )
    amount_accepted = fields.Monetary(string="Accepted", readonly=True, copy=False)
    amount_rejected = fields.Monetary(
        string="Rejected for good", readonly=True, copy=False
    )
    decision = fields.Text(readonly=True, copy=False)
    decided_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    date_decided = fields.Date(string="Decided on", readonly=True, copy=False)

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "The contested amount must be positive."
    )
    _decision_complete = models.Constraint(
        "CHECK (state IN ('open', 'cancelled')"
        " OR (decided_by_id IS NOT NULL AND date_decided IS NOT NULL"
        " AND amount_accepted + amount_rejected = amount))",
        "A decision shares the whole contested amount and has an author.",
    )

    @api.depends("debt_id", "reason")
    def _compute_display_name(self):
        labels = dict(self._fields["reason"]._description_selection(self.env))
        for dispute in self:
            dispute.display_name = joined(
                dispute.debt_id.origin_reference, labels.get(dispute.reason)
            )

    @api.model_create_multi
    def create(self, vals_list):
        disputes = super().create(vals_list)
        if not by_code(self.env):
            disputes._raise_contested()
        return disputes

    def _raise_contested(self):
        """The contested amount of the debts covers their open disputes."""
        debts = self.debt_id
        debts.lock_for_update()
        for debt in debts:
            wanted = total(debt._open_disputes().mapped("amount"))
            if wanted <= money(debt.amount_contested):
                continue
            if debt._is_certified():
                raise UserError(
                    self.env._(
                        "%(debt)s is certified with %(contested)s contested: send it "
                        "back before contesting more.",
                        debt=debt.display_name,
                        contested=debt.currency_id.format(debt.amount_contested),
                    )
                )
            debt.amount_contested = float(wanted)
        for dispute in self:
            dispute.debt_id._log(
                self.env._(
                    "Contested: %(amount)s",
                    amount=dispute.currency_id.format(dispute.amount),
                ),
                dispute.note or "",
            )

    # --- buttons ---------------------------------------------------------------------
    def action_decide(self):
        """Decide on this contested part."""
        self.ensure_one()
        action = self.debt_id.action_resolve_dispute()
        action["context"] |= {
            "default_dispute_id": self.id,
            "default_amount_accepted": self.amount,
        }
        return action

    def action_withdraw(self):
        """The part is not contested any more; nothing was decided.

        Before certification only: afterwards the part has to be decided.
        """
        opened = self.filtered(lambda item: item.state == "open")
        for dispute in opened._take_step("withdraw"):
            debt = dispute.debt_id
            debt.amount_contested = float(
                money(debt.amount_contested) - money(dispute.amount)
            )
            debt._log(self.env._("Dispute withdrawn"))
        return True

    def _check_withdrawable(self):
        self.debt_id.lock_for_update()
        for dispute in self:
            if dispute.debt_id._is_certified():
                raise UserError(
                    self.env._(
                        "%(debt)s is certified: decide on the contested part instead.",
                        debt=dispute.debt_id.display_name,
                    )
                )

    # --- decision --------------------------------------------------------------------
    def _decide(self, accepted: Decimal, rejected: Decimal, note: str):
        """Share a decision over these open disputes, the oldest first.

        A dispute decided in part is split: the rest stays contested on its own line.

        :return: what no dispute covered, as (accepted, rejected)
        """
        for dispute in self.sorted(lambda item: (item.date_opened, item.id)):
            amount = money(dispute.amount)
            taken = min(accepted, amount)
            refused = min(rejected, amount - taken)
            if not taken + refused:
                continue
            dispute._split_rest(amount - taken - refused)
            dispute._close(taken, refused, note)
            accepted, rejected = accepted - taken, rejected - refused
        return accepted, rejected

    def _split_rest(self, rest: Decimal):
        if not rest:
            return
        opened = self._by_code()
        opened.amount = float(money(self.amount) - rest)
        # Same total as before: the contested amount of the debt does not move.
        opened.create(
            {
                "debt_id": self.debt_id.id,
                "party": self.party,
                "reason": self.reason,
                "amount": float(rest),
                "note": self.note,
                "date_opened": self.date_opened,
            }
        )

    def _close(self, accepted: Decimal, rejected: Decimal, note: str):
        state, vals = self._prepare_decision(accepted, rejected, note)
        self._take_step(state, **vals)

    @api.model
    def _prepare_decision(self, accepted: Decimal, rejected: Decimal, note: str):
        """State of the decided part, and what is kept of the decision."""
        state = "partly" if accepted and rejected else "rejected"
        if not rejected:
            state = "accepted"
        return state, {
            "amount_accepted": float(accepted),
            "amount_rejected": float(rejected),
            "decision": note,
        }

    @api.model
    def _record_unexplained(
        self, debt, accepted: Decimal, rejected: Decimal, note: str
    ):
        """Keep a decision on a contested amount that no dispute explained."""
        if not accepted + rejected:
            return
        opened = self._by_code().create(
            {
                "debt_id": debt.id,
                "reason": "unstated",
                "amount": float(accepted + rejected),
            }
        )
        opened._close(accepted, rejected, note)
