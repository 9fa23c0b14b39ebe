from srm_engine.delay_declaration import (
    ANNUAL,
    ANNUAL_YEARS,
    Period,
    sanction,
    visa_required,
)

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import LazyTranslate

from odoo.addons.srm_base.tools.names import joined
from odoo.addons.srm_kit.guard import Freeze, Guard, Step

from ..amounts import money

_lt = LazyTranslate(__name__)

MANAGER = "srm_base.group_finance_manager"
STATES = [
    ("draft", "Draft"),
    ("proposed", "Proposed"),
    ("checked", "Checked"),
    ("filed", "Filed"),
]
#: Lines and checks shown on the form.
SHOWN = 40
#: Fields of a declaration that its check has gone through.
CHECKED = (
    "company_id",
    "year",
    "period",
    "activity",
    "insolvency_date",
    "turnover",
)


class SrmPaymentDelayDeclaration(models.Model):
    """Declaration of payment delays to the tax administration (law 69-21).

    draft -> proposed (lines computed) -> checked (nothing blocks) -> filed (locked).
    One declaration per company and period; what was filed is amended by a correction
    that carries the differences only.
    """

    _name = "srm.payment.delay.declaration"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Payment Delay Declaration"
    _order = "year desc, period desc, id desc"
    _guard = Guard(
        steps={
            "propose": Step(("draft",), "proposed"),
            "check": Step(("proposed",), "checked", signs="checked_by_id"),
            "doubt": Step(("checked",), "proposed"),
            "reset": Step(("proposed", "checked"), "draft"),
            "file": Step(
                ("checked",),
                "filed",
                group=MANAGER,
                signs="filed_by_id",
                dated="filed_at",
                not_by=("prepared_by_id",),
                check="_check_can_be_filed",
            ),
        },
        freezes=(
            Freeze(
                ("checked",),
                fields=CHECKED,
                remedy=_lt("Take the declaration back to draft first."),
            ),
            Freeze(
                ("filed",),
                children=("line_ids", "check_ids"),
                files=True,
                database=True,
                remedy=_lt("Make a correction instead."),
            ),
            # A correction is about the period and the company it corrects.
            Freeze(once="corrected_id", fields=("company_id", "year", "period")),
        ),
        deletable=("draft", "proposed", "checked"),
        proofs={"file": "file_sha256"},
    )

    name = fields.Char(string="Number", readonly=True, copy=False, default="/")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    year = fields.Integer(
        required=True, default=lambda self: self._default_period().year
    )
    period = fields.Selection(
        [
            ("1", "First quarter"),
            ("2", "Second quarter"),
            ("3", "Third quarter"),
            ("4", "Fourth quarter"),
            ("5", "Year (transitional regime)"),
        ],
        required=True,
        default=lambda self: str(self._default_period().number),
    )
    date_from = fields.Date(compute="_compute_dates", store=True, precompute=True)
    date_to = fields.Date(compute="_compute_dates", store=True, precompute=True)
    date_deadline = fields.Date(
        string="Last day to declare",
        compute="_compute_dates",
        store=True,
        precompute=True,
    )
    kind = fields.Selection(
        [("normal", "Normal"), ("nil", "Nil"), ("correction", "Correction")],
        required=True,
        readonly=True,
        default="normal",
        copy=False,
    )
    corrected_id = fields.Many2one(
        "srm.payment.delay.declaration",
        string="Corrects",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    correction_ids = fields.One2many(
        "srm.payment.delay.declaration", "corrected_id", string="Corrections"
    )
    correction_count = fields.Integer(compute="_compute_correction_count")
    activity = fields.Selection(
        [("1", "Normal activity"), ("2", "Under insolvency proceedings")],
        required=True,
        default="1",
    )
    insolvency_date = fields.Date(
        string="Opening judgment on",
        help="Date of the judgment that opened the proceedings.",
    )
    turnover = fields.Monetary(
        string="Turnover without taxes",
        copy=False,
        help="Turnover of the last closed year.",
        default=lambda self: self._default_turnover(),
    )
    note = fields.Text(string="Notes")
    state = fields.Selection(
        STATES, required=True, readonly=True, default="draft", copy=False, tracking=True
    )

    # Lines and totals, written with the lines
    line_ids = fields.One2many(
        "srm.payment.delay.line", "declaration_id", string="Lines", copy=False
    )
    top_line_ids = fields.Many2many(
        "srm.payment.delay.line", string="Largest fines", compute="_compute_top_lines"
    )
    line_count = fields.Integer(string="Number of lines", readonly=True, copy=False)
    invoice_count = fields.Integer(string="Invoices", readonly=True, copy=False)
    caught_up_count = fields.Integer(
        string="Lines with months caught up", readonly=True, copy=False
    )
    amount_unpaid = fields.Monetary(string="Not yet paid", readonly=True, copy=False)
    amount_paid_late = fields.Monetary(string="Paid late", readonly=True, copy=False)
    fine_total = fields.Monetary(string="Fine to pay", readonly=True, copy=False)
    sanction_amount = fields.Monetary(
        string="Fine if declared late",
        compute="_compute_sanction",
        help="Fixed fine for a missing or late declaration, by turnover.",
    )
    is_late = fields.Boolean(compute="_compute_sanction")

    # Progress of the proposal
    computing = fields.Boolean(readonly=True, copy=False)
    position_debt = fields.Integer(readonly=True, copy=False)
    position_move = fields.Integer(readonly=True, copy=False)
    progress_done = fields.Integer(string="Invoices read", readonly=True, copy=False)
    progress_total = fields.Integer(
        string="Invoices to read", readonly=True, copy=False
    )
    progress = fields.Float(string="Progress (%)", compute="_compute_progress")

    # Checks
    check_ids = fields.One2many(
        "srm.payment.delay.check", "declaration_id", string="Checks", copy=False
    )
    top_check_ids = fields.Many2many(
        "srm.payment.delay.check", string="First checks", compute="_compute_top_checks"
    )
    blocking_count = fields.Integer(compute="_compute_check_counts")
    warning_count = fields.Integer(compute="_compute_check_counts")

    # People, file, filing
    prepared_by_id = fields.Many2one(
        "res.users", string="Prepared by", readonly=True, copy=False
    )
    prepared_on = fields.Datetime(string="Proposed on", readonly=True, copy=False)
    checked_by_id = fields.Many2one(
        "res.users", string="Checked by", readonly=True, copy=False
    )
    file = fields.Binary(
        string="File for SIMPL", attachment=True, readonly=True, copy=False
    )
    file_name = fields.Char(readonly=True, copy=False)
    file_sha256 = fields.Char(
        string="Fingerprint of the archive (SHA-256)", readonly=True, copy=False
    )
    file_digest = fields.Char(
        string="Fingerprint (SHA-256)",
        readonly=True,
        copy=False,
        help="Of the XML in the archive.",
    )
    visa_required = fields.Boolean(compute="_compute_visa_required")
    visa_auditor = fields.Char(string="Statutory auditor", copy=False, tracking=True)
    visa_date = fields.Date(string="Visa on", copy=False, tracking=True)
    filing_reference = fields.Char(
        string="Reference of the filing",
        copy=False,
        tracking=True,
        help="Number given by the SIMPL service.",
    )
    filing_date = fields.Date(string="Filed on", copy=False, tracking=True)
    filed_by_id = fields.Many2one(
        "res.users", string="Filed by", readonly=True, copy=False
    )
    filed_at = fields.Datetime(readonly=True, copy=False)

    _period_unique = models.UniqueIndex(
        "(company_id, year, period) WHERE kind <> 'correction'",
        "There is already a declaration of this period. Open it, or correct it once "
        "it is filed.",
    )
    _correction_open_unique = models.UniqueIndex(
        "(corrected_id) WHERE kind = 'correction' AND state <> 'filed'",
        "This declaration already has a correction under way.",
    )
    _correction_complete = models.Constraint(
        "CHECK ((kind = 'correction') = (corrected_id IS NOT NULL))",
        "A correction names the declaration it corrects.",
    )
    _filed_complete = models.Constraint(
        "CHECK (state <> 'filed' OR (filing_reference IS NOT NULL"
        " AND filing_date IS NOT NULL AND filed_by_id IS NOT NULL))",
        "A filed declaration has a reference, a date and an author.",
    )
    _two_people = models.Constraint(
        "CHECK (filed_by_id IS NULL OR filed_by_id <> prepared_by_id)",
        "Who prepares a declaration does not file it.",
    )
    _turnover_positive = models.Constraint(
        "CHECK (turnover >= 0)", "The turnover cannot be negative."
    )
    _year_valid = models.Constraint(
        "CHECK (year BETWEEN 2023 AND 2199)",
        "Law 69-21 applies since 2023: check the year.",
    )

    # --- defaults and computes -----------------------------------------------------
    def _default_period(self) -> Period:
        """The quarter that ended last."""
        today = fields.Date.context_today(self)
        quarter = (today.month - 1) // 3
        return Period(today.year, quarter) if quarter else Period(today.year - 1, 4)

    def _default_turnover(self) -> float:
        """That of the last declaration."""
        last = self.search([("company_id", "=", self.env.company.id)], limit=1)
        return last.turnover

    def _period(self) -> Period:
        self.ensure_one()
        return Period(self.year, int(self.period))

    @api.depends("year", "period")
    def _compute_dates(self):
        for declaration in self:
            if not declaration.year or not declaration.period:
                declaration.date_from = declaration.date_to = False
                declaration.date_deadline = False
                continue
            period = declaration._period()
            declaration.date_from = period.first
            declaration.date_to = period.last
            declaration.date_deadline = period.deadline

    @api.depends("kind", "name", "year", "period")
    def _compute_display_name(self):
        for declaration in self:
            label = declaration._period().label if declaration.period else ""
            declaration.display_name = joined(declaration.name, label)

    @api.depends("turnover", "date_deadline", "filing_date")
    def _compute_sanction(self):
        today = fields.Date.context_today(self)
        for declaration in self:
            day = declaration.filing_date or today
            deadline = declaration.date_deadline
            declaration.is_late = bool(deadline and day > deadline)
            declaration.sanction_amount = float(sanction(money(declaration.turnover)))

    @api.depends("turnover")
    def _compute_visa_required(self):
        for declaration in self:
            declaration.visa_required = visa_required(money(declaration.turnover))

    @api.depends("progress_done", "progress_total", "computing")
    def _compute_progress(self):
        for declaration in self:
            total = declaration.progress_total
            share = 100.0 * declaration.progress_done / total if total else 0.0
            declaration.progress = min(share, 100.0)

    @api.depends("check_ids.severity")
    def _compute_check_counts(self):
        groups = self.env["srm.payment.delay.check"]._read_group(
            [("declaration_id", "in", self.ids)],
            ["declaration_id", "severity"],
            ["__count"],
        )
        counts = {(item.id, severity): count for item, severity, count in groups}
        for declaration in self:
            key = declaration._origin.id
            declaration.blocking_count = counts.get((key, "blocking"), 0)
            declaration.warning_count = counts.get((key, "warning"), 0)

    @api.depends("line_count", "fine_total")
    def _compute_top_lines(self):
        """The form shows some lines; all of them, up to 100,000, are a click away."""
        for declaration in self:
            declaration.top_line_ids = self.env["srm.payment.delay.line"].search(
                [("declaration_id", "=", declaration._origin.id)],
                order="fine desc, id",
                limit=SHOWN,
            )

    @api.depends("check_ids")
    def _compute_top_checks(self):
        for declaration in self:
            declaration.top_check_ids = self.env["srm.payment.delay.check"].search(
                [("declaration_id", "=", declaration._origin.id)], limit=SHOWN
            )

    @api.depends("correction_ids")
    def _compute_correction_count(self):
        for declaration in self:
            declaration.correction_count = len(declaration.correction_ids)

    # --- rules ---------------------------------------------------------------------
    @api.constrains("year", "period", "company_id", "kind")
    def _check_period(self):
        """The annual regime was for 2024 and 2025, and excludes the quarters."""
        normal = self.filtered(lambda item: item.kind != "correction")
        others = self.search(
            [
                ("company_id", "in", normal.company_id.ids),
                ("year", "in", normal.mapped("year")),
                ("kind", "!=", "correction"),
            ]
        )
        for declaration in normal:
            annual = int(declaration.period) == ANNUAL
            if annual and declaration.year not in ANNUAL_YEARS:
                raise ValidationError(
                    self.env._(
                        "%(name)s: the annual declaration existed for 2024 and 2025 "
                        "only. Declare each quarter of %(year)s.",
                        name=declaration.display_name,
                        year=declaration.year,
                    )
                )
            declaration._check_overlap(others - declaration)

    def _check_overlap(self, others) -> None:
        annual = int(self.period) == ANNUAL
        for other in others:
            if (other.company_id, other.year) != (self.company_id, self.year):
                continue
            if annual or int(other.period) == ANNUAL:
                raise ValidationError(
                    self.env._(
                        "%(name)s: %(other)s already covers the year %(year)s. A year "
                        "is declared as a whole or by quarter.",
                        name=self.display_name,
                        other=other.display_name,
                        year=self.year,
                    )
                )

    @api.constrains("year", "period")
    def _check_period_over(self):
        today = fields.Date.context_today(self)
        for declaration in self:
            if declaration.date_to >= today:
                raise ValidationError(
                    self.env._(
                        "%(name)s is not over: it can be declared from %(day)s.",
                        name=declaration.display_name,
                        day=fields.Date.add(declaration.date_to, days=1),
                    )
                )

    # --- writing -------------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                vals["name"] = self.env["ir.sequence"].next_by_code(self._name)
        return super().create(vals_list)

    def write(self, vals):
        # Another period, another company: the lines no longer answer the question.
        if {"year", "period", "company_id"} & vals.keys():
            self._reset()
        return super().write(vals)
