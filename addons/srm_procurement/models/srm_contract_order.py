import datetime

from srm_engine.contract import reception_date

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import LazyTranslate

from odoo.addons.srm_kit.guard import Freeze, Guard, Step

from .srm_contract import MANAGER

_lt = LazyTranslate(__name__)

KINDS = [
    ("start", "Start of the works"),
    ("stop", "Stop"),
    ("resume", "Resumption"),
    ("other", "Other instruction"),
]
STATES = [("draft", "Draft"), ("issued", "Issued"), ("cancelled", "Cancelled")]
RECEPTIONS = [
    ("waiting", "Awaited"),
    ("signed", "Signed by the contractor"),
    ("deemed", "Deemed received"),
]
#: Order -> states of the contract it may be issued in; the step it takes has its name.
MOVES = {
    "start": ("notified",),
    "stop": ("running",),
    "resume": ("stopped",),
    "other": ("notified", "running", "stopped", "accepted"),
}


class SrmContractOrder(models.Model):
    """Service order (ordre de service): written, dated, numbered, registered (art. 11).

    The contractor signs it back within three days, else it counts as received. Orders
    to start, stop and resume move the contract and its term.
    """

    _name = "srm.contract.order"
    _inherit = ["mail.thread"]
    _description = "Service Order"
    _order = "contract_id, date_effect, number, id"
    _guard = Guard(
        steps={
            "issue": Step(
                ("draft",),
                "issued",
                group=MANAGER,
                writes=("number", "date_issued"),
                check="_check_issuable",
            ),
            "cancel": Step(("draft",), "cancelled", group=MANAGER),
        },
        freezes=(
            Freeze(
                ("issued",),
                but=("date_signed", "reservations"),
                files=True,
                database=True,
                remedy=_lt("Issue another order to correct it."),
            ),
            Freeze(("cancelled",), database=True),
        ),
        deletable=("draft",),
    )

    contract_id = fields.Many2one(
        "srm.contract", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="contract_id.company_id", store=True)
    partner_id = fields.Many2one(related="contract_id.partner_id", store=True)
    territory_id = fields.Many2one(related="contract_id.territory_id", store=True)
    number = fields.Integer(string="No.", readonly=True, copy=False, aggregator=None)
    kind = fields.Selection(KINDS, required=True, default="other", tracking=True)
    name = fields.Char(string="Subject", required=True)
    reason = fields.Text(help="Required for a stop and a resumption (art. 48).")
    date_effect = fields.Date(
        string="Takes effect on", required=True, default=fields.Date.context_today
    )
    date_issued = fields.Date(string="Sent on", readonly=True, copy=False)
    date_signed = fields.Date(
        string="Signed back on",
        copy=False,
        tracking=True,
        help="Date on the contractor's signature.",
    )
    reservations = fields.Text(
        tracking=True, help="Reservations of the contractor, in writing (art. 11)."
    )
    date_received = fields.Date(
        string="Received on", compute="_compute_reception", help="Signed or deemed."
    )
    reception = fields.Selection(
        RECEPTIONS, compute="_compute_reception", search="_search_reception"
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

    _number_unique = models.UniqueIndex(
        "(contract_id, number) WHERE state = 'issued'",
        "This service order number is already taken.",
    )
    _one_start = models.UniqueIndex(
        "(contract_id) WHERE state = 'issued' AND kind = 'start'",
        "The works of this contract have already been started.",
    )
    _issued_complete = models.Constraint(
        "CHECK (state != 'issued' OR (number > 0 AND date_issued IS NOT NULL))",
        "An issued order has a number and a date.",
    )
    _signed_after_sent = models.Constraint(
        "CHECK (date_signed IS NULL OR date_signed >= date_issued)",
        "An order is signed after it is sent.",
    )
    _stop_has_reason = models.Constraint(
        "CHECK (kind NOT IN ('stop', 'resume') OR state != 'issued'"
        " OR reason IS NOT NULL)",
        "A stop or a resumption says why.",
    )

    @api.depends("date_issued", "date_signed", "contract_id.order_days")
    def _compute_reception(self):
        today = fields.Date.context_today(self)
        for order in self:
            order.date_received = order.reception = False
            if not order.date_issued:
                continue
            order.date_received = reception_date(
                order.date_issued,
                order.date_signed or None,
                today,
                order.contract_id.order_days,
            )
            order.reception = order._reception()

    def _reception(self) -> str:
        if not self.date_received:
            return "waiting"
        return "signed" if self.date_received == self.date_signed else "deemed"

    def _search_reception(self, operator, value):
        if operator != "in":
            return NotImplemented
        issued = self.search([("state", "=", "issued")])
        return [("id", "in", issued.filtered(lambda item: item.reception in value).ids)]

    @api.depends("contract_id.name", "number", "name")
    def _compute_display_name(self):
        for order in self:
            order.display_name = order.contract_id.name and self.env._(
                "Order %(number)s · %(contract)s",
                number=order.number or "?",
                contract=order.contract_id.name,
            )

    def _stops(self) -> list[tuple[datetime.date, datetime.date | None]]:
        """(stop, resume) pairs of the issued orders, the last one maybe open."""
        moves = self.filtered(
            lambda order: order.state == "issued" and order.kind in ("stop", "resume")
        ).sorted(lambda order: (order.date_effect, order.number))
        pairs, stop = [], None
        for order in moves:
            if order.kind == "stop":
                stop = order.date_effect
            elif stop:
                pairs.append((stop, order.date_effect))
                stop = None
        return [*pairs, (stop, None)] if stop else pairs

    # --- buttons -------------------------------------------------------------------
    def action_issue(self):
        """Number the order, send it, and move the contract."""
        self._issue(fields.Date.context_today(self))
        return True

    def action_cancel(self):
        """Draft -> cancelled."""
        self._take_step("cancel")
        return True

    def _issue(self, date):
        # The contract is locked first: two orders cannot take the same number.
        self.contract_id.lock_for_update()
        self.contract_id.invalidate_recordset(["state"])
        for order in self:
            numbers = order.contract_id.order_ids.mapped("number")
            number = max(numbers, default=0) + 1
            order._take_step("issue", number=number, date_issued=date)._move_contract()

    def _check_issuable(self):
        for order in self:
            order._check_fits_contract()
            order._check_reason_and_date()

    def _check_fits_contract(self):
        contract = self.contract_id
        if contract.state not in MOVES[self.kind]:
            labels = dict(self._fields["kind"]._description_selection(self.env))
            states = dict(contract._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    'Contract %(contract)s is %(state)s: the order "%(kind)s" cannot '
                    "be issued.",
                    contract=contract.name,
                    state=states[contract.state],
                    kind=labels[self.kind],
                )
            )

    def _check_reason_and_date(self):
        contract = self.contract_id
        if self.kind in ("stop", "resume") and not (self.reason or "").strip():
            raise ValidationError(
                self.env._(
                    "Say why the works of contract %(contract)s stop or resume.",
                    contract=contract.name,
                )
            )
        last = self._last_effect()
        if last and self.kind != "other" and self.date_effect < last:
            raise ValidationError(
                self.env._(
                    "The order on contract %(contract)s takes effect on %(date)s, "
                    "before the previous one (%(last)s).",
                    contract=contract.name,
                    date=fields.Date.to_string(self.date_effect),
                    last=fields.Date.to_string(last),
                )
            )

    def _last_effect(self):
        """Date of the last order that moved the term, or of the notification."""
        contract = self.contract_id
        moves = contract.order_ids.filtered(
            lambda order: order.state == "issued" and order.kind != "other"
        )
        return max(moves.mapped("date_effect"), default=contract.date_approved or False)

    def _move_contract(self):
        for order in self.filtered(lambda item: item.kind != "other"):
            start = {"date_start": order.date_effect} if order.kind == "start" else {}
            order.contract_id._take_step(order.kind, **start)
