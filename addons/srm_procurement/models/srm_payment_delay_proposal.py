import csv
import io
import time
from collections.abc import Iterable
from decimal import Decimal

from srm_engine.errors import RuleError
from srm_engine.late_payment import LAW_START

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.queue_job.exception import RetryableJobError

from ..delay_rows import COLUMNS, Rules, Source, source_rows

#: Invoices read, computed and written at a time; more than DIRECT run in background.
CHUNK = 5000
DIRECT = 20_000
#: Seconds one queue job works, well below the limit of a worker.
JOB_SECONDS = 75
ZERO = Decimal("0.00")
#: Columns the proposal adds to those of the facts.
OWN_COLUMNS = ("declaration_id", "company_id")
CORRECTION_COLUMNS = ("correction", "corrected_line_id", "fine_filed", "fine_due")


class SrmPaymentDelayDeclaration(models.Model):
    """Which lines a declaration carries: debts, then vendor bills, chunk after chunk.

    A chunk is one reading round (facts, payments, what was declared), a computation in
    pure Python and one COPY. The position reached is kept on the declaration, so that
    a long proposal shows its progress and a killed one goes on where it stopped.
    The reading is done by SQL for the whole company: the declaration is the company's,
    whatever part of its territory the person who prepares it follows.
    """

    _inherit = "srm.payment.delay.declaration"

    # --- pace ----------------------------------------------------------------------
    def _start_proposal(self) -> None:
        """Compute at once, or hand over to the scheduled action when there is much."""
        self.ensure_one()
        self.env.flush_all()  # everything below is read by SQL
        total = self._count_candidates()
        self._by_code().write({"computing": True, "progress_total": total})
        if total <= DIRECT:
            while self.computing:
                self._propose_chunk()
            return
        self._wake_proposal()

    def _wake_proposal(self) -> None:
        self.env["srm.heartbeat"]._wake(
            self, "_propose_as_job", "srm_procurement.cron_payment_delay_proposal"
        )

    def _propose_as_job(self) -> None:
        """Chunk by chunk, as long as a job may; the next one goes on from there."""
        declaration = self.sudo().exists()
        deadline = time.monotonic() + JOB_SECONDS
        while declaration.computing and time.monotonic() < deadline:
            if not declaration.try_lock_for_update():
                raise RetryableJobError("held", seconds=30, ignore_retry=True)
            declaration._propose_chunk()
            self.env["ir.cron"]._commit_progress(1)
            declaration.invalidate_recordset()
        if declaration.computing:
            declaration._wake_proposal()

    @api.model
    def _cron_propose(self) -> None:
        """Go on with the proposals under way; each chunk is committed."""
        domain = [("computing", "=", True)]
        for declaration in self.search(domain, order="id"):
            if not declaration.try_lock_for_update():
                continue
            while declaration.computing:
                done = declaration._propose_chunk()
                left = self.env["ir.cron"]._commit_progress(
                    done, remaining=int(declaration.computing)
                )
                if not left:
                    return
                declaration.lock_for_update()

    def _propose_chunk(self, limit: int = CHUNK) -> int:
        """Read, compute and write the next invoices; the number read."""
        self.ensure_one()
        kind, ids = self._next_ids(limit)
        if not ids:
            self._finish_proposal()
            return 0
        sources = self._debt_sources(ids) if kind == "debt" else self._bill_sources(ids)
        rows = self._compute_rows(list(sources))
        if self.kind == "correction":
            rows = self._differences(rows, kind, ids)
        else:
            rows = [(*row, None, None, ZERO, self._fine_of(row)) for row in rows]
        self._copy_lines(rows)
        self._by_code().write(
            {
                f"position_{kind}": ids[-1],
                "progress_done": self.progress_done + len(ids),
            }
        )
        self.env.flush_all()
        return len(ids)

    def _finish_proposal(self) -> None:
        """Totals, kind and state once every invoice was read."""
        self.env["srm.payment.delay.line"].invalidate_model(flush=False)
        totals = self._line_totals()
        kind = self.kind
        if kind != "correction":
            kind = "normal" if totals["line_count"] else "nil"
        self._by_code().write(totals | {"kind": kind, "computing": False})
        self._take_step("propose")

    def _line_totals(self) -> dict:
        query = SQL(
            """
            SELECT count(*), count(DISTINCT (debt_id, move_id)),
                   count(*) FILTER (WHERE months_caught_up > 0),
                   COALESCE(sum(amount_unpaid), 0), COALESCE(sum(amount_paid_late), 0),
                   COALESCE(sum(fine_due), 0)
              FROM srm_payment_delay_line WHERE declaration_id = %s
            """,
            self.id,
        )
        names = (
            "line_count",
            "invoice_count",
            "caught_up_count",
            "amount_unpaid",
            "amount_paid_late",
            "fine_total",
        )
        return dict(zip(names, self.env.execute_query(query)[0], strict=True))

    # --- candidates ----------------------------------------------------------------
    def _candidates(self, kind: str) -> SQL:
        """Condition on ``srm_debt`` or ``account_move``, columns not qualified.

        Debts that another body bears are its own to declare; those of which nobody
        decided yet are declared, with a warning.
        """
        own = SQL(
            "company_id = %s AND invoice_date BETWEEN %s AND %s",
            self.company_id.id,
            LAW_START,
            self.date_to,
        )
        if kind == "debt":
            own = SQL(
                "%s AND (due_date IS NULL OR due_date < %s)"
                " AND (bearer IS NULL OR bearer = 'srm')",
                own,
                self.date_to,
            )
        else:
            own = SQL("%s AND move_type = 'in_invoice' AND state = 'posted'", own)
        if self.kind != "correction":
            return own
        # What was filed is looked at again, whatever became of it since.
        filed = SQL(
            "SELECT %s FROM srm_payment_delay_line WHERE declaration_id = ANY(%s)",
            SQL.identifier(f"{kind}_id"),
            self._filed_chain().ids,
        )
        return SQL("((%s) OR id IN (%s))", own, filed)

    def _tables(self) -> dict[str, str]:
        return {"debt": "srm_debt", "move": "account_move"}

    def _count_candidates(self) -> int:
        return sum(
            self.env.execute_query(
                SQL(
                    "SELECT count(*) FROM %s WHERE %s",
                    SQL.identifier(table),
                    self._candidates(kind),
                )
            )[0][0]
            for kind, table in self._tables().items()
        )

    def _next_ids(self, limit: int) -> tuple[str, list[int]]:
        """The following debts; once there are none left, the following bills."""
        for kind, table in self._tables().items():
            query = SQL(
                "SELECT id FROM %s WHERE id > %s AND %s ORDER BY id LIMIT %s",
                SQL.identifier(table),
                self[f"position_{kind}"],
                self._candidates(kind),
                limit,
            )
            ids = [row[0] for row in self.env.execute_query(query)]
            if ids:
                return kind, ids
        return "", []

    # --- computation ---------------------------------------------------------------
    def _rules(self) -> Rules:
        return Rules(
            self._period(),
            self.company_id.srm_counting,
            self.env["srm.key.rate"]._rate_table(),
        )

    def _compute_rows(self, sources: list[Source]) -> list[tuple]:
        """Rows of :data:`COLUMNS`; facts that make no sense become checks."""
        rules = self._rules()
        suppliers = self._suppliers({source.partner_id for source in sources})
        rows, faults = [], []
        for source in sources:
            try:
                rows += source_rows(source, suppliers[source.partner_id], rules)
            except RuleError as error:
                faults.append(
                    {
                        "declaration_id": self.id,
                        "company_id": self.company_id.id,
                        "code": "facts",
                        "severity": "blocking",
                        "partner_id": source.partner_id,
                        "debt_id": source.debt_id,
                        "move_id": source.move_id,
                        "detail": str(error),
                    }
                )
        # Officers do not own the checks: they are made for them.
        self.env["srm.payment.delay.check"].sudo().create(faults)
        return rows

    def _fine_of(self, row: tuple) -> Decimal:
        return row[COLUMNS.index("fine")]

    # --- writing -------------------------------------------------------------------
    def _copy_lines(self, rows: Iterable[tuple]) -> None:
        """Write lines by COPY, some fifty times faster than the ORM."""
        own = (self.id, self.company_id.id)
        buffer = io.StringIO()
        csv.writer(buffer).writerows((*own, *row) for row in rows)
        buffer.seek(0)
        columns = ", ".join((*OWN_COLUMNS, *COLUMNS, *CORRECTION_COLUMNS))
        self.env.cr.copy_expert(
            f"COPY srm_payment_delay_line ({columns}) FROM STDIN WITH (FORMAT csv)",
            buffer,
        )
