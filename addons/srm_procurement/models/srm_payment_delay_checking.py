from collections.abc import Iterator

from srm_engine.delay_declaration import DEPOSIT_DAYS
from srm_engine.identifiers import check_ice, warn_if
from srm_engine.late_payment import MAX_AGREED_DAYS

from odoo import fields, models
from odoo.tools import SQL

from .srm_payment_delay_check import RULES

#: Longest IF the file takes.
TAX_ID_LENGTH = 15


class SrmPaymentDelayDeclaration(models.Model):
    """Checks before filing, made by a few set queries over all the lines."""

    _inherit = "srm.payment.delay.declaration"

    def _run_checks(self) -> None:
        """Replace the checks; those of the proposal (``facts``) stay."""
        self.ensure_one()
        # Officers do not own the checks: they are made for them.
        checks = self.env["srm.payment.delay.check"].sudo()
        checks.search(
            [("declaration_id", "=", self.id), ("code", "!=", "facts")]
        ).unlink()
        self.env.flush_all()
        found = [
            *self._check_header(),
            *self._check_suppliers(),
            *self._check_invoices(),
            *self._check_period_warnings(),
        ]
        checks.create(found)
        self.invalidate_recordset(["check_ids", "blocking_count", "warning_count"])

    def _prepare_check(self, code: str, **values) -> dict:
        return {
            "declaration_id": self.id,
            "company_id": self.company_id.id,
            "code": code,
            "severity": RULES[code][0],
        } | values

    # --- declarant -----------------------------------------------------------------
    def _check_header(self) -> Iterator[dict]:
        if not (self.company_id.vat or "").strip().isdecimal():
            yield self._prepare_check("declarant_tax_id", detail=self.company_id.vat)
        if not self.turnover:
            yield self._prepare_check("turnover")
        if self.activity == "2" and not self.insolvency_date:
            yield self._prepare_check("judgment_date")

    # --- suppliers -----------------------------------------------------------------
    def _check_suppliers(self) -> Iterator[dict]:
        """One look at each supplier, whatever the number of its invoices.

        The supplier's card of today decides: completing it and checking again is
        enough, and the lines take its values (:meth:`_refresh_suppliers`).
        """
        self._refresh_suppliers()
        query = SQL(
            """
            SELECT partner_id, min(supplier_tax_id), min(supplier_rc),
                   min(supplier_ice), min(supplier_address), count(*)
              FROM srm_payment_delay_line WHERE declaration_id = %s
             GROUP BY partner_id ORDER BY partner_id
            """,
            self.id,
        )
        for partner_id, tax_id, trade, ice, address, count in self.env.execute_query(
            query
        ):
            about = {"partner_id": partner_id, "line_count": count}
            for code, detail in self._supplier_faults(tax_id, trade, ice, address):
                yield self._prepare_check(code, detail=detail, **about)

    def _supplier_faults(self, tax_id, trade, ice, address) -> Iterator[tuple]:
        if not (tax_id or "").isdecimal() or len(tax_id) > TAX_ID_LENGTH:
            yield "supplier_tax_id", tax_id
        elif warn_if(tax_id):
            yield "supplier_tax_id_unusual", tax_id
        if not trade:
            yield "supplier_rc", None
        if not check_ice(ice or "").valid:
            yield "supplier_ice", ice
        if not address:
            yield "supplier_address", None

    def _refresh_suppliers(self) -> None:
        """Bring the suppliers' identity on the lines up to their cards."""
        query = SQL(
            "SELECT DISTINCT partner_id FROM srm_payment_delay_line"
            " WHERE declaration_id = %s",
            self.id,
        )
        ids = {row[0] for row in self.env.execute_query(query)}
        found = self._suppliers(ids)
        columns = [list(found)]
        columns += map(list, zip(*found.values(), strict=True)) if found else [[]] * 5
        self.env.cr.execute(
            SQL(
                """
                UPDATE srm_payment_delay_line l
                   SET supplier_name = v.name, supplier_tax_id = v.tax_id,
                       supplier_rc = v.rc, supplier_ice = v.ice,
                       supplier_address = v.address
                  FROM unnest(%s::int[], %s::varchar[], %s::varchar[], %s::varchar[],
                              %s::varchar[], %s::varchar[])
                       AS v(id, name, tax_id, rc, ice, address)
                 WHERE l.declaration_id = %s AND l.partner_id = v.id
                   AND (l.supplier_name, l.supplier_tax_id, l.supplier_rc,
                        l.supplier_ice, l.supplier_address)
                       IS DISTINCT FROM (v.name, v.tax_id, v.rc, v.ice, v.address)
                """,
                *columns,
                self.id,
            )
        )
        self.env["srm.payment.delay.line"].invalidate_model(flush=False)

    # --- invoices ------------------------------------------------------------------
    def _invoice_rules(self) -> dict[str, tuple[SQL, SQL]]:
        """Condition on a line, and what to show of it, by rule."""
        none = SQL("NULL")
        return {
            "invoice_number": (SQL("l.invoice_number IS NULL"), none),
            "deposit_before_issue": (
                SQL("l.deposit_date < l.invoice_date"),
                SQL("max(l.deposit_date)::text"),
            ),
            "court_before_issue": (
                SQL("l.court_date < l.invoice_date"),
                SQL("max(l.court_date)::text"),
            ),
            "payment_mode": (
                SQL("l.kind = 'paid' AND COALESCE(l.payment_mode, '') = ''"),
                none,
            ),
            "term_beyond_120": (
                SQL("l.agreed_days > %s AND l.sector_days IS NULL", MAX_AGREED_DAYS),
                SQL("max(l.agreed_days)::text"),
            ),
            "deposit_beyond_120": (
                SQL(
                    "l.deposit_date + %s > l.invoice_date + %s",
                    DEPOSIT_DAYS,
                    MAX_AGREED_DAYS,
                ),
                SQL("max(l.deposit_date)::text"),
            ),
            "bearer": (
                SQL(
                    "EXISTS (SELECT 1 FROM srm_debt d WHERE d.id = l.debt_id"
                    " AND d.bearer IS NULL)"
                ),
                none,
            ),
        }

    def _check_invoices(self) -> Iterator[dict]:
        """One check per invoice and rule."""
        for code, (condition, detail) in self._invoice_rules().items():
            query = SQL(
                """
                SELECT l.debt_id, l.move_id, l.partner_id, count(*), %(detail)s
                  FROM srm_payment_delay_line l
                 WHERE l.declaration_id = %(id)s AND %(condition)s
                 GROUP BY 1, 2, 3 ORDER BY 1, 2
                """,
                detail=detail,
                condition=condition,
                id=self.id,
            )
            for debt, move, partner, count, shown in self.env.execute_query(query):
                yield self._prepare_check(
                    code,
                    debt_id=debt,
                    move_id=move,
                    partner_id=partner,
                    line_count=count,
                    detail=shown,
                )

    # --- the whole -----------------------------------------------------------------
    def _check_period_warnings(self) -> Iterator[dict]:
        if self.caught_up_count:
            yield self._prepare_check("caught_up", line_count=self.caught_up_count)
        unconfirmed = self._lines_at_unconfirmed_rate()
        if unconfirmed:
            yield self._prepare_check("key_rate", line_count=unconfirmed)
        changed = self._changed_since()
        if changed:
            yield self._prepare_check("stale", line_count=changed)
        if fields.Date.context_today(self) > self.date_deadline:
            yield self._prepare_check(
                "late_filing", detail=fields.Date.to_string(self.date_deadline)
            )

    def _lines_at_unconfirmed_rate(self) -> int:
        """Lines whose first month is declared here, under a rate nobody confirmed."""
        start = self.env["srm.key.rate"]._first_unconfirmed()
        if not start:
            return 0
        query = SQL(
            """
            SELECT count(*) FROM srm_payment_delay_line
             WHERE declaration_id = %s AND months > 0 AND months_before = 0
               AND (steps -> 0 ->> 0)::date >= %s
            """,
            self.id,
            start,
        )
        return self.env.execute_query(query)[0][0]

    def _changed_since(self) -> int:
        """Invoices and payments entered or changed after the proposal."""
        query = SQL(
            """
            SELECT count(*) FROM (
                SELECT id FROM srm_debt
                 WHERE GREATEST(create_date, write_date) > %(moment)s AND %(debts)s
                UNION ALL
                SELECT id FROM account_move
                 WHERE GREATEST(create_date, write_date) > %(moment)s AND %(moves)s
                UNION ALL
                SELECT p.id FROM srm_debt_payment p
                 WHERE GREATEST(p.create_date, p.write_date) > %(moment)s
                   AND p.company_id = %(company)s
                UNION ALL
                SELECT p.id
                  FROM account_partial_reconcile p
                  JOIN account_move_line item ON item.id = p.credit_move_id
                  JOIN account_move bill ON bill.id = item.move_id
                 WHERE p.create_date > %(moment)s
                   AND bill.move_type = 'in_invoice' AND bill.company_id = %(company)s
            ) changed
            """,
            moment=self.prepared_on,
            company=self.company_id.id,
            debts=self._candidates("debt"),
            moves=self._candidates("move"),
        )
        return self.env.execute_query(query)[0][0]
