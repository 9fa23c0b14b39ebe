from srm_engine.statement import AdvanceRule, advance, final_guarantee

from odoo import Command, api, fields, models
from odoo.tools import LazyTranslate

from odoo.addons.srm_base.tools.names import joined
from odoo.addons.srm_kit.guard import Freeze, Guard, Step

from ..amounts import exact, money, rate, total
from ..constants import NATURES, PROCEDURES, REGIMES, TERM_UNITS
from .srm_contract_terms_mixin import TERMS

_lt = LazyTranslate(__name__)

MANAGER = "srm_base.group_contract_manager"
STATES = [
    ("draft", "In preparation"),
    ("notified", "Notified"),
    ("running", "Running"),
    ("stopped", "Stopped"),
    ("accepted", "Provisionally accepted"),
    ("closed", "Finally accepted"),
    ("terminated", "Terminated"),
]
#: A statement may be drawn in these states.
OPEN_STATES = ("notified", "running", "stopped", "accepted", "closed", "terminated")
#: Works go on.
LIVE_STATES = ("notified", "running", "stopped")
#: What the parties signed; an amendment changes it, nobody else.
SIGNED = (
    "name",
    "title",
    "company_id",
    "partner_id",
    "procedure",
    "tender_reference",
    "lot",
    "nature",
    "regime_id",
    "delay_regime",
    "predecessor_id",
    "transfer_act",
    "transfer_act_date",
    "date_bid_deadline",
    "date_signed",
    "date_approved",
    "date_notified",
    "term_value",
    "term_unit",
    "tax_id",
    "vat_rate",
    "advance_amount",
    "formula_id",
    "note",
    *TERMS,
)


def term(kind=fields.Float, **options):
    """A term of the contract: proposed by its regime, then decided here."""
    return kind(
        compute="_compute_terms",
        store=True,
        readonly=False,
        precompute=True,
        entered="proposed by the regime, decided on the contract",
        **options,
    )


class SrmContract(models.Model):
    """Supplier contract (marché): what was agreed, and how it is carried out.

    Amounts are in the company's currency. ``amount_ht`` is the initial amount and its
    approved amendments; the price schedule makes both. Statements are drawn from the
    terms below by ``srm_engine.statement``.
    """

    _name = "srm.contract"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "srm.territory.mixin",
        "srm.contract.terms.mixin",
    ]
    _description = "Supplier Contract"
    _order = "date_signed desc, id desc"
    _rec_names_search = ["name", "title", "partner_id.name"]
    _check_company_auto = True
    _guard = Guard(
        steps={
            "notify": Step(
                ("draft",),
                "notified",
                group=MANAGER,
                writes=("date_notified",),
                check="_check_complete",
            ),
            "start": Step(
                ("notified",), "running", group=MANAGER, writes=("date_start",)
            ),
            "stop": Step(("running",), "stopped", group=MANAGER),
            "resume": Step(("stopped",), "running", group=MANAGER),
            "accept": Step(
                ("running", "stopped"),
                "accepted",
                group=MANAGER,
                writes=("date_provisional",),
            ),
            "close": Step(
                ("accepted",), "closed", group=MANAGER, writes=("date_final",)
            ),
            "terminate": Step(
                LIVE_STATES,
                "terminated",
                group=MANAGER,
                writes=("date_terminated", "termination_reason"),
            ),
        },
        freezes=(
            Freeze(
                OPEN_STATES,
                fields=SIGNED,
                children=("initial_line_ids",),
                files=True,
                database=True,
                remedy=_lt("Prepare an amendment, or terminate the contract."),
            ),
        ),
        deletable=("draft",),
    )

    # Identity
    name = fields.Char(
        string="Contract No.", required=True, index="trigram", tracking=True
    )
    title = fields.Char(string="Subject", required=True, tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner",
        string="Contractor",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Contract manager",
        default=lambda self: self.env.user,
        tracking=True,
        help="Receives the alerts on guarantees and delays.",
    )
    follow_up_id = fields.Many2one(
        "res.users",
        string="Follow-up agent",
        help="Named by service order within 15 days of the notification (art. 4).",
    )
    procedure = fields.Selection(PROCEDURES, required=True, default="open")
    tender_reference = fields.Char(string="Tender No.", index="trigram")
    lot = fields.Char(help="Lot of the call for tenders; empty when it has one lot.")
    nature = fields.Selection(NATURES, required=True, default="works", tracking=True)
    regime_id = fields.Many2one(
        "srm.contract.regime",
        required=True,
        ondelete="restrict",
        default=lambda self: self.env["srm.contract.regime"].search([], limit=1),
        tracking=True,
    )
    delay_regime = fields.Selection(
        REGIMES, compute="_compute_delay_regime", store=True, precompute=True
    )

    # Origin of an inherited contract
    predecessor_id = fields.Many2one(
        "srm.predecessor",
        string="Inherited from",
        index="btree_not_null",
        ondelete="restrict",
        help="Who concluded the contract before the transfer. Empty: the SRM itself.",
    )
    transfer_act = fields.Char(help="Act by which the contract was transferred.")
    transfer_act_date = fields.Date()

    # Dates and term
    date_bid_deadline = fields.Date(
        string="Bid deadline", help="Its month gives the initial indices (month 0)."
    )
    date_signed = fields.Date(string="Signed on", tracking=True)
    date_approved = fields.Date(string="Approved on", tracking=True)
    date_notified = fields.Date(string="Notified on", readonly=True, copy=False)
    date_start = fields.Date(string="Started on", readonly=True, copy=False)
    term_value = fields.Integer(string="Term", required=True, default=6)
    term_unit = fields.Selection(TERM_UNITS, required=True, default="months")
    date_provisional = fields.Date(
        string="Provisional acceptance", readonly=True, copy=False
    )
    date_final = fields.Date(string="Final acceptance", readonly=True, copy=False)
    date_terminated = fields.Date(string="Terminated on", readonly=True, copy=False)
    termination_reason = fields.Text(readonly=True, copy=False)

    # Amounts
    tax_id = fields.Many2one(
        "account.tax",
        string="VAT",
        domain="[('type_tax_use', '=', 'purchase'), ('amount_type', '=', 'percent'),"
        " ('company_id', '=', company_id)]",
        compute="_compute_tax_id",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
        entered="the usual tax on purchases, chosen by the buyer",
    )
    vat_rate = fields.Float(
        string="VAT (%)",
        compute="_compute_vat_rate",
        store=True,
        precompute=True,
        aggregator=None,
    )
    line_ids = fields.One2many(
        "srm.contract.line", "contract_id", string="Price schedule", copy=True
    )
    initial_line_ids = fields.One2many(
        "srm.contract.line", "initial_contract_id", string="Initial prices"
    )
    amount_initial_ht = fields.Monetary(
        string="Initial amount HT", compute="_compute_amounts", store=True
    )
    amount_amendments_ht = fields.Monetary(
        string="Amendments HT", compute="_compute_amounts", store=True
    )
    amount_ht = fields.Monetary(
        string="Amount HT", compute="_compute_amounts", store=True, tracking=True
    )
    amount_initial_ttc = fields.Monetary(
        string="Initial amount TTC", compute="_compute_amounts", store=True
    )
    amount_ttc = fields.Monetary(
        string="Amount TTC", compute="_compute_amounts", store=True
    )
    guarantee_amount = fields.Monetary(
        string="Definitive guarantee",
        compute="_compute_guarantee_amount",
        store=True,
        help="Share of the initial amount, rounded up to the dirham (art. 15).",
    )
    advance_amount = fields.Monetary(
        string="Advance",
        compute="_compute_advance_amount",
        store=True,
        readonly=False,
        entered="proposed by the rule of the regime, granted by the contract",
        help="Proposed by the rule of the regime; 0 when none was granted.",
    )
    formula_id = fields.Many2one(
        "srm.revision.formula",
        string="Revision formula",
        ondelete="restrict",
        help="Empty: the prices are firm.",
    )

    # Terms: the regime's default, then decided on the contract
    payment_days = term(fields.Integer, tracking=True)
    payment_start = term(fields.Selection)
    retention_rate = term()
    retention_cap_rate = term()
    retention_basis = term(fields.Selection)
    guarantee_rate = term()
    guarantee_days = term(fields.Integer)
    advance_min_amount = term()
    advance_min_months = term(fields.Integer)
    advance_tranche = term()
    advance_rate = term()
    advance_further_rate = term()
    advance_cap = term()
    advance_repayment_rate = term()
    advance_full_rate = term()
    penalty_rate = term()
    penalty_cap_rate = term()
    penalty_basis = term(fields.Selection)
    special_penalty_cap_rate = term()
    increase_rate = term()
    decrease_rate = term()
    subcontracting_rate = term()
    subcontracting_days = term(fields.Integer)
    order_days = term(fields.Integer)
    warranty_months = term(fields.Integer)

    # Life
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
    amendment_ids = fields.One2many(
        "srm.contract.amendment", "contract_id", string="Amendments"
    )
    order_ids = fields.One2many(
        "srm.contract.order", "contract_id", string="Service orders"
    )
    guarantee_ids = fields.One2many(
        "srm.contract.guarantee", "contract_id", string="Guarantees"
    )
    subcontractor_ids = fields.One2many(
        "srm.contract.subcontractor", "contract_id", string="Subcontractors"
    )
    pledge_ids = fields.One2many("srm.contract.pledge", "contract_id", string="Pledges")
    acceptance_ids = fields.One2many(
        "srm.contract.acceptance", "contract_id", string="Acceptances"
    )
    note = fields.Html(string="Particular clauses")

    _name_unique = models.Constraint(
        "UNIQUE (company_id, name)", "A contract with this number exists already."
    )
    _term_valid = models.Constraint(
        "CHECK (term_value BETWEEN 1 AND 36500)", "The term is one day or more."
    )
    _amounts_valid = models.Constraint(
        "CHECK (advance_amount >= 0 AND (state = 'draft' OR amount_initial_ht > 0))",
        "A contract in force has an amount above zero, and no negative advance.",
    )
    _dates_valid = models.Constraint(
        "CHECK (date_provisional IS NULL OR date_final IS NULL"
        " OR date_final >= date_provisional)",
        "The final acceptance follows the provisional one.",
    )
    _state_has_date = models.Constraint(
        "CHECK (state = 'draft' OR date_notified IS NOT NULL)",
        "A contract in force was notified.",
    )

    @api.depends("regime_id")
    def _compute_terms(self):
        for contract in self:
            for name in TERMS:
                contract[name] = contract.regime_id[name]

    @api.depends("regime_id")
    def _compute_delay_regime(self):
        """Taken with the terms: another law for the regime is not for contracts."""
        for contract in self:
            contract.delay_regime = contract.regime_id.code

    @api.depends("tax_id")
    def _compute_vat_rate(self):
        """The rate of the tax when it was chosen; it is signed with the prices."""
        for contract in self:
            contract.vat_rate = contract.tax_id.amount

    @api.depends("company_id")
    def _compute_tax_id(self):
        for contract in self:
            contract.tax_id = contract.company_id.account_purchase_tax_id

    @api.depends(
        "line_ids.amount_ht",
        "line_ids.amendment_id.state",
        "vat_rate",
    )
    def _compute_amounts(self):
        for contract in self:
            lines = contract.line_ids
            initial = lines.filtered(lambda line: not line.amendment_id)
            amended = lines.filtered(lambda line: line.amendment_id.state == "approved")
            first = total(initial.mapped("amount_ht"))
            change = total(amended.mapped("amount_ht"))
            contract.amount_initial_ht = float(first)
            contract.amount_amendments_ht = float(change)
            contract.amount_ht = float(first + change)
            contract.amount_initial_ttc = float(contract._with_vat(first))
            contract.amount_ttc = float(contract._with_vat(first + change))

    def _with_vat(self, amount_ht):
        return money(amount_ht * (1 + rate(self.vat_rate)))

    @api.depends("amount_initial_ttc", "guarantee_rate")
    def _compute_guarantee_amount(self):
        for contract in self:
            amount = money(contract.amount_initial_ttc)
            guarantee = final_guarantee(amount, rate(contract.guarantee_rate))
            contract.guarantee_amount = float(guarantee)

    @api.depends("amount_initial_ttc", "term_value", "term_unit", "regime_id")
    def _compute_advance_amount(self):
        """Proposed while the contract is prepared; what was signed does not move."""
        for contract in self:
            if contract.state != "draft":
                contract.advance_amount = contract.advance_amount
                continue
            amount = money(contract.amount_initial_ttc)
            months = contract._term_months()
            contract.advance_amount = float(
                advance(amount, months, contract._advance_rule())
            )

    def _term_months(self) -> int:
        if self.term_unit == "months":
            return self.term_value
        return self.term_value // 30

    def _advance_rule(self) -> AdvanceRule:
        return AdvanceRule(
            min_contract=exact(self.advance_min_amount),
            min_months=self.advance_min_months,
            first_tranche=exact(self.advance_tranche),
            first_rate=rate(self.advance_rate),
            further_rate=rate(self.advance_further_rate),
            cap=exact(self.advance_cap),
        )

    @api.depends("name", "title")
    def _compute_display_name(self):
        for contract in self:
            contract.display_name = joined(contract.name, contract.title)

    def copy_data(self, default=None):
        """The number of a contract is unique: a copy gets a visible mark.

        It starts from the prices that were first agreed.
        """
        vals_list = super().copy_data(default)
        for contract, vals in zip(self, vals_list, strict=True):
            prices = contract.line_ids.filtered(lambda line: not line.amendment_id)
            vals["line_ids"] = [Command.create(price) for price in prices.copy_data()]
            if "name" not in (default or {}):
                vals["name"] = self.env._("%(name)s (copy)", name=contract.name)
        return vals_list
