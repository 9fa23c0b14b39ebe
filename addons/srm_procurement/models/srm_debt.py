from odoo import api, fields, models
from odoo.tools import LazyTranslate

from odoo.addons.srm_base.tools.names import joined
from odoo.addons.srm_kit.guard import Freeze, Guard, Step

from ..constants import (
    AGE_BUCKETS,
    BEARERS,
    DONE,
    IN_SETTLEMENT,
    NATURES,
    REGIMES,
    STAGE_RANK,
    STAGES,
    stages,
)

_lt = LazyTranslate(__name__)

MANAGER = "srm_base.group_finance_manager"
#: Frozen from the reconciliation on: what was found in the ledger of origin.
LEDGER_FIELDS = ("ledger_reference", "ledger_date", "ledger_amount", "ledger_note")
#: Frozen from certification on: the certifier vouched for them.
VOUCHED_FIELDS = (
    "amount_claimed",
    "amount_paid_before",
    "amount_retention",
    "bearer",
    "transfer_act",
    "file_id",
    "predecessor_id",
    "vat_rate",
    "certified_by_id",
    "certified_date",
)
#: Parts of a certified claim, which the decision on a dispute alone shares again.
DECIDED_FIELDS = ("amount_certified", "amount_contested", "amount_rejected")
CERTIFIED_FIELDS = {*VOUCHED_FIELDS, *DECIDED_FIELDS}
CERTIFICATION = ("amount_certified", "certified_by_id", "certified_date")
SEND_BACK = _lt("Send the debt back before changing it.")


def back(stage: str) -> Step:
    """The step by which a manager sends a debt back, before a settlement holds it."""
    later = stages(stage, "scored")[1:]
    return Step(later, stage, group=MANAGER, writes=CERTIFICATION)


class SrmDebt(models.Model):
    """One claimed arrear (créance): an invoice a creditor says is unpaid.

    Amounts are TTC in the company's currency and always satisfy
    certified + contested + rejected <= claimed and paid <= claimed:

    * ``amount_paid``      paid by the predecessor + settled by this company
    * ``amount_remaining`` claimed - rejected - paid: what is still asked
    * ``amount_open``      certified - paid: what the books must show
    * ``amount_payable``   open - retention not yet released: what can be settled now
    """

    _name = "srm.debt"
    _inherit = ["srm.territory.mixin"]
    _description = "Supplier Debt"
    _order = "date_registered, id"
    _rec_name = "origin_reference"
    _rec_names_search = ["origin_reference", "invoice_reference", "contract_reference"]
    _check_company_auto = True
    _guard = Guard(
        state="stage",
        steps={
            "documents": Step(("registered",), "documents"),
            "reconciled": Step(
                ("documents",),
                "reconciled",
                signs="reconciled_by_id",
                dated="reconciled_date",
            ),
            "certified": Step(
                ("reconciled",),
                "certified",
                group=MANAGER,
                signs="certified_by_id",
                dated="certified_date",
            ),
            "classified": Step(("certified",), "classified"),
            "scored": Step(("classified", *IN_SETTLEMENT, *DONE), "scored"),
            "proposed": Step(("scored",), "proposed"),
            "agreed": Step(("scored", "proposed"), "agreed"),
            "scheduled": Step(("scored", "proposed", "agreed", *DONE), "scheduled"),
            "paid": Step(stages("certified", "scheduled"), "paid"),
            "closed": Step(stages("certified", "paid"), "closed"),
            **{
                f"back_{stage}": back(stage)
                for stage in stages("registered", "classified")
            },
        },
        freezes=(
            Freeze(stages("reconciled"), fields=LEDGER_FIELDS, remedy=SEND_BACK),
            Freeze(
                stages("certified"),
                fields=VOUCHED_FIELDS,
                database=True,
                remedy=SEND_BACK,
            ),
            Freeze(
                stages("certified"),
                fields=DECIDED_FIELDS,
                revised="decision_count",
                database=True,
                remedy=SEND_BACK,
            ),
        ),
        deletable=("registered", "documents"),
    )

    # Identity and origin
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id", store=True)
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
    user_id = fields.Many2one(related="file_id.user_id", string="Owner")
    predecessor_id = fields.Many2one(
        "srm.predecessor",
        string="Debtor of origin",
        index="btree_not_null",
        ondelete="restrict",
        help="Who owed the debt before the transfer. Empty for a debt of the SRM.",
    )
    origin_reference = fields.Char(
        string="Origin reference",
        required=True,
        help="File number in the predecessor's register.",
    )
    date_registered = fields.Date(
        required=True, default=fields.Date.context_today, index=True
    )
    contract_reference = fields.Char(string="Contract", index="trigram")
    description = fields.Char(string="Subject")
    nature = fields.Selection(NATURES)
    regime = fields.Selection(
        REGIMES,
        string="Delay regime",
        compute="_compute_regime",
        store=True,
        readonly=False,
        precompute=True,
        entered="proposed from the debtor of origin, decided by the officer",
        help="Rules that set the payment delay of the contract.",
    )
    bearer = fields.Selection(
        BEARERS,
        string="Borne by",
        help="Who bears the debt today; needs the transfer act.",
    )
    transfer_act = fields.Char(
        help="Act by which the debt was transferred to its bearer."
    )
    transfer_act_date = fields.Date()

    # Invoice
    invoice_reference = fields.Char(string="Invoice", index="trigram")
    invoice_date = fields.Date(required=True)
    deposit_date = fields.Date(help="Invoice stamped at the mail registry.")
    service_date = fields.Date(
        string="Service acknowledged", help="Date of the service fait."
    )
    agreed_days = fields.Integer(
        string="Agreed delay (days)", help="0 when nothing was agreed in writing."
    )

    # Amounts (TTC)
    amount_claimed = fields.Monetary(string="Claimed", required=True)
    amount_certified = fields.Monetary(
        string="Certified", readonly=True, copy=False, default=0.0
    )
    amount_to_certify = fields.Monetary(
        string="To be certified",
        compute="_compute_amount_to_certify",
        help="Claim less its contested and rejected parts.",
    )
    amount_contested = fields.Monetary(string="Contested", default=0.0)
    amount_rejected = fields.Monetary(
        string="Rejected",
        copy=False,
        default=0.0,
        help="Part of the claim refused for good.",
    )
    amount_paid_before = fields.Monetary(
        string="Paid before",
        default=0.0,
        help="Paid by the debtor of origin before the take-on.",
    )
    paid_before_date = fields.Date(
        help="Date of the predecessor's payment. Empty: counted as paid in time."
    )
    amount_settled = fields.Monetary(
        string="Settled", compute="_compute_amount_settled", store=True
    )
    amount_retention = fields.Monetary(
        string="Retention",
        default=0.0,
        help="Part of the claim held back until the final acceptance.",
    )
    retention_released = fields.Boolean(readonly=True, copy=False)
    decision_count = fields.Integer(
        string="Decisions on the contested part", readonly=True, copy=False
    )
    amount_paid = fields.Monetary(string="Paid", compute="_compute_amounts", store=True)
    amount_remaining = fields.Monetary(
        string="Remaining", compute="_compute_amounts", store=True
    )
    amount_open = fields.Monetary(
        string="Certified unpaid", compute="_compute_amounts", store=True
    )
    amount_payable = fields.Monetary(
        string="Payable now", compute="_compute_amounts", store=True
    )
    payment_ids = fields.One2many("srm.debt.payment", "debt_id", string="Payments")

    # Law 69-21: computed when the facts change, and every night in bulk by SQL
    due_date = fields.Date(compute="_compute_exposure", store=True, index=True)
    late_days = fields.Integer(
        string="Days late", compute="_compute_exposure", store=True, aggregator="max"
    )
    age_bucket = fields.Selection(
        AGE_BUCKETS, string="Age", compute="_compute_exposure", store=True
    )
    in_scope = fields.Boolean(
        string="In scope of law 69-21", compute="_compute_exposure", store=True
    )
    exposure_fine = fields.Monetary(
        string="Fine to date", compute="_compute_exposure", store=True
    )
    exposure_next_month = fields.Monetary(
        string="Fine per further month", compute="_compute_exposure", store=True
    )
    exposure_date = fields.Date(
        string="Figures as of", compute="_compute_exposure", store=True
    )
    # Late interest of decree 2-16-344, computed together with the fine
    interest_claimed = fields.Monetary(
        string="Late interest claimed",
        default=0.0,
        help="Late interest the creditor asks for on top of this debt.",
    )
    interest_to_date = fields.Monetary(
        string="Late interest to date", compute="_compute_exposure", store=True
    )
    interest_next_month = fields.Monetary(
        string="Interest per further month", compute="_compute_exposure", store=True
    )
    scope_reason = fields.Char(compute="_compute_explanation")
    explanation = fields.Html(
        string="How the fine is reached", compute="_compute_explanation"
    )

    # Life
    stage = fields.Selection(
        STAGES,
        required=True,
        readonly=True,
        default="registered",
        copy=False,
        index=True,
        group_expand=True,
    )
    block_ids = fields.One2many("srm.debt.block", "debt_id", string="Blocks")
    blocked = fields.Boolean(compute="_compute_blocked", store=True)
    document_ids = fields.One2many("srm.debt.document", "debt_id", string="Documents")
    missing_document_ids = fields.Many2many(
        "srm.debt.document.type",
        string="Missing documents",
        compute="_compute_missing_documents",
    )
    ledger_reference = fields.Char(string="Entry in the ledger of origin", copy=False)
    ledger_date = fields.Date(string="Ledger date", copy=False)
    ledger_amount = fields.Monetary(string="Amount in the ledger", copy=False)
    ledger_gap = fields.Monetary(
        string="Gap with the ledger", compute="_compute_ledger_gap"
    )
    ledger_note = fields.Char(string="Reason of the gap", copy=False)
    reconciled_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    reconciled_date = fields.Date(readonly=True, copy=False)
    certified_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    certified_date = fields.Date(readonly=True, copy=False)

    _origin_uniq = models.UniqueIndex(
        "(company_id, COALESCE(predecessor_id, 0), origin_reference)",
        "This reference of the predecessor's register is already recorded.",
    )
    _board_idx = models.Index("(company_id, stage, predecessor_id, province_id)")
    _queue_idx = models.Index("(file_id, stage)")
    _amounts_positive = models.Constraint(
        "CHECK (amount_claimed >= 0 AND amount_certified >= 0"
        " AND amount_contested >= 0 AND amount_rejected >= 0"
        " AND amount_paid_before >= 0 AND amount_settled >= 0"
        " AND amount_retention >= 0)",
        "The amounts of a debt cannot be negative.",
    )
    _paid_within_claim = models.Constraint(
        "CHECK (amount_paid <= amount_claimed - COALESCE(amount_rejected, 0))",
        "The amount paid cannot exceed the amount claimed.",
    )
    _parts_within_claim = models.Constraint(
        "CHECK (amount_certified + amount_contested + amount_rejected"
        " <= amount_claimed)",
        "The certified, contested and rejected parts cannot exceed the claim.",
    )
    _retention_within_claim = models.Constraint(
        "CHECK (amount_retention <= amount_claimed)",
        "The retention cannot exceed the amount claimed.",
    )
    _settled_within_certified = models.Constraint(
        "CHECK (amount_settled = 0 OR amount_paid <= amount_certified)",
        "Only the certified part of a debt can be settled.",
    )
    _agreed_days_valid = models.Constraint(
        "CHECK (agreed_days BETWEEN 0 AND 3650)",
        "The agreed delay is a number of days.",
    )
    _certified_has_author = models.Constraint(
        "CHECK (stage IN ('registered', 'documents', 'reconciled') OR"
        " (certified_by_id IS NOT NULL AND bearer IS NOT NULL"
        " AND transfer_act IS NOT NULL))",
        "A certified debt needs a certifier, a bearer and a transfer act.",
    )

    @api.depends("predecessor_id.kind", "company_id.srm_inherited_regime")
    def _compute_regime(self):
        """Proposed once (domain/procurement 9, point 3), then left to the officer."""
        for debt in self.filtered(lambda item: not item.regime):
            debt.regime = (
                debt.company_id.srm_inherited_regime
                if debt.predecessor_id
                else "law_69_21"
            )

    @api.depends("payment_ids.amount", "payment_ids.active")
    def _compute_amount_settled(self):
        sums = dict(
            self.env["srm.debt.payment"]._read_group(
                [("debt_id", "in", self.ids)], ["debt_id"], ["amount:sum"]
            )
        )
        for debt in self:
            debt.amount_settled = sums.get(debt._origin, 0.0)

    @api.depends(
        "amount_claimed",
        "amount_certified",
        "amount_rejected",
        "amount_paid_before",
        "amount_settled",
        "amount_retention",
        "retention_released",
    )
    def _compute_amounts(self):
        for debt in self:
            paid = debt.amount_paid_before + debt.amount_settled
            held = 0.0 if debt.retention_released else debt.amount_retention
            debt.amount_paid = paid
            debt.amount_remaining = debt.amount_claimed - debt.amount_rejected - paid
            debt.amount_open = max(debt.amount_certified - paid, 0.0)
            debt.amount_payable = max(debt.amount_open - held, 0.0)

    @api.depends("amount_claimed", "amount_contested", "amount_rejected")
    def _compute_amount_to_certify(self):
        for debt in self:
            debt.amount_to_certify = (
                debt.amount_claimed - debt.amount_contested - debt.amount_rejected
            )

    @api.depends("block_ids.date_closed", "file_id.block_ids.date_closed")
    def _compute_blocked(self):
        """Blocked by a reason of its own or by one that holds the whole file."""
        blocks = self.env["srm.debt.block"].search_fetch(
            [
                ("date_closed", "=", False),
                ("file_id", "in", self.file_id.ids),
                ("debt_id", "in", [*self.ids, False]),
            ],
            ["debt_id", "file_id"],
        )
        debt_ids = set(blocks.debt_id.ids)
        file_ids = set(blocks.filtered(lambda item: not item.debt_id).file_id.ids)
        for debt in self:
            debt.blocked = (
                debt._origin.id in debt_ids or debt.file_id._origin.id in file_ids
            )

    @api.depends("nature", "document_ids.type_id")
    def _compute_missing_documents(self):
        required = self.env["srm.debt.document.type"]._required_by_nature()
        none = self.env["srm.debt.document.type"]
        for debt in self:
            wanted = required.get(debt.nature, none)
            debt.missing_document_ids = wanted - debt.document_ids.type_id

    @api.depends("amount_claimed", "ledger_amount")
    def _compute_ledger_gap(self):
        for debt in self:
            debt.ledger_gap = debt.amount_claimed - debt.ledger_amount

    @api.depends("origin_reference", "invoice_reference", "predecessor_id")
    def _compute_display_name(self):
        for debt in self:
            parts = (
                debt.predecessor_id.name,
                debt.origin_reference,
                debt.invoice_reference,
            )
            debt.display_name = joined(*parts)

    def copy_data(self, default=None):
        """The origin reference is unique: a copy gets a visible mark."""
        vals_list = super().copy_data(default)
        for debt, vals in zip(self, vals_list, strict=True):
            if "origin_reference" not in (default or {}):
                vals["origin_reference"] = self.env._(
                    "%(reference)s (copy)", reference=debt.origin_reference
                )
        return vals_list

    def write(self, vals):
        result = super().write(vals)
        if {"bearer", "transfer_act"} & vals.keys():
            self._sync_automatic_blocks()
        return result

    def _is_certified(self) -> bool:
        return STAGE_RANK[self.stage] >= STAGE_RANK["certified"]
