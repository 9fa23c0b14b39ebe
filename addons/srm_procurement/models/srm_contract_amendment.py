from srm_engine.contract import check_amendments

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import LazyTranslate

from odoo.addons.srm_kit.guard import Freeze, Guard, Step

from ..amounts import money, rate, total
from .srm_contract import LIVE_STATES, MANAGER

_lt = LazyTranslate(__name__)

STATES = [("draft", "Draft"), ("approved", "Approved"), ("cancelled", "Cancelled")]


class SrmContractAmendment(models.Model):
    """Amendment (avenant): new prices, changed quantities, days (art. 57 to 59).

    All amendments together stay within the increase the regime allows; a decrease
    beyond its limit is a warning, for the contractor may claim damages.
    """

    _name = "srm.contract.amendment"
    _inherit = ["mail.thread"]
    _description = "Contract Amendment"
    _order = "contract_id, number, id"
    _guard = Guard(
        steps={
            "approve": Step(
                ("draft",),
                "approved",
                group=MANAGER,
                signs="approved_by_id",
                dated="date_approved",
                writes=("number",),
                check="_check_approvable",
            ),
            "cancel": Step(("draft",), "cancelled", group=MANAGER),
        },
        freezes=(
            Freeze(
                ("approved", "cancelled"),
                children=("line_ids",),
                files=True,
                database=True,
                remedy=_lt("Prepare another amendment."),
            ),
        ),
        deletable=("draft",),
    )

    contract_id = fields.Many2one(
        "srm.contract", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="contract_id.company_id", store=True)
    currency_id = fields.Many2one(related="contract_id.currency_id")
    partner_id = fields.Many2one(related="contract_id.partner_id", store=True)
    territory_id = fields.Many2one(related="contract_id.territory_id", store=True)
    number = fields.Integer(string="No.", readonly=True, copy=False, aggregator=None)
    name = fields.Char(string="Subject", required=True)
    date_signed = fields.Date(string="Signed on")
    days = fields.Integer(string="Days granted", help="Added to the term.")
    line_ids = fields.One2many(
        "srm.contract.line", "amendment_id", string="Prices and quantities"
    )
    amount_ht = fields.Monetary(
        string="Change HT", compute="_compute_amount_ht", store=True
    )
    share = fields.Float(
        string="All amendments (%)",
        compute="_compute_share",
        digits=(9, 2),
        help="This amendment and the approved ones, of the initial amount.",
    )
    warning = fields.Char(compute="_compute_share")
    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        tracking=True,
    )
    date_approved = fields.Date(string="Approved on", readonly=True, copy=False)
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)

    _number_unique = models.UniqueIndex(
        "(contract_id, number) WHERE state = 'approved'",
        "This amendment number is already taken.",
    )
    _days_valid = models.Constraint(
        "CHECK (days >= 0)", "The days an amendment grants cannot be negative."
    )

    @api.depends("line_ids.amount_ht")
    def _compute_amount_ht(self):
        for amendment in self:
            amounts = amendment.line_ids.mapped("amount_ht")
            amendment.amount_ht = float(total(amounts))

    @api.depends(
        "amount_ht", "state", "contract_id.amount_initial_ht", "contract_id.line_ids"
    )
    def _compute_share(self):
        for amendment in self:
            found = amendment._check_limits()
            amendment.share = float(found.share * 100) if found else 0.0
            amendment.warning = amendment._limit_message(found)

    def _check_limits(self):
        """Engine's check of this amendment with those already approved."""
        contract = self.contract_id
        if not money(contract.amount_initial_ht):
            return None
        others = contract.amendment_ids.filtered(
            lambda item: item.state == "approved" and item._origin != self._origin
        )
        changes = [money(item.amount_ht) for item in others] + [money(self.amount_ht)]
        return check_amendments(
            money(contract.amount_initial_ht),
            changes,
            rate(contract.increase_rate),
            rate(contract.decrease_rate),
        )

    def _limit_message(self, found):
        if not found or not (found.too_high or found.too_low):
            return False
        contract = self.contract_id
        share = f"{found.share * 100:.2f}"
        if found.too_high:
            return self.env._(
                "The amendments of contract %(contract)s reach %(share)s %% of its "
                "initial amount, above the limit of %(limit)s %%: reduce the amendment "
                "or award a new contract.",
                contract=contract.name,
                share=share,
                limit=f"{contract.increase_rate:g}",
            )
        return self.env._(
            "The amendments of contract %(contract)s change its initial amount by "
            "%(share)s %%, beyond a decrease of %(limit)s %%: the contractor may claim "
            "damages.",
            contract=contract.name,
            share=share,
            limit=f"{contract.decrease_rate:g}",
        )

    @api.depends("contract_id.name", "number", "name")
    def _compute_display_name(self):
        for amendment in self:
            amendment.display_name = amendment.contract_id.name and self.env._(
                "%(contract)s, amendment %(number)s",
                contract=amendment.contract_id.name,
                number=amendment.number or "?",
            )

    def action_approve(self):
        """Draft -> approved: the amount and the term of the contract change."""
        # Two amendments approved at once would each see the limit still free.
        self.contract_id.lock_for_update()
        for amendment in self:
            numbers = amendment.contract_id.amendment_ids.mapped("number")
            amendment._take_step("approve", number=max(numbers, default=0) + 1)
        return True

    def action_cancel(self):
        """Draft -> cancelled: its lines count for nothing."""
        self._take_step("cancel")
        return True

    def _check_approvable(self):
        for amendment in self:
            amendment._check_content()
            amendment._check_change()

    def _check_content(self):
        contract = self.contract_id
        if contract.state not in LIVE_STATES:
            raise UserError(
                self.env._(
                    "Contract %(contract)s is not under way: it cannot be amended.",
                    contract=contract.name,
                )
            )
        if not self.date_signed:
            raise UserError(
                self.env._(
                    "%(name)s: enter the date of signature first.", name=self.name
                )
            )
        if not self.line_ids and not self.days:
            raise UserError(
                self.env._(
                    "%(name)s changes neither the prices nor the term.", name=self.name
                )
            )

    def _check_change(self):
        found = self._check_limits()
        if found.too_high:
            raise ValidationError(self._limit_message(found))
        for line in self.line_ids.amends_line_id:
            change = sum(
                item.quantity for item in self.line_ids if item.amends_line_id == line
            )
            if line.quantity_total + change < -0.0005:
                raise ValidationError(
                    self.env._(
                        "Price %(price)s would have a negative quantity.",
                        price=line.display_name,
                    )
                )
