from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from srm_engine.late_payment import Court, Invoice, Payment, due_date

from odoo import models
from odoo.tools import SQL

from ..delay_rows import Paid, Source, Supplier
from .srm_debt_exposure import engine_invoice

ZERO = Decimal("0.00")
NATURE_LENGTH = 200


class SrmPaymentDelayDeclaration(models.Model):
    """Facts of the invoices a declaration looks at: one reading round per chunk."""

    _inherit = "srm.payment.delay.declaration"

    def _suppliers(self, ids: set[int]) -> dict[int, Supplier]:
        """Identity of the suppliers; a contact is declared as its company."""
        query = SQL(
            """
            SELECT p.id, COALESCE(h.name, p.name), h.vat, h.srm_trade_register,
                   h.company_registry,
                   concat_ws(', ', NULLIF(h.street, ''), NULLIF(h.street2, ''),
                             NULLIF(concat_ws(' ', h.zip, h.city), ''))
              FROM res_partner p
              JOIN res_partner h ON h.id = COALESCE(p.commercial_partner_id, p.id)
             WHERE p.id = ANY(%s)
            """,
            list(ids),
        )
        return {
            row[0]: Supplier(*(value or None for value in row[1:]))
            for row in self.env.execute_query(query)
        }

    def _latest(self, *days: date | None) -> date | None:
        """The later of several days, None apart."""
        return max((day for day in days if day), default=None)

    def _declared_before(self, kind: str, ids: list[int]) -> dict:
        """Last day declared by id; a correction takes what was known at the time."""
        earlier = SQL("TRUE")
        if self.kind == "correction":
            earlier = SQL(
                "d.filed_at < %s AND d.id <> ALL(%s)",
                self.corrected_id.filed_at,
                self._filed_chain().ids,
            )
        source = SQL.identifier(f"{kind}_id")
        query = SQL(
            """
            SELECT l.%(source)s, max(l.declared_until)
              FROM srm_payment_delay_line l
              JOIN srm_payment_delay_declaration d ON d.id = l.declaration_id
             WHERE d.state = 'filed' AND l.%(source)s = ANY(%(ids)s) AND %(earlier)s
             GROUP BY 1
            """,
            source=source,
            ids=ids,
            earlier=earlier,
        )
        return dict(self.env.execute_query(query))

    # --- debts ---------------------------------------------------------------------
    def _debt_sources(self, ids: list[int]) -> Iterator[Source]:
        """Facts of debts: the engine's input is the one their own figures rest on."""
        declared = self._declared_before("debt", ids)
        elsewhere = self.company_id.srm_delay_declared_until
        details = self._debt_details(ids)
        mode = self.env["srm.payment.mode.code"]._rules().code("bank", None)
        paid = self._debt_payments(ids, mode)
        debts = self.env["srm.debt"].sudo()  # the whole company's, see the class
        for facts in debts._stale_facts(SQL("id = ANY(%s)", ids), len(ids)):
            number, nature, service, deposit, partner, *court = details[facts.debt_id]
            disputed, judged = (Decimal(text) if text else None for text in court)
            invoice = engine_invoice(facts)
            before = self._paid_before(facts, invoice, mode)
            yield Source(
                debt_id=facts.debt_id,
                move_id=None,
                partner_id=partner,
                invoice=invoice,
                declared_until=self._latest(declared.get(facts.debt_id), elsewhere),
                paid=(*before, *paid[facts.debt_id]),
                number=number,
                nature=nature,
                delivery_date=service,
                service_date=service,
                deposit_date=deposit,
                amount_disputed=disputed,
                amount_judged=judged,
            )

    def _paid_before(self, facts, invoice: Invoice, mode: str) -> tuple[Paid, ...]:
        """Payment of the predecessor: late only when its date is known."""
        if not facts.paid_before:
            return ()
        day = facts.paid_before_date or due_date(invoice)
        return (Paid(day, facts.paid_before, "before", mode, ""),)

    def _debt_details(self, ids: list[int]) -> dict[int, tuple]:
        query = SQL(
            """
            SELECT d.id, NULLIF(d.invoice_reference, ''), NULLIF(d.description, ''),
                   d.service_date, d.deposit_date, d.partner_id,
                   NULLIF(court.amount_contested, 0)::text,
                   NULLIF(court.amount_judged, 0)::text
              FROM srm_debt d
              LEFT JOIN LATERAL (
                   SELECT amount_contested, amount_judged FROM srm_debt_case
                    WHERE debt_id = d.id AND state <> 'cancelled'
                      AND date_action <= %s
                    ORDER BY date_action DESC, id DESC LIMIT 1
              ) court ON TRUE
             WHERE d.id = ANY(%s)
            """,
            self.date_to,
            ids,
        )
        return {row[0]: row[1:] for row in self.env.execute_query(query)}

    def _debt_payments(self, ids: list[int], mode: str) -> dict[int, list[Paid]]:
        """Settlements, all by bank transfer."""
        query = SQL(
            """
            SELECT debt_id, date, amount::text, id, reference
              FROM srm_debt_payment WHERE active AND debt_id = ANY(%s)
             ORDER BY date, id
            """,
            ids,
        )
        found = defaultdict(list)
        for debt_id, day, amount, payment_id, reference in self.env.execute_query(
            query
        ):
            key = f"payment:{payment_id}"
            found[debt_id].append(Paid(day, Decimal(amount), key, mode, reference))
        return found

    # --- vendor bills --------------------------------------------------------------
    def _bill_sources(self, ids: list[int]) -> Iterator[Source]:
        """Facts of posted vendor bills; one that was cancelled owes nothing."""
        declared = self._declared_before("move", ids)
        elsewhere = self.company_id.srm_delay_declared_until
        paid = self._bill_payments(ids)
        for row in self.env.execute_query(self._bill_query(ids)):
            yield self._bill_source(
                row, paid[row[0]], self._latest(declared.get(row[0]), elsewhere)
            )

    def _bill_query(self, ids: list[int]) -> SQL:
        """Amounts in the company's currency; they come as texts, to stay exact."""
        return SQL(
            """
            SELECT m.id, m.state, COALESCE(m.commercial_partner_id, m.partner_id),
                   m.invoice_date, abs(m.amount_total_signed)::text,
                   m.delivery_date, m.srm_periodic_month,
                   NULLIF(m.srm_agreed_days, 0), NULLIF(m.srm_sector_days, 0),
                   m.srm_court_from, m.srm_court_until,
                   NULLIF(m.srm_court_amount, 0)::text,
                   NULLIF(m.srm_judged_amount, 0)::text,
                   NULLIF(m.ref, ''),
                   COALESCE(NULLIF(m.srm_goods_nature, ''), first.name),
                   m.srm_service_date, m.srm_deposit_date,
                   NULLIF(drawn.ttc_period, 0)::text
              FROM account_move m
              LEFT JOIN srm_contract_statement drawn ON drawn.id = m.srm_statement_id
              LEFT JOIN LATERAL (
                   SELECT l.name FROM account_move_line l
                    WHERE l.move_id = m.id AND l.display_type = 'product'
                      AND m.srm_goods_nature IS NULL
                    ORDER BY l.sequence, l.id LIMIT 1
              ) first ON TRUE
             WHERE m.id = ANY(%s) ORDER BY m.id
            """,
            ids,
        )

    def _bill_source(self, row: tuple, paid: list[Paid], declared_until) -> Source:
        (
            move_id, state, partner_id, issued, amount, delivery, periodic, agreed,
            sector, court_from, court_until, disputed, judged, number, nature, service,
            deposit, invoiced,
        ) = row  # fmt: skip
        total = Decimal(amount) if state == "posted" else ZERO
        invoice = Invoice(
            invoice_date=issued,
            amount_ttc=total,
            delivery_date=delivery,
            periodic_month=periodic,
            agreed_days=agreed,
            sector_days=sector,
            payments=tuple(Payment(item.date, item.amount) for item in paid),
            court=Court(court_from, court_until) if court_from else None,
        )
        if any(item.key.startswith("refund:") for item in paid):
            invoice = self._with_credits(invoice, paid)
        return Source(
            debt_id=None,
            move_id=move_id,
            partner_id=partner_id,
            invoice=invoice,
            declared_until=declared_until,
            paid=tuple(paid),
            number=number,
            nature=nature and nature.split("\n", 1)[0][:NATURE_LENGTH],
            delivery_date=delivery,
            service_date=service,
            deposit_date=deposit,
            amount_disputed=Decimal(disputed) if disputed else None,
            amount_judged=Decimal(judged) if judged else None,
            amount_invoiced=Decimal(invoiced) if invoiced else None,
        )

    def _with_credits(self, invoice: Invoice, paid: list[Paid]) -> Invoice:
        """A credit note was never owed: it counts as credited on the due date."""
        due = due_date(invoice)
        payments = tuple(
            Payment(due if item.key.startswith("refund:") else item.date, item.amount)
            for item in paid
        )
        return Invoice(**{**vars(invoice), "payments": payments})

    def _bill_payments(self, ids: list[int]) -> dict[int, list[Paid]]:
        """What was reconciled with the bills, on the day the supplier was credited.

        That day is the bank's answer to the transfer, else the bank statement, else
        the payment.
        """
        modes = self.env["srm.payment.mode.code"]._rules()
        found = defaultdict(list)
        for row in self.env.execute_query(self._bill_payment_query(ids)):
            move_id, key, day, amount, journal, method, reference, refund = row
            kind = "refund" if refund else "partial"
            found[move_id].append(
                Paid(
                    day,
                    Decimal(amount),
                    f"{kind}:{key}",
                    modes.code(journal, method),
                    reference or "",
                )
            )
        return found

    def _bill_payment_query(self, ids: list[int]) -> SQL:
        return SQL(
            """
            WITH partial AS (
                SELECT bill.move_id, p.id, p.amount, p.debit_move_id
                  FROM account_move_line bill
                  JOIN account_partial_reconcile p ON p.credit_move_id = bill.id
                 WHERE bill.move_id = ANY(%s) AND p.amount > 0
            )
            SELECT p.move_id, p.id,
                   COALESCE(answer.day, statement.day, paying.date), p.amount::text,
                   j.type, method.code,
                   COALESCE(payment.payment_reference, payment.name, paying.ref,
                            paying.name),
                   paying.move_type = 'in_refund'
              FROM partial p
              JOIN account_move_line item ON item.id = p.debit_move_id
              JOIN account_move paying ON paying.id = item.move_id
              JOIN account_journal j ON j.id = paying.journal_id
              LEFT JOIN account_payment payment
                ON payment.id = paying.origin_payment_id
              LEFT JOIN account_payment_method_line ml
                ON ml.id = payment.payment_method_line_id
              LEFT JOIN account_payment_method method
                ON method.id = ml.payment_method_id
              LEFT JOIN LATERAL (
                   SELECT max(line.srm_credit_date) AS day
                     FROM account_payment_account_payment_line_rel rel
                     JOIN account_payment_line line
                       ON line.id = rel.account_payment_line_id
                    WHERE rel.account_payment_id = payment.id
              ) answer ON payment.id IS NOT NULL
              LEFT JOIN LATERAL (
                   SELECT max(booked.date) AS day
                     FROM account_move_line out
                     JOIN account_partial_reconcile match
                       ON match.credit_move_id = out.id
                     JOIN account_move_line back ON back.id = match.debit_move_id
                     JOIN account_move booked ON booked.id = back.move_id
                    WHERE out.move_id = paying.id AND out.id <> item.id
                      AND booked.statement_line_id IS NOT NULL
              ) statement ON payment.id IS NOT NULL
             ORDER BY p.id
            """,
            ids,
        )
