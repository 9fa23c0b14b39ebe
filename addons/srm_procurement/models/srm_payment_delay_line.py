from datetime import date
from decimal import Decimal

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import format_date

from ..amounts import money

KINDS = [
    ("paid", "Paid late"),
    ("unpaid", "Not paid yet"),
    ("court", "Before the court"),
]
START_EVENTS = [
    ("invoice", "Issue of the invoice"),
    ("delivery", "End of the month of delivery"),
    ("periodic", "First of the month after the transactions"),
    ("service", "Service acknowledged (public establishment)"),
]
CORRECTIONS = [
    ("added", "Added"),
    ("changed", "Changed"),
    ("withdrawn", "Withdrawn"),
]


class SrmPaymentDelayLine(models.Model):
    """One late payment, or the unpaid part, of one invoice in one declaration.

    A line is a copy of the facts on the day of the proposal, written in bulk and never
    edited: what is wrong is corrected on the invoice, then proposed again. The fields
    of the file come first, in its order (domain/procurement 1.5).
    """

    _name = "srm.payment.delay.line"
    _description = "Line of a Payment Delay Declaration"
    _order = "declaration_id desc, supplier_name, invoice_date, id"
    _rec_name = "invoice_number"
    _log_access = False

    declaration_id = fields.Many2one(
        "srm.payment.delay.declaration",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    state = fields.Selection(related="declaration_id.state")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    debt_id = fields.Many2one(
        "srm.debt", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    move_id = fields.Many2one(
        "account.move",
        string="Vendor bill",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    partner_id = fields.Many2one(
        "res.partner", string="Supplier", readonly=True, index=True, ondelete="restrict"
    )
    kind = fields.Selection(KINDS, string="Situation", required=True, readonly=True)
    payment_key = fields.Char(string="Payment identifier", readonly=True)

    # Supplier
    supplier_name = fields.Char(readonly=True)
    supplier_tax_id = fields.Char(string="Supplier's IF", readonly=True)
    supplier_rc = fields.Char(string="Supplier's RC", readonly=True)
    supplier_ice = fields.Char(string="Supplier's ICE", readonly=True)
    supplier_address = fields.Char(string="Head office", readonly=True)

    # Invoice
    invoice_number = fields.Char(readonly=True)
    invoice_date = fields.Date(readonly=True)
    nature = fields.Char(string="Nature of the goods", readonly=True)
    delivery_date = fields.Date(readonly=True)
    periodic_month = fields.Date(string="Month of the transactions", readonly=True)
    service_date = fields.Date(string="Service acknowledged on", readonly=True)
    deposit_date = fields.Date(string="Deposited on", readonly=True)
    agreed_days = fields.Integer(string="Agreed delay (days)", readonly=True)
    sector_days = fields.Integer(string="Sector delay (days)", readonly=True)
    expected_date = fields.Date(string="Expected payment", readonly=True)
    agreed_date = fields.Date(string="Agreed payment", readonly=True)
    sector_date = fields.Date(string="Payment by the sector delay", readonly=True)

    # Amounts, taxes included
    amount_ttc = fields.Monetary(string="Invoice TTC", readonly=True, aggregator=None)
    amount_unpaid = fields.Monetary(string="Not yet paid", readonly=True)
    amount_paid_late = fields.Monetary(string="Paid late", readonly=True)
    payment_date = fields.Date(string="Credited on", readonly=True)
    amount_disputed = fields.Monetary(string="In dispute", readonly=True)
    court_date = fields.Date(string="Claim lodged on", readonly=True)
    amount_judged = fields.Monetary(string="After judgment", readonly=True)
    judgment_date = fields.Date(string="Final judgment on", readonly=True)
    payment_mode = fields.Char(readonly=True)
    payment_reference = fields.Char(readonly=True)

    # Computation
    start_event = fields.Selection(
        START_EVENTS, string="Start of the delay", readonly=True
    )
    start_date = fields.Date(string="Delay starts on", readonly=True)
    term_days = fields.Integer(string="Term (days)", readonly=True, aggregator=None)
    due_date = fields.Date(readonly=True)
    until_date = fields.Date(
        string="Counted up to",
        readonly=True,
        help="Day credited, or last day of the period for what is unpaid.",
    )
    first_rate = fields.Float(
        string="Key rate (%)", digits=(6, 3), readonly=True, aggregator=None
    )
    months = fields.Integer(string="Months declared", readonly=True)
    months_before = fields.Integer(
        string="Months declared before", readonly=True, aggregator=None
    )
    months_caught_up = fields.Integer(
        string="Months caught up",
        readonly=True,
        help="Months of earlier periods that no declaration carried.",
    )
    rate = fields.Float(
        string="Rate (%)", digits=(7, 3), readonly=True, aggregator="max"
    )
    fine = fields.Monetary(
        readonly=True, help="Half-up to the centime; months of this declaration only."
    )
    declared_until = fields.Date(string="Declared up to", readonly=True)
    steps = fields.Json(readonly=True)
    explanation = fields.Html(
        string="How the fine is reached", compute="_compute_explanation"
    )

    # Correction
    correction = fields.Selection(CORRECTIONS, readonly=True)
    corrected_line_id = fields.Many2one(
        "srm.payment.delay.line",
        string="Filed line",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    fine_filed = fields.Monetary(string="Fine already filed", readonly=True)
    fine_due = fields.Monetary(
        string="Fine to pay",
        readonly=True,
        help="Fine less what the corrected declaration already carried.",
    )

    _line_unique_debt = models.UniqueIndex(
        "(declaration_id, debt_id, payment_key) WHERE debt_id IS NOT NULL",
        "A payment of a debt appears once in a declaration.",
    )
    _line_unique_move = models.UniqueIndex(
        "(declaration_id, move_id, payment_key) WHERE move_id IS NOT NULL",
        "A payment of a vendor bill appears once in a declaration.",
    )
    _one_source = models.Constraint(
        "CHECK ((debt_id IS NULL) <> (move_id IS NULL))",
        "A line belongs to a debt or to a vendor bill.",
    )

    @api.model
    def _declared_until(self, source: str, ids: list[int]) -> dict[int, date]:
        """Last day covered by filed declarations, by debt or vendor bill.

        :param source: ``debt_id`` or ``move_id``
        """
        if not ids:
            return {}
        query = SQL(
            """
            SELECT l.%(source)s, max(l.declared_until)
              FROM srm_payment_delay_line l
              JOIN srm_payment_delay_declaration d ON d.id = l.declaration_id
             WHERE d.state = 'filed' AND l.%(source)s = ANY(%(ids)s)
             GROUP BY 1
            """,
            source=SQL.identifier(source),
            ids=list(ids),
        )
        declaration = self.env["srm.payment.delay.declaration"]
        declaration.flush_model(["state"])
        return dict(self.env.execute_query(query))

    @api.model
    def _remove(self, declarations) -> None:
        """Delete the lines of declarations that are not filed, in one statement."""
        open_ids = declarations.filtered(lambda item: item.state != "filed").ids
        self.env.cr.execute(
            SQL(
                "DELETE FROM srm_payment_delay_line WHERE declaration_id = ANY(%s)",
                open_ids,
            )
        )
        self.env.invalidate_all()

    @api.model
    def _action_view(self, domain: list, name: str) -> dict:
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "srm_procurement.action_srm_payment_delay_line"
        )
        return action | {"domain": domain, "context": {}, "display_name": name}

    def action_open_source(self):
        """Open the debt or the bill of the line."""
        self.ensure_one()
        source = self.debt_id or self.move_id
        return {
            "type": "ir.actions.act_window",
            "res_model": source._name,
            "res_id": source.id,
            "views": [[False, "form"]],
        }

    @api.depends_context("lang")
    @api.depends("steps", "fine")
    def _compute_explanation(self):
        for line in self:
            line.explanation = line._explain()

    def _explain(self) -> Markup:
        """Table: the term, then each month with its rate, then the fine."""
        events = dict(self._fields["start_event"]._description_selection(self.env))
        base = money(self.amount_unpaid) + money(self.amount_paid_late)
        rows = [
            (
                events.get(self.start_event, ""),
                format_date(self.env, self.start_date),
            ),
            (
                self.env._("Due date: %(days)d days later", days=self.term_days),
                format_date(self.env, self.due_date),
            ),
            (
                self.env._("Amount late up to %(day)s", day=self._day(self.until_date)),
                self._cash(base),
            ),
        ]
        rows += [self._explain_month(base, *step) for step in self.steps or ()]
        rows.append((self.env._("Fine"), self._cash(money(self.fine))))
        body = Markup().join(
            Markup("<tr><td>%s</td><td class='text-end'>%s</td></tr>") % row
            for row in rows
        )
        return Markup("<table class='table table-sm'><tbody>%s</tbody></table>") % body

    def _explain_month(self, base: Decimal, day: str, rate: str, caught_up) -> tuple:
        values = {"day": self._day(fields.Date.to_date(day)), "rate": rate}
        if caught_up:
            title = self.env._(
                "Month charged from %(day)s, caught up: %(rate)s %%", **values
            )
        else:
            title = self.env._("Month charged from %(day)s: %(rate)s %%", **values)
        return title, self._cash(money(base * Decimal(rate) / 100))

    def _day(self, day: date) -> str:
        return format_date(self.env, day)

    def _cash(self, amount: Decimal) -> str:
        return self.currency_id.format(float(amount))
