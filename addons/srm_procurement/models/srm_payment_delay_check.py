from odoo import api, fields, models
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

BLOCKING, WARNING = "blocking", "warning"

#: Code -> severity, what is wrong, what to do.
RULES = {
    "declarant_tax_id": (
        BLOCKING,
        "The company has no valid tax number (IF).",
        _lt("Enter the IF, digits only, on the company's card."),
    ),
    "turnover": (
        BLOCKING,
        "The turnover of the last closed year is missing.",
        _lt("Enter the turnover without taxes on the declaration."),
    ),
    "judgment_date": (
        BLOCKING,
        "The date of the judgment opening the insolvency proceedings is missing.",
        _lt("Enter the date of the judgment on the declaration."),
    ),
    "supplier_tax_id": (
        BLOCKING,
        "The supplier has no valid tax number (IF).",
        _lt("Enter the IF, digits only, on the supplier's card."),
    ),
    "supplier_rc": (
        BLOCKING,
        "The supplier has no trade register number (RC).",
        _lt("Enter the RC on the supplier's card."),
    ),
    "supplier_ice": (
        BLOCKING,
        "The ICE of the supplier is missing or its check digits are wrong.",
        _lt("Enter the 15 digits of the ICE on the supplier's card."),
    ),
    "supplier_address": (
        BLOCKING,
        "The supplier has no address.",
        _lt("Enter the address of the head office on the supplier's card."),
    ),
    "invoice_number": (
        BLOCKING,
        "The number of the supplier's invoice is missing.",
        _lt("Enter the invoice number printed by the supplier."),
    ),
    "deposit_before_issue": (
        BLOCKING,
        "The invoice was deposited before it was issued.",
        _lt("Correct the invoice date or the deposit date."),
    ),
    "court_before_issue": (
        BLOCKING,
        "The judicial action comes before the invoice.",
        _lt("Correct the date of the claim or the invoice date."),
    ),
    "payment_mode": (
        BLOCKING,
        "A late payment has no payment mode.",
        _lt("Complete the table of the payment modes of the declaration."),
    ),
    "facts": (
        BLOCKING,
        "The dates or amounts of the invoice make no sense together.",
        _lt("Correct the invoice, then propose the declaration again."),
    ),
    "term_beyond_120": (
        WARNING,
        "The agreed term goes beyond 120 days: the excess is void.",
        _lt("Declared with 120 days; have the contract amended."),
    ),
    "deposit_beyond_120": (
        WARNING,
        "Deposit + 90 days goes beyond issue + 120 days.",
        _lt("Pay from the issue date, not from the deposit at the mail registry."),
    ),
    "key_rate": (
        WARNING,
        "Delays start under a key rate that no published decision confirms.",
        _lt("Confirm the rate in the table of key rates."),
    ),
    "caught_up": (
        WARNING,
        "Months of earlier periods that no declaration carried are caught up.",
        _lt("Check with your auditor whether a late declaration is due for them."),
    ),
    "bearer": (
        WARNING,
        "Nobody has decided yet who bears the debt.",
        _lt("Enter who bears the debt and the transfer act; declared meanwhile."),
    ),
    "supplier_tax_id_unusual": (
        WARNING,
        "The tax number (IF) of the supplier has an unusual form.",
        _lt("Compare it with the supplier's certificate."),
    ),
    "stale": (
        WARNING,
        "Invoices or payments changed since the proposal.",
        _lt("Propose the declaration again."),
    ),
    "late_filing": (
        WARNING,
        "The last day to declare is over.",
        _lt("File at once: the fine for a late declaration is shown on the form."),
    ),
}
CODES = [(code, rule[1]) for code, rule in RULES.items()]


class SrmPaymentDelayCheck(models.Model):
    """One fault of a declaration: the record, the rule and the remedy.

    Written by the check of the declaration and replaced by the next one.
    """

    _name = "srm.payment.delay.check"
    _description = "Check of a Declaration"
    _order = "declaration_id, severity, code, id"
    _rec_name = "code"
    _log_access = False

    declaration_id = fields.Many2one(
        "srm.payment.delay.declaration",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    code = fields.Selection(CODES, string="Rule", readonly=True)
    severity = fields.Selection(
        [(BLOCKING, "Blocking"), (WARNING, "Warning")], readonly=True, required=True
    )
    partner_id = fields.Many2one(
        "res.partner", string="Supplier", readonly=True, ondelete="cascade"
    )
    debt_id = fields.Many2one("srm.debt", readonly=True, ondelete="cascade")
    move_id = fields.Many2one(
        "account.move", string="Vendor bill", readonly=True, ondelete="cascade"
    )
    line_count = fields.Integer(string="Lines concerned", readonly=True)
    detail = fields.Char(readonly=True)
    remedy = fields.Char(compute="_compute_remedy")

    @api.depends_context("lang")
    @api.depends("code")
    def _compute_remedy(self):
        for check in self:
            check.remedy = check.code and self.env._(RULES[check.code][2])

    def action_open_record(self):
        """Open what is to be corrected."""
        self.ensure_one()
        record = self._record()
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [[False, "form" if record.id else "list"]],
        }

    def _record(self):
        """The card to correct: the invoice, else the supplier, the table, the form."""
        self.ensure_one()
        if self.code == "payment_mode":
            return self.env["srm.payment.mode.code"]
        if self.code == "key_rate":
            return self.env["srm.key.rate"]
        if self.code == "declarant_tax_id":
            return self.company_id.partner_id
        return self.debt_id or self.move_id or self.partner_id or self.declaration_id
