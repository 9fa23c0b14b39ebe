import json
from collections import defaultdict
from decimal import Decimal

from odoo import models
from odoo.tools import SQL

from ..amounts import money
from ..delay_rows import COLUMNS

ZERO = Decimal("0.00")
#: A line is corrected when one of these changed; names and addresses do not count.
COMPARED = (
    "kind",
    "supplier_tax_id",
    "invoice_number",
    "invoice_date",
    "due_date",
    "amount_ttc",
    "amount_unpaid",
    "amount_paid_late",
    "payment_date",
    "amount_disputed",
    "court_date",
    "amount_judged",
    "judgment_date",
    "months",
    "fine",
)
AMOUNTS = {
    "amount_ttc",
    "amount_unpaid",
    "amount_paid_late",
    "amount_disputed",
    "amount_judged",
    "fine",
}
#: What a withdrawn line says: the invoice is there, and nothing of it is late.
WITHDRAWN = {
    "amount_unpaid": ZERO,
    "amount_paid_late": ZERO,
    "payment_date": None,
    "payment_mode": None,
    "payment_reference": None,
    "months": 0,
    "months_caught_up": 0,
    "rate": ZERO,
    "fine": ZERO,
    "steps": "[]",
}
POSITION = {name: rank for rank, name in enumerate(COLUMNS)}


class SrmPaymentDelayDeclaration(models.Model):
    """Corrections: what differs from what was filed, and nothing else.

    The period is computed again as it is known today, against the same earlier
    declarations as at the time; each line is compared with the last one that was
    filed for the same payment.
    """

    _inherit = "srm.payment.delay.declaration"

    def _filed_chain(self):
        """The corrected declaration and its corrections that were filed."""
        self.ensure_one()
        origin = self.corrected_id
        return origin + origin.correction_ids.filtered(
            lambda item: item.state == "filed"
        )

    def _differences(self, rows: list[tuple], kind: str, ids: list[int]) -> list[tuple]:
        """Lines added, changed and withdrawn, with what was filed and what is due."""
        filed = self._filed_lines(kind, ids)
        taken = self._months_elsewhere(kind, ids)
        source = POSITION[f"{kind}_id"]
        found = []
        for row in rows:
            known = filed[row[source]].pop(row[POSITION["payment_key"]], None)
            if known is None and not filed[row[source]]:
                if self._months_of(row) & taken[row[source]]:
                    continue  # a later declaration caught these months up
            difference = self._difference(row, known)
            if difference:
                found.append(difference)
        for lines in filed.values():
            found += [self._withdrawal(line) for line in lines.values()]
        return [row for row in found if row]

    def _difference(self, row: tuple, known: dict | None) -> tuple | None:
        fine = row[POSITION["fine"]]
        if known is None:
            return (*row, "added", None, ZERO, fine)
        if all(self._same(name, row[POSITION[name]], known[name]) for name in COMPARED):
            return None
        before = money(known["fine"])
        return (*row, "changed", known["id"], before, fine - before)

    def _same(self, name: str, now, then) -> bool:
        if name in AMOUNTS and now is not None and then is not None:
            return money(now) == money(then)
        return (now or None) == (then or None)

    def _withdrawal(self, known: dict) -> tuple | None:
        """The line again without anything late; nothing when already withdrawn."""
        if known["correction"] == "withdrawn":
            return None
        values = known | WITHDRAWN
        before = money(known["fine"])
        row = tuple(values[name] for name in COLUMNS)
        return (*row, "withdrawn", known["id"], before, -before)

    def _filed_lines(self, kind: str, ids: list[int]) -> dict[int, dict[str, dict]]:
        """The last filed line by source id and payment, over the chain."""
        query = SQL(
            """
            SELECT DISTINCT ON (l.%(source)s, l.payment_key)
                   l.id, l.correction, %(columns)s
              FROM srm_payment_delay_line l
              JOIN srm_payment_delay_declaration d ON d.id = l.declaration_id
             WHERE l.declaration_id = ANY(%(chain)s) AND l.%(source)s = ANY(%(ids)s)
             ORDER BY l.%(source)s, l.payment_key, d.filed_at DESC, d.id DESC
            """,
            source=SQL.identifier(f"{kind}_id"),
            columns=SQL(", ").join(SQL.identifier("l", name) for name in COLUMNS),
            chain=self._filed_chain().ids,
            ids=ids,
        )
        found: dict = defaultdict(dict)
        for line_id, correction, *values in self.env.execute_query(query):
            line = dict(zip(COLUMNS, values, strict=True))
            line |= {"id": line_id, "correction": correction}
            found[line[f"{kind}_id"]][line["payment_key"]] = line
        return found

    def _months_elsewhere(self, kind: str, ids: list[int]) -> dict[int, set[str]]:
        """Months that declarations outside the chain carry."""
        query = SQL(
            """
            SELECT %(source)s, day FROM srm_payment_delay_month
             WHERE %(source)s = ANY(%(ids)s) AND declaration_id <> ALL(%(chain)s)
            """,
            source=SQL.identifier(f"{kind}_id"),
            ids=ids,
            chain=self._filed_chain().ids,
        )
        found: dict = defaultdict(set)
        for source_id, day in self.env.execute_query(query):
            found[source_id].add(str(day))
        return found

    def _months_of(self, row: tuple) -> set[str]:
        return {day for day, _rate, _caught in json.loads(row[POSITION["steps"]])}

    def _declared_meanwhile(self):
        """A line with a month that another declaration has filed; none in a correction.

        A correction repeats months on purpose.
        """
        lines = self.env["srm.payment.delay.line"]
        if self.kind == "correction":
            return lines
        query = SQL(
            """
            SELECT l.id
              FROM srm_payment_delay_line l
             CROSS JOIN LATERAL jsonb_array_elements(l.steps) AS step
              JOIN srm_payment_delay_month m
                ON m.day = (step.value ->> 0)::date
               AND (m.move_id = l.move_id OR m.debt_id = l.debt_id)
             WHERE l.declaration_id = %s
             LIMIT 1
            """,
            self.id,
        )
        return lines.browse([row[0] for row in self.env.execute_query(query)])
