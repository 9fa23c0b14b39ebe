from odoo import fields, models
from odoo.tools import SQL
from odoo.tools.query import Query

from ..constants import NATURES
from .srm_arrears_snapshot_line import FIRM_SIZES

KINDS = [("debt", "Settled debt"), ("bill", "Vendor bill")]


class SrmPaymentDelayReport(models.Model):
    """Days from the service (else the invoice) to the credit, payment by payment.

    Debts settled by the arrears desk and ordinary vendor bills together; every mean
    is weighted by the amounts paid, as in the payment-delay observatory.
    """

    _name = "srm.payment.delay.report"
    _description = "Payment Delays"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "reference"

    kind = fields.Selection(KINDS, readonly=True)
    date = fields.Date(string="Credited on", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one("res.partner", string="Creditor", readonly=True)
    firm_size = fields.Selection(FIRM_SIZES, string="Size of the firm", readonly=True)
    predecessor_id = fields.Many2one(
        "srm.predecessor", string="Debtor of origin", readonly=True
    )
    province_id = fields.Many2one(
        "srm.territory", string="Prefecture or province", readonly=True
    )
    territory_id = fields.Many2one("srm.territory", readonly=True)
    nature = fields.Selection(NATURES, readonly=True)
    reference = fields.Char(string="Invoice", readonly=True)
    start_date = fields.Date(
        string="Delay starts on",
        readonly=True,
        help="Date of the service, else of the invoice.",
    )
    amount = fields.Monetary(string="Paid", readonly=True)
    delay_days = fields.Float(
        string="Mean delay (days)",
        readonly=True,
        digits=(12, 1),
        aggregator="avg",
        help="Weighted by the amounts paid.",
    )
    amount_days = fields.Float(string="Amount × days", readonly=True)
    debt_id = fields.Many2one("srm.debt", readonly=True)
    move_id = fields.Many2one("account.move", string="Vendor bill", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            "SELECT *, amount * delay_days AS amount_days FROM (%s UNION ALL %s) rows",
            self._query_debts(),
            self._query_bills(),
        )

    def _query_debts(self) -> SQL:
        return SQL(
            """
            SELECT p.id * 2 AS id, 'debt' AS kind, p.date, d.company_id, d.partner_id,
                   c.srm_firm_size AS firm_size, d.predecessor_id, d.province_id,
                   d.territory_id, d.nature,
                   COALESCE(d.invoice_reference, d.origin_reference) AS reference,
                   COALESCE(d.service_date, d.invoice_date) AS start_date, p.amount,
                   (p.date - COALESCE(d.service_date, d.invoice_date))::numeric
                       AS delay_days,
                   d.id AS debt_id, NULL::integer AS move_id
              FROM srm_debt_payment p
              JOIN srm_debt d ON d.id = p.debt_id AND p.active
              JOIN res_partner c ON c.id = d.partner_id
            """
        )

    def _query_bills(self) -> SQL:
        """Money of a bank or cash journal matched with a vendor bill."""
        return SQL(
            """
            SELECT r.id * 2 + 1, 'bill', paid.date, m.company_id,
                   m.commercial_partner_id, c.srm_firm_size, NULL::integer,
                   NULL::integer, NULL::integer, NULL::varchar,
                   COALESCE(m.ref, m.name), COALESCE(m.delivery_date, m.invoice_date),
                   r.amount,
                   (paid.date - COALESCE(m.delivery_date, m.invoice_date))::numeric,
                   NULL::integer, m.id
              FROM account_partial_reconcile r
              JOIN account_move_line credit ON credit.id = r.credit_move_id
              JOIN account_move m ON m.id = credit.move_id
              JOIN account_move_line debit ON debit.id = r.debit_move_id
              JOIN account_move paid ON paid.id = debit.move_id
              JOIN account_journal j ON j.id = paid.journal_id
              JOIN res_partner c ON c.id = m.commercial_partner_id
             WHERE m.move_type IN ('in_invoice', 'in_receipt') AND m.state = 'posted'
               AND m.invoice_date IS NOT NULL AND j.type IN ('bank', 'cash', 'credit')
            """
        )

    def _read_group_select(self, aggregate_spec: str, query: Query) -> SQL:
        """A mean delay is weighted by the amounts, not by the number of payments."""
        if aggregate_spec != "delay_days:avg":
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "SUM(%s) / NULLIF(SUM(%s), 0)",
            self._field_to_sql(self._table, "amount_days", query),
            self._field_to_sql(self._table, "amount", query),
        )

    def action_open_origin(self):
        """The debt or the bill that was paid."""
        self.ensure_one()
        record = self.debt_id or self.move_id
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
        }
