import logging

import psycopg2
from srm_engine.errors import RuleError

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..importer.piecemeal import Piecemeal
from ..importer.walk import to_text
from .srm_import_check import complete_key
from .srm_import_run import CHUNK_ROWS

_logger = logging.getLogger(__name__)

#: What a row may well be refused for; anything else is a fault of the handler.
REFUSALS = (UserError, RuleError, psycopg2.IntegrityError)
#: Columns of a row that a load changes, with their SQL types.
LOADED_COLUMNS = {
    "state": "varchar",
    "res_id": "integer",
    "changes": "jsonb",
    "reasons": "jsonb",
}


class SrmImport(models.Model):
    """Load: good rows become records, each chunk in its own transaction."""

    _inherit = "srm.import"  # pylint: disable=consider-merging-classes-inherited

    def action_load(self):
        """Create and update the records of the good rows; may be repeated.

        Rows corrected afterwards are loaded by the same button.
        """
        self._require_state("checked", "loaded")
        self._check_not_running()
        for record in self:
            record._check_allowed()
            count = record._count_rows("ok")
            if not count:
                raise UserError(
                    self.env._(
                        "%(name)s has no good row waiting to be loaded: correct the "
                        "rows in error, or decide about the flagged ones.",
                        name=record.name,
                    )
                )
            record._launch("load", count)
        return True

    def _count_rows(self, *states):
        return self.env["srm.import.row"].search_count(
            [("import_id", "in", self.ids), ("state", "in", states)]
        )

    def _iter_load(self, run):
        """Load chunk after chunk; see ``srm.import.run._work``."""
        cursor = run.cursor
        context = self._context()
        while True:
            rows = self.env["srm.import.row"].search(
                [
                    ("import_id", "=", self.id),
                    ("state", "=", "ok"),
                    ("line_number", ">", cursor),
                ],
                order="line_number",
                limit=CHUNK_ROWS,
            )
            if not rows:
                return
            cursor, count = rows[-1].line_number, len(rows)
            self._load_chunk(rows, context)
            self.env.invalidate_all()
            yield count, cursor, {}

    def _finish_load(self, run):
        self._take_step("load")
        self._by_code().write({"loaded_at": fields.Datetime.now()})
        # What resembled a line of the file may now resemble a record.
        flagged = self.env["srm.import.row"].search(
            [("import_id", "=", self.id), ("state", "=", "flagged")]
        )
        if flagged:
            self._recheck(flagged)
        self._refresh_totals()

    def _load_chunk(self, rows, context):
        handler = self._handler()
        spec = self._spec_by_name(self.kind)
        parsed = rows._to_parsed(spec)
        for row in parsed:
            row.origin_key = complete_key(handler._origin_key(row.values))
        # Again, just before loading: somebody may have loaded the same rows meanwhile.
        self._attach_existing(parsed, handler)
        self._load_batch(
            handler,
            [row for row in parsed if not row.existing or row.changes],
            context,
        )
        self._store_loaded(parsed)

    def _load_batch(self, handler, rows, context):
        """Load rows together; when refused, halve until the bad ones are alone."""

        def work(items):
            for row in items:
                row.res_id = row.existing.res_id if row.existing else 0
                row.errors.clear()
            handler._load_rows(items, context)
            _check_all_loaded(handler, items)
            self.env.flush_all()

        def refuse(row, error):
            row.errors.clear()
            row.add_error("", "load_refused", message=self._refusal_message(row, error))

        Piecemeal(
            self.env.cr.savepoint, work, refuse, _is_of_the_load, expected=REFUSALS
        ).run(rows)

    def _refusal_message(self, row, error):
        if isinstance(error, psycopg2.IntegrityError):
            return self.env["base"]._sql_error_to_message(error)
        if not isinstance(error, REFUSALS):
            _logger.warning("Line %s of %s: %r", row.line_number, self.name, error)
        return str(error)

    def _store_loaded(self, parsed):
        handler, titles = self._handler(), self._column_titles()
        self.env["srm.import.row"].flush_model()
        values = []
        for row in parsed:
            for reason in row.errors:
                reason["column"] = titles.get(reason["field"], "")
            values.append(
                (
                    row.row_id,
                    _loaded_state(row),
                    row.res_id or (row.existing.res_id if row.existing else None),
                    to_text(self._changes_shown(row, handler)),
                    to_text(row.errors),
                )
            )
        sets = ", ".join(
            f"{name} = new.{name}::{t}" for name, t in LOADED_COLUMNS.items()
        )
        self.env.cr.execute_values(
            f"UPDATE srm_import_row SET {sets} "
            f"FROM (VALUES %s) AS new (id, {', '.join(LOADED_COLUMNS)}) "
            "WHERE srm_import_row.id = new.id::integer",
            values,
        )

    def action_open_records(self):
        """The records that this import created, updated or recognised."""
        self.ensure_one()
        self.check_access("read")
        ids = [
            res_id
            for (res_id,) in self.env.execute_query(
                SQL(
                    """SELECT DISTINCT res_id FROM srm_import_row
                        WHERE import_id = %s AND res_id IS NOT NULL
                          AND state IN ('loaded', 'updated', 'unchanged')""",
                    self.id,
                )
            )
        ]
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": self._handler()._target_model,
            "view_mode": "list,form",
            "domain": [("id", "in", ids)],
        }


class ForgottenRowError(Exception):
    """A handler that forgets a row would make the totals lie: the load stops there."""


def _check_all_loaded(handler, rows):
    missing = [row.line_number for row in rows if row.ok and not row.res_id]
    if missing:
        raise ForgottenRowError(
            f"{handler._name} gave no record for lines {missing[:10]}"
        )


def _is_of_the_load(error):
    return isinstance(error, ForgottenRowError)


def _loaded_state(row):
    if row.errors:
        return "error"
    if not row.existing:
        return "loaded"
    return "updated" if row.changes else "unchanged"
