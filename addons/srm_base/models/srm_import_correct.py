from odoo import models
from odoo.exceptions import UserError

from ..importer.cells import decode, is_blank, text_of
from ..importer.errors import ImportFileError
from ..importer.table import filled_rows, open_table, stream_of
from ..tools.xlsx import Column, Sheet, write_workbook
from .srm_import_row import LOADED, ReasonWording
from .srm_import_run import CHUNK_ROWS


class SrmImport(models.Model):
    """Correct: reasons in words, rows out to a spreadsheet and back."""

    _inherit = "srm.import"  # pylint: disable=consider-merging-classes-inherited

    def _wording(self):
        """What turns the stored reasons of this import into sentences."""
        self.ensure_one()
        texts = self._handler()._all_reason_texts()
        return ReasonWording(
            self.env,
            texts,
            self._field_labels(),
            self.headers or [],
            self._columns_by_field(),
            texts["unreadable"],
        )

    # Out

    def action_export_rejected(self):
        """Rows to correct or decide, as the file gave them, with the reasons.

        The first column tells the rows again when the workbook comes back; it must be
        left as it is.
        """
        self.ensure_one()
        self._require_state("checked", "loaded")
        if not self._count_rows("error", "flagged"):
            raise UserError(
                self.env._("%(name)s has no row to correct.", name=self.name)
            )
        file_name = self.env._(
            "To correct %(number)s.xlsx", number=(self.name or "").replace("/", "-")
        )
        content = write_workbook([self._rejected_workbook_sheet()], self.env.lang)
        return self._download_content(content, file_name)

    def _rejected_workbook_sheet(self):
        wording = self._wording()
        columns = [
            Column(self._key_title(), 22, "text"),
            Column(self.env._("Errors"), 70, "text"),
            *(Column(title, 20, "text") for title in self.headers),
        ]
        rows = (
            self._export_line(row, wording)
            for row in self._report_rows([("state", "in", ("error", "flagged"))])
        )
        return Sheet(self.env._("To correct"), columns, rows)

    def _export_line(self, row, wording):
        reasons = [*(row.reasons or []), *(row.flags or [])]
        cells = [text_of(decode(cell)) for cell in row.original]
        cells += [""] * (len(self.headers) - len(cells))
        for name, cell in (row.corrected or {}).items():
            cells[wording.columns[name]] = text_of(decode(cell))
        return [
            self._row_key(row.line_number),
            "\n".join(map(wording.reason, reasons)),
            *cells[: len(self.headers)],
        ]

    def _key_title(self):
        return self.env._("Key (do not change)")

    def _row_key(self, line):
        return f"{self.name}#{line}"

    # And back

    def _apply_workbook(self, content):
        """Take the corrections of an exported workbook.

        Only the columns mapped to a field count; a cell equal to what the row says
        already changes nothing. The whole workbook is refused if a key is not of this
        import.

        :param content: the workbook in base64
        :return: ``(rows read, rows corrected)``
        """
        self.ensure_one()
        self._require_state("checked", "loaded")
        self._check_not_running()
        try:
            with open_table(stream_of(content)) as table:
                lines = filled_rows(table, table.sheet_names[0])
                columns = self._returned_columns(next(lines, (0, []))[1])
                return self._apply_lines(lines, columns)
        except ImportFileError as error:
            raise self._file_user_error(error) from error

    def _returned_columns(self, cells):
        """``{field name: column index}`` of the returned workbook, by its titles."""
        titles = [text_of(cell) for cell in cells]
        if len(titles) < 2 or len(titles) - 2 < len(self.headers):
            raise self._not_ours()
        if titles[2 : 2 + len(self.headers)] != list(self.headers):
            raise self._not_ours()
        return {name: index + 2 for name, index in self._columns_by_field().items()}

    def _not_ours(self):
        return UserError(
            self.env._(
                "This workbook is not the one exported from %(name)s: its columns were "
                "changed. Export the rows again and correct that workbook.",
                name=self.name,
            )
        )

    def _apply_lines(self, lines, columns):
        read = corrected = 0
        batch = {}
        for line, cells in lines:
            batch[self._line_of_key(line, cells[0])] = cells
            if len(batch) == CHUNK_ROWS:
                corrected += self._apply_batch(batch, columns)
                read, batch = read + len(batch), {}
        corrected += self._apply_batch(batch, columns)
        return read + len(batch), corrected

    def _line_of_key(self, line, cell):
        prefix, _sep, number = text_of(cell).rpartition("#")
        if prefix != self.name or not number.isdigit():
            raise UserError(
                self.env._(
                    "Line %(line)s of the workbook carries the key “%(key)s”, which is "
                    "not one of %(name)s.",
                    line=line,
                    key=text_of(cell),
                    name=self.name,
                )
            )
        return int(number)

    def _apply_batch(self, batch, columns):
        """Corrections of ``{line number: cells}``; loaded rows are left alone."""
        rows = self.env["srm.import.row"].search(
            [
                ("import_id", "=", self.id),
                ("line_number", "in", list(batch)),
                ("state", "not in", LOADED),
            ]
        )
        corrections = {}
        for row in rows:
            changed = self._changed_cells(row, batch[row.line_number], columns)
            if changed:
                corrections[row.id] = changed
        return rows._correct(corrections) if corrections else 0

    def _changed_cells(self, row, cells, columns):
        """``{field name: cell}`` of what differs, as read, from the row's own cells.

        Compared as texts: the workbook was exported as texts, so a cell nobody touched
        comes back the same. An emptied cell empties the value.
        """
        corrected = row.corrected or {}
        changed = {}
        for name, index in columns.items():
            own = row.original[index - 2] if index - 2 < len(row.original) else None
            known = text_of(decode(corrected.get(name, own)))
            cell = cells[index] if index < len(cells) else None
            if text_of(cell) != known:
                changed[name] = "" if is_blank(cell) else cell
        return changed
