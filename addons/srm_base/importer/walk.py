"""Walking through a file chunk by chunk, keeping what is learnt on the way."""

import json
from collections import defaultdict
from decimal import Decimal

from . import headers as header_lines
from . import lines as data_lines
from .cells import text_of
from .parsing import to_json
from .table import filled_rows

#: Lines left out that are kept with their text.
KEPT_IGNORED = 200
#: Characters of a chunk, which is all in memory.
CHUNK_TEXT = 8_000_000


def to_text(value):
    """JSON text for a jsonb column, ``None`` for nothing."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False) if value else None


class FileWalk:
    """One walk through the file: which lines are rows, and the totals read on the way.

    The findings are handed to the run with each chunk, so that a resumed walk goes on
    with the figures of the chunks that were kept.
    """

    def __init__(self, record, run, size):
        self.record = record
        self.size = size
        self.cursor = max(run.cursor, record.header_line)
        self.handler = record._handler()
        spec = {item.name: item for item in self.handler._fields_spec()}
        self.columns = {
            index: spec[name] for name, index in record._columns_by_field().items()
        }
        self.headers = record.headers
        self.parser = record._parser()
        self.context = record._context()
        self.column_titles = record._column_titles()
        self.ignored = list(run.ignored_lines or [])
        self.total_line = dict(run.total_line or {})
        self.totals = defaultdict(
            lambda: {"count": 0, "unreadable": {}, "amounts": {}},
            {group: dict(found) for group, found in (run.file_totals or {}).items()},
        )

    def batches(self, table):
        """Lists of ``(line number, cells)`` of data lines after the cursor."""
        batch, text = [], 0
        for line, cells in filled_rows(table, self.record.sheet_name or ""):
            if line <= self.cursor or not self._is_data(line, cells):
                continue
            batch.append((line, cells))
            text += sum(len(cell) for cell in cells if isinstance(cell, str))
            if len(batch) == self.size or text > CHUNK_TEXT:
                yield batch
                batch, text = [], 0
        if batch:
            yield batch

    def _is_data(self, line, cells):
        if data_lines.is_total(cells, self.columns):
            self.total_line = data_lines.total_figures(cells, self.columns)
            self._ignore(line, data_lines.TOTAL, cells)
            return False
        if header_lines.is_repeated(cells, self.headers):
            self._ignore(line, data_lines.REPEATED, cells)
            return False
        return True

    def _ignore(self, line, kind, cells):
        if len(self.ignored) < KEPT_IGNORED:
            text = " | ".join(filter(None, map(text_of, cells)))
            self.ignored.append({"line": line, "kind": kind, "text": text[:200]})

    def count(self, rows):
        """Add rows to the control totals of the file, as the file gives them."""
        amount_fields = self.handler._amount_fields
        for row in rows:
            found = self.totals[self.record._group_of(row, self.handler)]
            found["count"] += 1
            for name in amount_fields:
                if name not in row.values:
                    unreadable = found["unreadable"]
                    unreadable[name] = unreadable.get(name, 0) + 1
                known = found["amounts"].get(name, "0")
                found["amounts"][name] = to_json(Decimal(known) + row.get(name, 0))

    def row_vals(self, row):
        amounts = {
            name: to_json(row.get(name))
            for name in self.handler._amount_fields
            if row.get(name) is not None
        }
        vals = self.record._row_vals(row, self.handler, self.column_titles)
        return {
            **vals,
            "import_id": self.record.id,
            "line_number": row.line_number,
            "original": to_text(row.original),
            "file_group": vals["group_code"],
            "file_amounts": to_text(amounts),
        }

    def findings(self):
        """Values for the run, written with each chunk."""
        return {
            "file_totals": dict(self.totals),
            "ignored_lines": self.ignored,
            "total_line": self.total_line,
        }

    def flush_findings(self, run):
        """Lines below the last chunk (the total, usually) are findings too."""
        run._keep(self.findings())
