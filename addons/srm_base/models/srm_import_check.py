import csv
import io
import logging

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..importer.api import ImportContext, OriginKey, ParsedRow
from ..importer.cells import clean_text, decode, encode, text_of
from ..importer.errors import ImportFileError
from ..importer.parsing import RowParser, to_json
from ..importer.piecemeal import Piecemeal
from ..importer.walk import FileWalk, to_text
from .srm_import_row import LOADED
from .srm_import_run import CHUNK_ROWS

_logger = logging.getLogger(__name__)

#: Characters kept of a cell of a row that breaks the check.
KEPT_OF_BROKEN = 500
#: Group of the rows whose predecessor cannot be told.
UNKNOWN_GROUP = "unknown"
#: Columns filled by COPY, in order.
STAGED = (
    "import_id",
    "line_number",
    "original",
    "file_group",
    "file_amounts",
    "state",
    "parsed",
    "reasons",
    "flags",
    "changes",
    "origin_predecessor",
    "origin_reference",
    "twin_key",
    "group_code",
    "res_id",
)
#: Of those, what a new check of the row may change, with their SQL types.
CHECKED = {
    "state": "varchar",
    "parsed": "jsonb",
    "reasons": "jsonb",
    "flags": "jsonb",
    "changes": "jsonb",
    "origin_predecessor": "varchar",
    "origin_reference": "varchar",
    "twin_key": "varchar",
    "group_code": "varchar",
    "res_id": "integer",
    "decision": "varchar",
}


def _shown(value):
    """A value as the changes keep it: text, ``None`` when empty."""
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or None
    return None if value in (None, "", False) else str(to_json(value))


def _is_of_the_import(error):
    """The person's rights and the rules of the import concern every row."""
    return isinstance(error, UserError)


def _broken_row(line, cells, error):
    """A row that nothing is known of but its cells, as text."""
    row = ParsedRow(
        line, [clean_text(text_of(cell))[:KEPT_OF_BROKEN] for cell in cells]
    )
    row.add_error("", "row_broken", message=clean_text(str(error))[:KEPT_OF_BROKEN])
    return row


def complete_key(key):
    """:class:`OriginKey`, or ``None`` while a part is missing."""
    predecessor, reference = key
    return OriginKey(predecessor, reference) if predecessor and reference else None


def _reference_of(row):
    return row.origin_key


def _differences(row, handler):
    """``{field: (old, new)}``: what the file says otherwise than the record.

    An empty cell says nothing.
    """
    known = row.existing.values
    return {
        name: (known[name], value)
        for name, value in row.values.items()
        if name in known
        and value not in (None, "")
        and not handler._same_value(name, known[name], value)
    }


def _state_of(row):
    """Verdict of a check. A rejection by a person stands until reconsidered."""
    if row.decision == "reject":
        return "rejected"
    if row.errors:
        return "error"
    if row.flags and not row.decision:
        return "flagged"
    return "ok"


def _review_decision(row, known_flags):
    """A decision holds for the flags it was taken on, not for new ones."""
    new_flags = {flag["code"] for flag in row.flags} - known_flags
    if row.decision in ("load", "link") and new_flags:
        row.decision = ""


class SrmImport(models.Model):
    """Check: staging the rows and telling everything that is wrong with them."""

    _inherit = "srm.import"  # pylint: disable=consider-merging-classes-inherited

    def action_check(self):
        """Stage and check every row of the file."""
        self._require_state("previewed")
        self._check_not_running()
        for record in self:
            record._mapped_columns()
            record._drop_rows()
            record._launch("check", max(record.row_hint - record.header_line, 0))
        return True

    def _drop_rows(self):
        """Forget what was staged; callers see to it that nothing was loaded."""
        self.check_access("write")
        # Users only read rows, totals and runs; this step belongs to them all the same.
        staged = self.sudo()._by_code()
        staged.total_ids.unlink()
        staged.run_ids.unlink()
        self.env["srm.import.row"].flush_model()
        self.env.cr.execute(
            SQL("DELETE FROM srm_import_row WHERE import_id = ANY(%s)", self.ids)
        )
        self.env["srm.import.row"].invalidate_model(flush=False)

    # Reading the file

    def _iter_check(self, run):
        """Stage and check chunk after chunk; see ``srm.import.run._work``."""
        reader = FileWalk(self, run, CHUNK_ROWS)
        try:
            with self._open_table() as table:
                for batch in reader.batches(table):
                    rows = self._stage(batch, reader)
                    yield len(rows), batch[-1][0], reader.findings()
                reader.flush_findings(run)
        except ImportFileError as error:
            raise self._file_user_error(error) from error

    def _finish_check(self, run):
        self._take_step("check")
        self._refresh_totals()

    def _stage(self, batch, reader):
        """Parse, check and COPY one chunk of ``(line number, cells)``.

        A row on which all this breaks is staged as an error with what it holds.
        """
        staged = []

        def work(lines):
            rows = [
                ParsedRow(line, [encode(cell) for cell in cells])
                for line, cells in lines
            ]
            self._parse_rows(rows, [cells for _line, cells in lines], reader.parser)
            self._verify(rows, reader.context)
            self._copy_rows(rows, reader)
            staged.extend(rows)

        def refuse(item, error):
            _logger.warning("Line %s of %s: %r", item[0], self.name, error)
            row = _broken_row(*item, error)
            self._copy_rows([row], reader)
            staged.append(row)

        savepoint = self.env.cr.savepoint
        with savepoint():
            Piecemeal(savepoint, work, refuse, _is_of_the_import).run(batch)
        staged.sort(key=lambda row: row.line_number)
        reader.count(staged)
        self.env.invalidate_all()
        return staged

    def _parse_rows(self, rows, cells_list, parser):
        lookups = self._look_up(parser.texts_to_look_up(cells_list))
        for row, cells in zip(rows, cells_list, strict=True):
            parser.parse(row, cells, lookups)

    def _look_up(self, wanted):
        """``{kind: {text: value}}`` for the texts of a chunk, one query per kind."""
        territory = self.env["srm.territory"]
        predecessor = self.env["srm.predecessor"]
        found = {}
        for kind, model in (("territory", territory), ("predecessor", predecessor)):
            texts = sorted(wanted.get(kind, ()))
            ids = model._match(texts) if texts else {}
            found[kind] = {
                text: ids[key]
                for text in texts
                if (key := model._match_key(text)) in ids
            }
        codes = {code_id: code for code, code_id in self._predecessor_ids().items()}
        found["predecessor"] = {
            text: codes[res_id] for text, res_id in found["predecessor"].items()
        }
        return found

    def _predecessor_ids(self):
        records = self.env["srm.predecessor"].search_fetch([], ["code"])
        return {record.code: record.id for record in records}

    # Verdict

    def _context(self):
        return ImportContext(
            import_id=self,
            default_predecessor=self.predecessor_id.code or "",
            predecessor_ids=self._predecessor_ids(),
        )

    def _verify(self, rows, context):
        """Everything about parsed rows that cells alone do not tell."""
        handler = self._handler()
        for row in rows:
            row.origin_key = complete_key(handler._origin_key(row.values))
        self._verify_unique(rows)
        self._attach_existing(rows, handler)
        self._verify_twins(rows, handler)
        handler._check_rows(rows, context)

    def _verify_unique(self, rows):
        """A reference given twice: one line keeps it, the others are refused."""
        keepers = self._keepers("origin_reference", rows, _reference_of)
        for row in rows:
            if not row.origin_key:
                continue
            line = keepers[row.origin_key][1]
            if line != row.line_number:
                row.add_error(
                    self._reference_field(row),
                    "reference_twice",
                    reference=row.origin_key.reference,
                    line=line,
                )

    def _keepers(self, column, rows, key_of):
        """``{key: (rank, line)}``: of the lines that share a key, the keeper.

        A line that is loaded keeps its key whatever its place (rank 0); among the
        others the first of the file does.
        """
        keepers = self._staged_keepers(column, rows, key_of)
        for row in rows:
            key = key_of(row)
            if key:
                own = (1, row.line_number)
                keepers[key] = min(keepers.get(key, own), own)
        return keepers

    def _staged_keepers(self, column, rows, key_of):
        """The keepers among the staged rows other than ``rows``, in one query."""
        keys = {key for row in rows if (key := key_of(row))}
        by_reference = column == "origin_reference"
        wanted = sorted({key.reference for key in keys} if by_reference else keys)
        if not wanted:
            return {}
        query = SQL(
            """SELECT origin_predecessor, origin_reference, twin_key, line_number,
                      CASE WHEN state = ANY(%s) THEN 0 ELSE 1 END
                 FROM srm_import_row
                WHERE import_id = %s AND %s = ANY(%s) AND NOT line_number = ANY(%s)
                  AND state != 'rejected'""",
            list(LOADED),
            self.id,
            SQL.identifier(column),
            wanted,
            [row.line_number for row in rows],
        )
        keepers = {}
        for code, reference, twin, line, rank in self.env.execute_query(query):
            key = OriginKey(code, reference) if by_reference else twin
            keepers[key] = min(keepers.get(key, (rank, line)), (rank, line))
        return keepers

    def _reference_field(self, row):
        """The field that carries the legacy reference, to point at its column."""
        reference = row.origin_key.reference
        return next(
            (name for name, value in row.values.items() if value == reference), ""
        )

    def _attach_existing(self, rows, handler):
        """Compare with the records that already carry these origin keys."""
        keys = list({row.origin_key for row in rows if row.origin_key})
        existing = handler._existing(keys) if keys else {}
        for row in rows:
            row.existing = existing.get(row.origin_key) if row.origin_key else None
            row.changes = _differences(row, handler) if row.existing else {}

    def _verify_twins(self, rows, handler):
        """Rows of the file that look like another one under another reference."""
        twins = {row.line_number: handler._twin_key(row.values) for row in rows}
        keepers = self._keepers("twin_key", rows, lambda row: twins[row.line_number])
        for row in rows:
            key = twins[row.line_number]
            if key and keepers[key][1] != row.line_number and not row.existing:
                row.add_flag("", "twin_in_file", line=keepers[key][1])

    def _row_vals(self, row, handler, titles):
        """Values of the row's columns that come from a check.

        :param titles: ``{field name: title of its column}``, kept with the reasons
        """
        key = row.origin_key or (None, None)
        for reason in [*row.errors, *row.flags]:
            reason["column"] = titles.get(reason["field"], "")
        return {
            "state": _state_of(row),
            "parsed": to_text({k: to_json(v) for k, v in row.values.items()}),
            "reasons": to_text(row.errors),
            "flags": to_text(row.flags),
            "changes": to_text(self._changes_shown(row, handler)),
            "origin_predecessor": key[0],
            "origin_reference": key[1],
            "twin_key": row.values and handler._twin_key(row.values) or None,
            "group_code": self._group_of(row, handler),
            "res_id": row.existing.res_id if row.existing else None,
            "decision": row.decision or None,
        }

    def _changes_shown(self, row, handler):
        return {
            name: [_shown(handler._shown_value(name, value)) for value in pair]
            for name, pair in row.changes.items()
        }

    def _group_of(self, row, handler):
        return row.get(handler._group_field) or UNKNOWN_GROUP

    def _column_titles(self):
        """``{field name: title of its column}``."""
        return {
            name: self.headers[index]
            for name, index in self._columns_by_field().items()
        }

    def _columns_by_field(self):
        """``{field name: column index}`` as mapped."""
        return {
            line.field_name: line.column_index
            for line in self.mapping_ids
            if line.field_name
        }

    # Writing

    def _copy_rows(self, rows, reader):
        """Stage a chunk by COPY: some fifty times faster than the ORM."""
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        for row in rows:
            vals = reader.row_vals(row)
            writer.writerow([vals[name] for name in STAGED])
        buffer.seek(0)
        self.env.cr.copy_expert(
            f"COPY srm_import_row ({', '.join(STAGED)}) FROM STDIN WITH (FORMAT csv)",
            buffer,
        )

    def _recheck(self, rows):
        """Check touched rows again, with the rows whose verdict hangs on them."""
        self.ensure_one()
        handler = self._handler()
        parser = self._parser()
        rows = (rows | self._dependants(rows)).sorted("line_number")
        for start in range(0, len(rows), CHUNK_ROWS):
            self._recheck_chunk(rows[start : start + CHUNK_ROWS], handler, parser)
        rows.invalidate_recordset(flush=False)
        # A key that changed may free, or condemn, rows that shared it.
        later = self._dependants(rows) - rows
        if later:
            self._recheck_chunk(later, handler, parser)
        self.env["srm.import.row"].invalidate_model(flush=False)
        self._refresh_totals()

    def _dependants(self, rows):
        """Rows, not loaded, of the same reference or twin key."""
        references = [ref for ref in rows.mapped("origin_reference") if ref]
        twins = [key for key in rows.mapped("twin_key") if key]
        return self.env["srm.import.row"].search(
            [
                ("import_id", "=", self.id),
                ("state", "in", ("ok", "error", "flagged")),
                "|",
                ("origin_reference", "in", references),
                ("twin_key", "in", twins),
            ]
        )

    def _recheck_chunk(self, rows, handler, parser):
        parsed, cells_list = [], []
        for row in rows.sorted("line_number"):
            item = ParsedRow(row.line_number, row.original, row_id=row.id)
            item.decision = row.decision or ""
            corrections = {k: decode(v) for k, v in (row.corrected or {}).items()}
            cells = parser.effective([decode(c) for c in row.original], corrections)
            parsed.append(item)
            cells_list.append(cells)
        self._parse_rows(parsed, cells_list, parser)
        self._verify(parsed, self._context())
        before = {row.id: {flag["code"] for flag in row.flags or []} for row in rows}
        for item in parsed:
            _review_decision(item, before[item.row_id])
        self._update_rows(parsed, handler)

    def _update_rows(self, parsed, handler):
        self.env["srm.import.row"].flush_model()
        titles = self._column_titles()
        values = []
        for row in parsed:
            vals = self._row_vals(row, handler, titles)
            values.append((row.row_id, *(vals[name] for name in CHECKED)))
        sets = ", ".join(f"{name} = new.{name}::{sql}" for name, sql in CHECKED.items())
        self.env.cr.execute_values(
            f"UPDATE srm_import_row SET {sets} "
            f"FROM (VALUES %s) AS new (id, {', '.join(CHECKED)}) "
            "WHERE srm_import_row.id = new.id::integer",
            values,
        )

    def _parser(self):
        spec = self._handler()._fields_spec()
        return RowParser(spec, self._columns_by_field(), self._default_values())
