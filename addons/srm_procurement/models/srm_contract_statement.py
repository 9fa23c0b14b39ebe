from odoo import api, fields, models
from odoo.tools import LazyTranslate

from odoo.addons.srm_kit.guard import Freeze, Guard, Step
from odoo.addons.srm_kit.guard.gate import by_code

from ..amounts import money

_lt = LazyTranslate(__name__)

OFFICER = "srm_base.group_finance_officer"
MANAGER = "srm_base.group_finance_manager"

KINDS = [
    ("opening", "Opening position"),
    ("provisional", "Provisional"),
    ("final", "Final"),
    ("general", "General and final"),
]
STATES = [
    ("draft", "Draft"),
    ("drawn", "To approve"),
    ("approved", "Approved"),
    ("posted", "In the books"),
    ("cancelled", "Cancelled"),
]
#: Only one statement of a contract is under way, so that the totals before it stand.
OPEN_STATES = ("draft", "drawn", "approved")
#: Rows of the legal table; each has ``_previous``, ``_period`` and ``_cumulative``.
FIGURES = (
    "works",
    "ht",
    "vat",
    "ttc",
    "retention",
    "advance",
    "penalty",
    "special_penalty",
    "net",
)
#: Entered on a draft; a change draws the figures again.
INPUT_FIELDS = {
    "contract_id",
    "kind",
    "date",
    "works_month",
    "special_penalty_asked",
    "special_penalty_reason",
    "late_days_waived",
    "waiver_reason",
}
#: The contractor's invoice may come after the approval.
INVOICE_FIELDS = ("invoice_reference", "invoice_date", "deposit_date")
#: Who drew and approved it: forgotten when it goes back to draft.
SIGNATURES = ("drawn_by_id", "date_drawn", "approved_by_id", "date_approved")


def figure(string, **options):
    return fields.Monetary(string=string, readonly=True, copy=False, **options)


def cumulative(string):
    return fields.Monetary(string=string, compute="_compute_cumulative")


class SrmContractStatement(models.Model):
    """Progress statement (décompte) of a contract, drawn by ``srm_engine.statement``.

    Quantities come from its attachments (``line_ids``); every amount is cumulative:
    previous statements, this period, both. What is contested is left out until it is
    settled. Figures are written by ``_refresh`` while it is a draft, then never again.
    """

    _name = "srm.contract.statement"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "tier.validation",
        "srm.typst.mixin",
    ]
    _description = "Progress Statement"
    _order = "contract_id, number desc, id desc"
    _rec_names_search = ["name", "contract_id.name", "invoice_reference"]
    _check_company_auto = True

    _guard = Guard(
        steps={
            "draw": Step(
                ("draft",),
                "drawn",
                group=OFFICER,
                signs="drawn_by_id",
                dated="date_drawn",
                check="_check_before_drawing",
            ),
            "take_back": Step(
                ("drawn", "approved"), "draft", group=OFFICER, writes=SIGNATURES
            ),
            "approve": Step(
                ("drawn",),
                "approved",
                signs="approved_by_id",
                dated="date_approved",
                not_by=("drawn_by_id",),
                check="_check_reviewed",
            ),
            "cancel": Step(("draft", "drawn", "approved"), "cancelled", group=OFFICER),
            "post": Step(
                ("approved",),
                "posted",
                group=MANAGER,
                signs="posted_by_id",
                dated="date_posted",
                check="_check_invoice",
            ),
            # Opening positions only: their figures are those of the predecessor.
            "take_over": Step(
                ("draft",),
                "posted",
                group=MANAGER,
                signs="posted_by_id",
                dated="date_posted",
            ),
        },
        freezes=(
            Freeze(
                ("drawn", "approved"),
                but=(*INVOICE_FIELDS, "bill_id"),
                children=("line_ids",),
                database=True,
                remedy=_lt("Take it back to draft; its approvals start again."),
            ),
            Freeze(
                ("posted", "cancelled"),
                but=("bill_id",),
                children=("line_ids",),
                files=True,
                database=True,
                remedy=_lt("Correct it in the next statement."),
            ),
            Freeze(once="bill_id", fields=("bill_id",), database=True),
        ),
        closed=("validation_status",),
        deletable=("draft",),
    )

    # Approval by OCA base_tier_validation
    _state_from = ["drawn"]
    _state_to = ["approved"]
    _cancel_state = "cancelled"

    name = fields.Char(compute="_compute_name", store=True, index="trigram")
    contract_id = fields.Many2one(
        "srm.contract",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('state', '!=', 'draft')]",
    )
    company_id = fields.Many2one(
        related="contract_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        related="contract_id.partner_id", store=True, index=True, string="Contractor"
    )
    territory_id = fields.Many2one(related="contract_id.territory_id", store=True)
    number = fields.Integer(string="No.", readonly=True, copy=False, aggregator=None)
    kind = fields.Selection(KINDS, required=True, default="provisional", tracking=True)
    date = fields.Date(
        string="Drawn up to",
        required=True,
        default=fields.Date.context_today,
        help="Last day of the works measured; the delay is counted to this day.",
    )
    works_month = fields.Date(
        string="Month of the works",
        compute="_compute_works_month",
        store=True,
        readonly=False,
        precompute=True,
        entered="proposed from the date, corrected when the works are of another month",
        help="Month of the indices of the price revision.",
    )
    date_acceptance = fields.Date(
        string="Attachments accepted on",
        help="Acceptance of the attachments by the contractor (art. 62).",
    )
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
    line_ids = fields.One2many(
        "srm.contract.statement.line", "statement_id", string="Attachments"
    )

    # Revision, delay and penalties
    revision_coefficient = fields.Float(
        digits=(9, 4), readonly=True, copy=False, default=1.0, aggregator=None
    )
    revision_message = fields.Char(readonly=True, copy=False)
    late_days_total = fields.Integer(
        string="Days late so far", readonly=True, copy=False, aggregator="max"
    )
    late_days = fields.Integer(
        string="Days late of the period", readonly=True, copy=False
    )
    late_days_waived = fields.Integer(
        string="Days waived", help="Not the contractor's fault, for instance (art. 47)."
    )
    waiver_reason = fields.Char()
    special_penalty_asked = fields.Monetary(
        string="Special penalties", help="Other breaches (art. 66), within their cap."
    )
    special_penalty_reason = fields.Char(string="Reason of the special penalties")

    # The legal table
    works_previous = figure("Works, previous")
    works_period = figure("Works, period")
    works_cumulative = cumulative("Works, cumulative")
    ht_previous = figure("Amount HT, previous")
    ht_period = figure("Amount HT, period")
    ht_cumulative = cumulative("Amount HT, cumulative")
    vat_previous = figure("VAT, previous")
    vat_period = figure("VAT, period")
    vat_cumulative = cumulative("VAT, cumulative")
    ttc_previous = figure("Amount TTC, previous")
    ttc_period = figure("Amount TTC, period")
    ttc_cumulative = cumulative("Amount TTC, cumulative")
    retention_previous = figure("Retention, previous")
    retention_period = figure("Retention, period")
    retention_cumulative = cumulative("Retention, cumulative")
    retention_cap = figure("Highest retention", aggregator=None)
    advance_previous = figure("Advance repaid, previous")
    advance_period = figure("Advance repaid, period")
    advance_cumulative = cumulative("Advance repaid, cumulative")
    penalty_previous = figure("Delay penalties, previous")
    penalty_period = figure("Delay penalties, period")
    penalty_cumulative = cumulative("Delay penalties, cumulative")
    special_penalty_previous = figure("Special penalties, previous")
    special_penalty_period = figure("Special penalties, period")
    special_penalty_cumulative = cumulative("Special penalties, cumulative")
    net_previous = figure("Net, previous")
    net_period = figure("Net to pay", tracking=True)
    net_cumulative = cumulative("Net, cumulative")
    contested_ht = fields.Monetary(
        string="Contested HT",
        compute="_compute_contested",
        store=True,
        help="Held until it is settled; the accepted part is paid.",
    )
    warning = fields.Char(compute="_compute_warning")

    # The contractor's invoice and the bill in the books
    invoice_reference = fields.Char(string="Invoice No.", copy=False)
    invoice_date = fields.Date(copy=False)
    deposit_date = fields.Date(
        string="Invoice deposited on",
        copy=False,
        help="Stamp of the mail registry (bureau d'ordre).",
    )
    bill_id = fields.Many2one(
        "account.move",
        string="Vendor bill",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    payment_state = fields.Selection(related="bill_id.payment_state")
    drawn_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    date_drawn = fields.Date(readonly=True, copy=False)
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    date_approved = fields.Date(readonly=True, copy=False)
    posted_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    date_posted = fields.Date(readonly=True, copy=False)

    _one_open = models.UniqueIndex(
        "(contract_id) WHERE state IN ('draft', 'drawn', 'approved')",
        "This contract already has a statement under way: finish or cancel it first.",
    )
    _number_unique = models.UniqueIndex(
        "(contract_id, number) WHERE state != 'cancelled'",
        "This statement number is already taken on the contract.",
    )
    _bill_unique = models.UniqueIndex(
        "(bill_id) WHERE bill_id IS NOT NULL", "A bill comes from one statement."
    )
    _retention_valid = models.Constraint(
        "CHECK (COALESCE(retention_previous, 0) + COALESCE(retention_period, 0)"
        " BETWEEN 0 AND GREATEST(COALESCE(retention_cap, 0),"
        " COALESCE(retention_previous, 0)))",
        "The retention of a contract lies between zero and its cap.",
    )
    _waiver_has_reason = models.Constraint(
        "CHECK (COALESCE(late_days_waived, 0) = 0 OR"
        " (late_days_waived > 0 AND waiver_reason IS NOT NULL))",
        "Days of delay are waived with a reason.",
    )
    _penalty_has_reason = models.Constraint(
        "CHECK (COALESCE(special_penalty_asked, 0) = 0 OR"
        " (special_penalty_asked > 0 AND special_penalty_reason IS NOT NULL))",
        "Special penalties are charged with a reason.",
    )
    _approved_by_another = models.Constraint(
        "CHECK (approved_by_id IS NULL OR approved_by_id != drawn_by_id)",
        "Who draws a statement does not approve it.",
    )

    @api.depends("contract_id.name", "number")
    def _compute_name(self):
        for statement in self:
            contract = statement.contract_id.name or ""
            statement.name = f"{contract} / {statement.number:02d}"

    @api.depends("date")
    def _compute_works_month(self):
        for statement in self:
            statement.works_month = statement.date

    @api.depends(*(f"{name}_period" for name in FIGURES))
    def _compute_cumulative(self):
        for statement in self:
            for name in FIGURES:
                before = money(statement[f"{name}_previous"])
                period = money(statement[f"{name}_period"])
                statement[f"{name}_cumulative"] = float(before + period)

    @api.depends("line_ids.contested_ht")
    def _compute_contested(self):
        for statement in self:
            amounts = map(money, statement.line_ids.mapped("contested_ht"))
            statement.contested_ht = float(sum(amounts))

    @api.depends("works_period", "contract_id.amount_ht", "invoice_date")
    def _compute_warning(self):
        for statement in self:
            statement.warning = " ".join(statement._warnings()) or False

    @api.model
    def _get_under_validation_exceptions(self):
        """The supplier's invoice comes while the statement waits for its approvals."""
        return [*super()._get_under_validation_exceptions(), *INVOICE_FIELDS]

    @api.model
    def _get_after_validation_exceptions(self):
        return [*super()._get_after_validation_exceptions(), *INVOICE_FIELDS]

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            contract = self.env["srm.contract"].browse(vals.get("contract_id"))
            vals["number"] = self._next_number(contract)
        statements = super().create(vals_list)
        statements._check_contract()
        statements._refresh()
        return statements

    @api.model
    def _next_number(self, contract) -> int:
        last = self.search(
            [("contract_id", "=", contract.id), ("state", "!=", "cancelled")],
            order="number desc",
            limit=1,
        )
        return last.number + 1

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {*INPUT_FIELDS, "line_ids"}:
            self._refresh()
        return result

    def _tier_validation_check_write_allowed(self, vals):
        """What code records while the reviews are under way is not a change."""
        if by_code(self.env):
            return None
        return super()._tier_validation_check_write_allowed(vals)
