import datetime

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import LazyTranslate

from odoo.addons.srm_base.tools.names import joined
from odoo.addons.srm_kit.guard import Freeze, Guard, Step

from ..amounts import money, total
from .srm_contract import MANAGER

_lt = LazyTranslate(__name__)

KINDS = [
    ("provisional", "Provisional"),
    ("definitive", "Definitive"),
    ("advance", "Return of the advance"),
    ("retention", "In place of the retention"),
]
STATES = [
    ("draft", "Awaited"),
    ("held", "Held"),
    ("released", "Released"),
    ("called", "Called"),
]
ALERT_DAYS = 30


class SrmContractGuarantee(models.Model):
    """Bank guarantee (caution) of a contractor, from its deposit to its release."""

    _name = "srm.contract.guarantee"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Contract Guarantee"
    _order = "date_expiry nulls last, id"
    _guard = Guard(
        steps={
            "receive": Step(("draft",), "held", group=MANAGER, check="_check_deed"),
            "release": Step(
                ("held",),
                "released",
                group=MANAGER,
                dated="date_released",
                check="_check_releasable",
            ),
            "call": Step(("held",), "called", group=MANAGER, dated="date_released"),
        },
        freezes=(
            Freeze(
                ("held",),
                but=("date_expiry",),
                files=True,
                database=True,
                remedy=_lt("Record the new deed and release the old one."),
            ),
            Freeze(("released", "called"), files=True, database=True),
        ),
        held=("amount",),
        deletable=("draft",),
    )

    contract_id = fields.Many2one(
        "srm.contract", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="contract_id.company_id", store=True)
    currency_id = fields.Many2one(related="contract_id.currency_id")
    partner_id = fields.Many2one(related="contract_id.partner_id", store=True)
    territory_id = fields.Many2one(related="contract_id.territory_id", store=True)
    kind = fields.Selection(KINDS, required=True, default="definitive", tracking=True)
    amount = fields.Monetary(
        compute="_compute_amount",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        tracking=True,
        entered="what the contract asks for, then what the deed says",
    )
    amount_required = fields.Monetary(
        string="Required", compute="_compute_amount_required"
    )
    bank = fields.Char(string="Issued by", help="Bank or insurer that guarantees.")
    reference = fields.Char(string="Deed No.")
    date_issued = fields.Date(string="Issued on")
    date_expiry = fields.Date(
        string="Expires on", index=True, help="Empty: valid until its release."
    )
    days_left = fields.Integer(
        compute="_compute_days_left", help="Until it expires.", aggregator=None
    )
    date_released = fields.Date(string="Released on", readonly=True, copy=False)
    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
    )

    _amount_positive = models.Constraint(
        "CHECK (amount > 0 OR state = 'draft')",
        "The amount of a guarantee held is above zero.",
    )
    _dates_valid = models.Constraint(
        "CHECK (date_expiry IS NULL OR date_issued IS NULL"
        " OR date_expiry >= date_issued)",
        "A guarantee expires after it is issued.",
    )
    _expiry_idx = models.Index("(date_expiry) WHERE state = 'held'")

    @api.depends("kind", "contract_id.guarantee_amount", "contract_id.advance_amount")
    def _compute_amount(self):
        for guarantee in self:
            if guarantee.state == "draft" or not guarantee.id:
                proposed = guarantee._amount_wanted()
                guarantee.amount = proposed or guarantee.amount or 0.0
            else:
                guarantee.amount = guarantee.amount

    @api.depends("kind", "contract_id.guarantee_amount", "contract_id.advance_amount")
    def _compute_amount_required(self):
        for guarantee in self:
            guarantee.amount_required = guarantee._amount_wanted()

    def _amount_wanted(self) -> float:
        """What the contract asks for; 0 when the amount is free."""
        contract = self.contract_id
        if self.kind == "definitive":
            return contract.guarantee_amount
        return contract.advance_amount if self.kind == "advance" else 0.0

    @api.depends("date_expiry")
    def _compute_days_left(self):
        today = fields.Date.context_today(self)
        for guarantee in self:
            expiry = guarantee.date_expiry
            guarantee.days_left = (expiry - today).days if expiry else 0

    @api.depends("contract_id.name", "kind")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for guarantee in self:
            kind = labels.get(guarantee.kind, "")
            guarantee.display_name = joined(kind, guarantee.contract_id.name)

    # --- buttons -------------------------------------------------------------------
    def action_receive(self):
        """Awaited -> held: the deed is there and covers what the contract asks."""
        self._take_step("receive")
        return True

    def action_release(self):
        """Held -> released, when the rule of its kind allows it."""
        self._take_step("release")._forget_expiry()
        return True

    def action_call(self):
        """Held -> called: the bank is asked to pay (coercive measures, art. 79)."""
        self._take_step("call")._forget_expiry()
        return True

    def _forget_expiry(self):
        self.activity_unlink(["srm_procurement.activity_guarantee_expiry"])

    # --- rules ---------------------------------------------------------------------
    def _check_deed(self):
        wanted = ("amount", "bank", "reference", "date_issued")
        for guarantee in self:
            missing = [
                guarantee._fields[name]._description_string(self.env)
                for name in wanted
                if not guarantee[name]
            ]
            if missing:
                raise UserError(
                    self.env._(
                        "%(guarantee)s cannot be received without: %(missing)s.",
                        guarantee=guarantee.display_name,
                        missing=", ".join(missing),
                    )
                )
            guarantee._check_amount()

    def _check_amount(self):
        if money(self.amount) < money(self.amount_required):
            raise ValidationError(
                self.env._(
                    "%(guarantee)s: %(amount)s is less than the %(required)s the "
                    "contract asks for.",
                    guarantee=self.display_name,
                    amount=self.currency_id.format(self.amount),
                    required=self.currency_id.format(self.amount_required),
                )
            )

    def _check_releasable(self):
        for guarantee in self:
            refusal = guarantee._release_refusal()
            if refusal:
                raise UserError(refusal)

    def _release_refusal(self):
        """Why it must still be held, or False."""
        contract = self.contract_id
        if self._replaced() or contract.state == "closed":
            return False
        refusals = {
            "provisional": self.env._(
                "%(guarantee)s is released once the definitive guarantee is held."
            ),
            "definitive": self.env._(
                "%(guarantee)s is released at the final acceptance."
            ),
            "advance": self.env._(
                "%(guarantee)s is released once the advance is repaid."
            ),
            "retention": self.env._(
                "%(guarantee)s replaces retention already released: it is held until "
                "the final acceptance."
            ),
        }
        return refusals[self.kind] % {"guarantee": self.display_name}

    def _replaced(self) -> bool:
        """Whether what it guarantees is over, or another deed covers it."""
        contract = self.contract_id
        if self.kind == "provisional":
            return not contract.guarantee_missing
        if self.kind == "advance":
            return money(contract.advance_repaid) >= money(contract.advance_amount)
        others = contract.guarantee_ids.filtered(
            lambda item: (
                item.kind == self.kind and item.state == "held" and item != self
            )
        )
        covered = total(others.mapped("amount"))
        if self.kind == "retention":
            return covered >= money(contract.retention_released)
        return covered >= money(contract.guarantee_amount)

    # --- alerts --------------------------------------------------------------------
    @api.model
    def _cron_alert_expiry(self):
        """One activity per guarantee that expires soon, for the contract manager."""
        limit = fields.Date.context_today(self) + datetime.timedelta(days=ALERT_DAYS)
        soon = self.search([("state", "=", "held"), ("date_expiry", "<=", limit)])
        kind = self.env.ref("srm_procurement.activity_guarantee_expiry")
        known = self.env["mail.activity"]._read_group(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", soon.ids),
                ("activity_type_id", "=", kind.id),
            ],
            ["res_id"],
        )
        done = {res_id for (res_id,) in known}

        def alert(guarantee):
            guarantee.activity_schedule(
                activity_type_id=kind.id,
                date_deadline=guarantee.date_expiry,
                user_id=(guarantee.contract_id.user_id or self.env.user).id,
                summary=self.env._("Guarantee about to expire: have it extended"),
            )

        soon.filtered(lambda item: item.id not in done)._each(alert)
        return len(soon) - len(done)
