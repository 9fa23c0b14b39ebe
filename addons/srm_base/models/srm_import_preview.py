from itertools import islice

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..importer import headers as header_lines
from ..importer.cells import text_of
from ..importer.errors import ImportFileError
from ..importer.table import filled_rows, first_rows

PREVIEW_ROWS = 20
#: Characters of a cell that the preview shows.
SHOWN = 200


class SrmImport(models.Model):
    """Preview: what the file looks like and what its columns seem to mean."""

    _inherit = "srm.import"  # pylint: disable=consider-merging-classes-inherited

    sheet_name = fields.Char(string="Sheet", copy=False)
    sheet_names = fields.Json(readonly=True, copy=False)
    header_line = fields.Integer(
        copy=False,
        help="Number of the line that holds the column titles; 0 to let it be found.",
    )
    encoding = fields.Char(copy=False, help="Of a CSV file; empty to let it be found.")
    delimiter = fields.Char(
        string="Separator", copy=False, help="Of a CSV file; empty to let it be found."
    )
    headers = fields.Json(readonly=True, copy=False)
    preview = fields.Json(readonly=True, copy=False)
    preview_html = fields.Html(
        string="First rows", compute="_compute_preview_html", sanitize=False
    )
    row_hint = fields.Integer(string="Lines in the file", readonly=True, copy=False)
    profile_id = fields.Many2one(
        "srm.import.profile",
        string="Profile used",
        readonly=True,
        copy=False,
        ondelete="set null",
    )
    mapping_ids = fields.One2many("srm.import.mapping", "import_id", copy=False)

    def action_preview(self):
        """Recognise sheet, header line and columns; nothing is imported yet.

        What the person chose (sheet, header line, encoding, separator) is respected,
        the rest is found. A profile saved for the same headers is proposed again.
        """
        self._require_state("draft", "previewed")
        self._check_not_running()
        for record in self:
            try:
                record._preview_file()
            except ImportFileError as error:
                raise record._file_user_error(error) from error
        self._take_step("preview")
        return True

    def action_forget_check(self):
        """Back to the mapping: the staged rows are dropped, nothing was loaded."""
        self._require_state("checked", "previewed")
        self._check_not_running()
        self._take_step("forget_check")
        self._drop_rows()
        return True

    def _forget_preview(self):
        """Another file: nothing that was recognised holds any more."""
        self.ensure_one()
        self._take_step("forget_file")
        self.mapping_ids.unlink()
        self._by_code().write(
            {
                "sheet_name": False,
                "sheet_names": False,
                "header_line": 0,
                "encoding": False,
                "delimiter": False,
                "headers": False,
                "preview": False,
                "row_hint": 0,
                "profile_id": False,
            }
        )

    def _preview_file(self):
        self.ensure_one()
        spec = self._handler()._fields_spec()
        with self._open_table() as table:
            sheet, header = self._find_layout(table, spec)
            rows = list(
                islice(
                    (
                        (line, [text_of(cell)[:SHOWN] for cell in cells])
                        for line, cells in filled_rows(table, sheet)
                        if line > header.line
                    ),
                    PREVIEW_ROWS,
                )
            )
            if not rows:
                raise UserError(
                    self.env._(
                        "%(file)s has column titles on line %(line)s but no row below "
                        "them.",
                        file=self.file_name or "",
                        line=header.line,
                    )
                )
            self._by_code().write(
                {
                    "sheet_name": sheet,
                    "sheet_names": list(table.sheet_names),
                    "header_line": header.line,
                    "encoding": getattr(table, "encoding", False),
                    "delimiter": getattr(table, "delimiter", False),
                    "headers": list(header.headers),
                    "preview": rows,
                    "row_hint": table.row_hint(sheet),
                }
            )
        self._propose_mapping(spec)

    def _find_layout(self, table, spec):
        """``(sheet name, HeaderLine)``: the sheet whose headers are best known."""
        names = list(table.sheet_names)
        if self.sheet_name and self.sheet_name in names:
            names = [self.sheet_name]
        found, first_lines = [], []
        for name in names:
            found_rows = first_rows(table, name, header_lines.LAST_LINE)
            lines = list(islice(found_rows, header_lines.SEARCHED_LINES))
            first_lines.extend(lines[:3])
            header = self._header_among(lines, spec)
            if header:
                found.append((name, header))
        if not found:
            raise self._no_header_error(first_lines, spec)
        return max(found, key=lambda item: item[1].known)

    def _header_among(self, lines, spec):
        """The header line, forced or found."""
        if not self.header_line:
            return header_lines.find_header(lines, spec)
        for line, cells in lines:
            if line == self.header_line:
                return header_lines.read_header(line, cells, spec)
        return None

    def _no_header_error(self, lines, spec):
        if not lines:
            return UserError(
                self.env._("The file %(file)s holds no row.", file=self.file_name or "")
            )
        seen = " | ".join(text_of(cell) for _line, cells in lines[:1] for cell in cells)
        return UserError(
            self.env._(
                "No line of column titles was recognised in the first %(count)s lines "
                "of %(file)s. It begins with: “%(seen)s”. Expected titles such as: "
                "%(expected)s. Put the titles on one line, or type the number of their "
                "line in “Header line”, and preview again.",
                count=header_lines.SEARCHED_LINES,
                file=self.file_name or "",
                seen=seen[:200],
                expected=", ".join(str(item.label) for item in spec[:6]),
            )
        )

    # Mapping

    def _propose_mapping(self, spec):
        """One mapping line per titled column, from a profile or from the synonyms."""
        self.ensure_one()
        titles = self.headers
        profile = self._find_profile()
        if profile:
            proposal = profile._columns()
        else:
            proposal = header_lines.propose(titles, spec)
        known = {item.name for item in spec}
        self.mapping_ids.unlink()
        self._by_code().write({"profile_id": profile.id})
        self.env["srm.import.mapping"]._by_code().create(
            [
                {
                    "import_id": self.id,
                    "column_index": index,
                    "header": title,
                    "sample": self._sample(index),
                    "field_name": name
                    if (name := proposal.get(index)) in known
                    else "",
                }
                for index, title in enumerate(titles)
                if title
            ]
        )

    def _sample(self, index):
        texts = [cells[index] for _line, cells in self.preview if index < len(cells)]
        return " · ".join(list(dict.fromkeys(text for text in texts if text))[:3])

    def _find_profile(self):
        return self.env["srm.import.profile"].search(
            [
                ("kind", "=", self.kind),
                ("company_id", "=", self.company_id.id),
                ("signature", "=", header_lines.signature(self.headers)),
            ],
            limit=1,
        )

    def action_save_profile(self):
        """Keep the mapping for the next file with the same headers."""
        self._require_state("previewed", "checked", "loaded")
        for record in self:
            record._mapped_columns()
            profile = self.env["srm.import.profile"]._save(record)
            record._by_code().write({"profile_id": profile.id})
        return True

    def _mapped_columns(self):
        """``{field name: column index}``, or why the mapping cannot be used."""
        self.ensure_one()
        columns = {}
        labels = self._field_labels()
        for line in self.mapping_ids.filtered("field_name"):
            if line.field_name in columns:
                raise UserError(
                    self.env._(
                        "Two columns are mapped to “%(field)s”: keep one.",
                        field=labels.get(line.field_name, line.field_name),
                    )
                )
            columns[line.field_name] = line.column_index
        self._check_required_columns(columns)
        return columns

    def _check_required_columns(self, columns):
        defaults = self._default_values()
        missing = [
            str(item.label)
            for item in self._handler()._fields_spec()
            if item.required and item.name not in columns and item.name not in defaults
        ]
        if missing:
            raise UserError(
                self.env._(
                    "No column is mapped to: %(fields)s. Choose the columns in "
                    "“Columns” (the predecessor may be given once for the whole file).",
                    fields=", ".join(missing),
                )
            )

    def _default_values(self):
        """Parsed values given once for the whole file."""
        group_field = self._handler()._group_field
        if self.predecessor_id and group_field:
            return {group_field: self.predecessor_id.code}
        return {}

    @api.model
    def _spec_by_name(self, kind):
        return {item.name: item for item in self._kind_handler(kind)._fields_spec()}

    def _field_labels(self):
        self.ensure_one()
        spec = self._spec_by_name(self.kind)
        return {name: str(item.label) for name, item in spec.items()}

    @api.depends("preview", "headers", "mapping_ids.field_name")
    def _compute_preview_html(self):
        for record in self:
            record.preview_html = record._preview_table() if record.preview else False

    def _preview_table(self):
        """The first rows as a table; ``Markup`` escapes every text of the file."""
        labels = self._field_labels()
        mapped = {
            line.column_index: labels.get(line.field_name, "")
            for line in self.mapping_ids
        }
        titles = Markup().join(
            Markup("<th>%s<div class='text-muted fw-normal'>%s</div></th>")
            % (title, mapped.get(index, ""))
            for index, title in enumerate(self.headers)
        )
        width = len(self.headers)
        body = Markup().join(
            Markup("<tr><td class='text-muted'>%s</td>%s</tr>")
            % (
                line,
                Markup().join(
                    Markup("<td>%s</td>") % text
                    for text in (cells + [""] * width)[:width]
                ),
            )
            for line, cells in self.preview
        )
        return Markup(
            "<div class='table-responsive'><table class='table table-sm "
            "table-striped text-nowrap'><thead><tr><th>#</th>%s</tr></thead>"
            "<tbody>%s</tbody></table></div>"
        ) % (titles, body)
