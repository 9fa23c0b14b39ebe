from collections import defaultdict
from decimal import Decimal

from srm_engine.errors import RuleError
from srm_engine.tabular import parse_amount

from odoo import api, fields, models
from odoo.tools import SQL

from .srm_import_check import UNKNOWN_GROUP
from .srm_import_row import LOADED, REJECTED

BUCKETS = {
    **dict.fromkeys(LOADED, "loaded"),
    **dict.fromkeys(REJECTED, "rejected"),
    "ok": "waiting",
    "flagged": "waiting",
}


class SrmImport(models.Model):
    """Counting: how many rows, how many dirhams, at which point."""

    _inherit = "srm.import"  # pylint: disable=consider-merging-classes-inherited

    total_ids = fields.One2many("srm.import.total", "import_id")
    row_count = fields.Integer(string="Rows", compute="_compute_counts")
    ok_count = fields.Integer(string="Good", compute="_compute_counts")
    error_count = fields.Integer(string="To correct", compute="_compute_counts")
    flagged_count = fields.Integer(string="To decide", compute="_compute_counts")
    rejected_count = fields.Integer(string="Rejected", compute="_compute_counts")
    loaded_count = fields.Integer(string="Loaded", compute="_compute_counts")
    new_count = fields.Integer(string="Created", compute="_compute_counts")
    updated_count = fields.Integer(string="Updated", compute="_compute_counts")
    unchanged_count = fields.Integer(string="Unchanged", compute="_compute_counts")
    total_line_text = fields.Char(
        string="Total line of the file", compute="_compute_total_line_text"
    )
    ignored_text = fields.Text(string="Lines left out", compute="_compute_ignored_text")

    @api.depends("state", "run_ids.rows_done")
    def _compute_counts(self):
        counts = defaultdict(dict)
        groups = self.env["srm.import.row"]._read_group(
            [("import_id", "in", self.ids)], ["import_id", "state"], ["__count"]
        )
        for record, state, count in groups:
            counts[record][state] = count
        for record in self:
            found = counts[record._origin]
            record.row_count = sum(found.values())
            record.ok_count = found.get("ok", 0)
            record.error_count = found.get("error", 0)
            record.flagged_count = found.get("flagged", 0)
            record.rejected_count = found.get("rejected", 0)
            record.new_count = found.get("loaded", 0)
            record.updated_count = found.get("updated", 0)
            record.unchanged_count = found.get("unchanged", 0)
            record.loaded_count = sum(found.get(state, 0) for state in LOADED)

    # What the reading of the file told

    def _check_run(self):
        """The run that staged the rows."""
        return self.run_ids.filtered(lambda run: run.job == "check")[:1]

    @api.depends("run_ids.total_line", "total_ids.file_amount")
    def _compute_total_line_text(self):
        for record in self:
            record.total_line_text = record._total_line_verdict()

    def _total_line_verdict(self):
        """Whether the file's own total line agrees with its rows, in a sentence."""
        self.ensure_one()
        run = self._check_run()
        if not any(line["kind"] == "total" for line in run.ignored_lines or []):
            return False
        amounts = self._handler()._amount_fields
        given = {n: t for n, t in (run.total_line or {}).items() if n in amounts}
        if not given:
            return self.env._(
                "The file has a total line, without a stored figure to compare with."
            )
        return " ".join(self._compare_total(name, given[name]) for name in given)

    def _compare_total(self, name, text):
        found = sum(
            Decimal(totals["amounts"].get(name, "0"))
            for totals in (self._check_run().file_totals or {}).values()
        )
        values = {
            "field": self._field_labels().get(name, name),
            "total": text,
            "found": self.company_id.currency_id.format(float(found)),
        }
        if _same_amount(text, found):
            return self.env._(
                "%(field)s: the total line of the file (%(total)s) agrees with its "
                "rows.",
                **values,
            )
        return self.env._(
            "%(field)s: the total line of the file says %(total)s, its readable rows "
            "add up to %(found)s.",
            **values,
        )

    @api.depends("run_ids.ignored_lines")
    def _compute_ignored_text(self):
        for record in self:
            lines = record._check_run().ignored_lines or []
            record.ignored_text = "\n".join(
                f"{line['line']}: {line['text']}" for line in lines
            )

    # Control totals

    @api.model
    def _group_names(self):
        """``{group code: name of the predecessor}``, the unrecognised included."""
        predecessors = self.env["srm.predecessor"].search_fetch([], ["code", "name"])
        names = {record.code: record.name for record in predecessors}
        return {**names, UNKNOWN_GROUP: self.env._("Not recognised")}

    def _refresh_totals(self):
        """Count again from the staged rows, the records, and what the reading found."""
        for record in self:
            record.env.flush_all()
            names = record._handler()._amount_fields or ("",)
            lines = {}
            for name in names:
                for group, vals in record._count_groups(name).items():
                    lines[group, name] = vals
            record._store_totals(lines)
            record.invalidate_recordset(["row_count"], flush=False)

    def _store_totals(self, lines):
        # The figures of a control are counted here only: users cannot write them.
        totals = self.sudo().total_ids
        known = {
            (total.group_code, total.amount_field or ""): total for total in totals
        }
        for key, total in known.items():
            total.write(lines.get(key, dict.fromkeys(_FIGURES, 0)))
        totals.create(
            [
                {
                    "import_id": self.id,
                    "group_code": key[0],
                    "amount_field": key[1],
                    **vals,
                }
                for key, vals in lines.items()
                if key not in known
            ]
        )

    def _count_groups(self, name):
        """``{group: figures}`` of one amount ("" when the kind has none)."""
        groups = defaultdict(lambda: dict.fromkeys(_FIGURES, 0))
        for group, found in (self._check_run().file_totals or {}).items():
            vals = groups[group]
            vals["file_count"] = found["count"]
            vals["file_amount"] = float(found["amounts"].get(name, "0"))
            vals["unreadable_count"] = found["unreadable"].get(name, 0)
        for group, bucket, count, amount in self._count_rows_by_group(name):
            groups[group][f"{bucket}_count"] += count
            groups[group][f"{bucket}_amount"] += float(amount)
        for group, count, amount in self._count_corrections(name):
            groups[group]["corrected_count"] += count
            groups[group]["corrected_amount"] += float(amount)
        return groups

    def _count_rows_by_group(self, name):
        """``(group, bucket, rows, amount)``; loaded amounts come from the records."""
        target = self._target_amount(name)
        query = SQL(
            """SELECT row.group_code, row.state, COUNT(*),
                      COALESCE(SUM(COALESCE(%(amount)s, 0)), 0)
                 FROM srm_import_row AS row %(join)s
                WHERE row.import_id = %(id)s
             GROUP BY row.group_code, row.state""",
            amount=target[0],
            join=target[1],
            id=self.id,
        )
        for group, state, count, amount in self.env.execute_query(query):
            yield group, BUCKETS[state], count, amount

    def _target_amount(self, name):
        """SQL of the amount of a row, and of the join it needs.

        A loaded row counts for what its record really holds, so that the control does
        not merely repeat what the import believes.
        """
        handler = self._handler()
        parsed = SQL("(row.parsed ->> %s)::numeric", name)
        column = handler._target_amount_fields.get(name)
        if not column:
            return parsed, SQL()
        model = self.env[handler._target_model]
        amount = SQL(
            "CASE WHEN row.state = ANY(%s) AND %s IS NOT NULL THEN target.%s::numeric"
            " ELSE %s END",
            list(LOADED),
            parsed,
            SQL.identifier(column),
            parsed,
        )
        join = SQL(
            "LEFT JOIN %s AS target ON target.id = row.res_id",
            SQL.identifier(model._table),
        )
        return amount, join

    def _count_corrections(self, name):
        """``(group, rows moved in or out, amount changed)`` by people's corrections."""
        query = SQL(
            """SELECT moved.code, SUM(moved.rows)::integer, SUM(moved.amount)
                 FROM (
                   SELECT group_code AS code, 1 AS rows,
                          COALESCE((parsed ->> %(name)s)::numeric, 0) AS amount
                     FROM srm_import_row
                    WHERE import_id = %(id)s AND corrected IS NOT NULL
                    UNION ALL
                   SELECT file_group, -1,
                          -COALESCE((file_amounts ->> %(name)s)::numeric, 0)
                     FROM srm_import_row
                    WHERE import_id = %(id)s AND corrected IS NOT NULL
                 ) AS moved
             GROUP BY moved.code""",
            name=name,
            id=self.id,
        )
        return self.env.execute_query(query)


_FIGURES = (
    "file_count",
    "file_amount",
    "unreadable_count",
    "corrected_count",
    "corrected_amount",
    "loaded_count",
    "loaded_amount",
    "rejected_count",
    "rejected_amount",
    "waiting_count",
    "waiting_amount",
)


def _same_amount(text, found):
    try:
        return abs(parse_amount(text) - found) < Decimal("0.005")
    except RuleError:
        return False
