import re

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..importer.api import ParsedRow
from ..importer.cells import decode, encode, text_of
from ..importer.parsing import from_json
from ..tools.names import joined

REJECTED = ("error", "rejected")
LOADED = ("loaded", "updated", "unchanged")
WAITING = ("ok", "flagged")
_PLACEHOLDER = re.compile(r"%\((\w+)\)s")


class SrmImportRow(models.Model):
    """One staged line of a file.

    ``original`` is never changed: corrections are kept beside it, by field, so that the
    reconciliation can tell what was in the file from what a person made of it. The
    table is filled by COPY; it has no stored compute and no log columns.
    """

    _name = "srm.import.row"
    _description = "Take-on Import Row"
    _order = "import_id desc, line_number"
    _rec_name = "line_number"
    _log_access = False

    import_id = fields.Many2one(
        "srm.import", required=True, readonly=True, ondelete="cascade"
    )
    line_number = fields.Integer(
        string="Line", required=True, readonly=True, aggregator=None
    )
    state = fields.Selection(
        [
            ("ok", "Good"),
            ("error", "To correct"),
            ("flagged", "To decide"),
            ("rejected", "Rejected"),
            ("loaded", "Created"),
            ("updated", "Updated"),
            ("unchanged", "Unchanged"),
        ],
        required=True,
        readonly=True,
    )
    decision = fields.Selection(
        [
            ("load", "Load it anyway"),
            ("link", "Attach to the known record"),
            ("reject", "Reject it"),
        ],
        readonly=True,
    )
    original = fields.Json(readonly=True)
    corrected = fields.Json(readonly=True)
    parsed = fields.Json(readonly=True)
    reasons = fields.Json(string="Reason codes", readonly=True)
    flags = fields.Json(readonly=True)
    changes = fields.Json(string="Changed fields", readonly=True)
    origin_predecessor = fields.Char(readonly=True)
    origin_reference = fields.Char(string="Reference", readonly=True)
    twin_key = fields.Char(readonly=True)
    group_code = fields.Char(string="Code of the predecessor", readonly=True)
    file_group = fields.Char(readonly=True)
    file_amounts = fields.Json(readonly=True)
    res_id = fields.Integer(string="Record number", readonly=True, aggregator=None)
    res_model = fields.Char(compute="_compute_res_model")
    corrected_by_id = fields.Many2one("res.users", "Corrected by", readonly=True)
    corrected_at = fields.Datetime("Corrected on", readonly=True)

    # On screen
    title = fields.Char(compute="_compute_title")
    group_name = fields.Char(string="Predecessor", compute="_compute_group_name")
    cells = fields.Json(compute="_compute_cells", inverse="_inverse_cells")
    reason_text = fields.Text(string="Reasons", compute="_compute_texts")
    change_text = fields.Text(string="Changes", compute="_compute_texts")
    can_link = fields.Boolean(compute="_compute_can_link")
    import_state = fields.Selection(related="import_id.state", string="Step")

    _line_uidx = models.UniqueIndex(
        "(import_id, line_number)", "A line of the file is staged once."
    )
    _state_idx = models.Index("(import_id, state, line_number)")
    _origin_idx = models.Index(
        "(import_id, origin_reference) WHERE origin_reference IS NOT NULL"
    )
    _twin_idx = models.Index("(import_id, twin_key) WHERE twin_key IS NOT NULL")

    # Computes

    @api.depends("import_id.kind")
    def _compute_res_model(self):
        for row in self:
            row.res_model = row.import_id._handler()._target_model

    @api.depends("group_code")
    @api.depends_context("lang")
    def _compute_group_name(self):
        names = self.env["srm.import"]._group_names()
        for row in self:
            row.group_name = names.get(row.group_code, row.group_code)

    @api.depends("line_number", "origin_reference")
    def _compute_title(self):
        for row in self:
            row.title = self.env._(
                "Line %(line)s %(reference)s",
                line=row.line_number,
                reference=row.origin_reference or "",
            ).strip()

    @api.depends("line_number", "origin_reference", "import_id")
    def _compute_display_name(self):
        for row in self:
            row.display_name = joined(row.import_id.name, row.title, by=" / ")

    @api.depends("flags", "import_id.kind")
    def _compute_can_link(self):
        for row in self:
            row.can_link = row.import_id._handler()._can_link and any(
                flag.get("res_id") for flag in row.flags or []
            )

    @api.depends("reasons", "flags", "changes", "res_id")
    @api.depends_context("lang")
    def _compute_texts(self):
        for record, rows in self.grouped("import_id").items():
            wording = record._wording()
            for row in rows:
                reasons = [*(row.reasons or []), *(row.flags or [])]
                row.reason_text = "\n".join(map(wording.reason, reasons))
                row.change_text = "\n".join(
                    wording.change(name, *change)
                    for name, change in (row.changes or {}).items()
                )

    @api.depends("original", "corrected", "reasons", "flags")
    @api.depends_context("lang")
    def _compute_cells(self):
        for record, rows in self.grouped("import_id").items():
            wording = record._wording()
            for row in rows:
                row.cells = row._cell_lines(wording)

    def _cell_lines(self, wording):
        """One dict per column that becomes something, for the editor of the row."""
        reasons = {}
        for reason in [*(self.reasons or []), *(self.flags or [])]:
            reasons.setdefault(reason["field"], []).append(wording.text(reason))
        corrected = self.corrected or {}
        columns = wording.columns
        lines = []
        for name, index in sorted(columns.items(), key=lambda item: item[1]):
            original = self.original[index] if index < len(self.original) else None
            lines.append(
                {
                    "field": name,
                    "label": wording.labels[name],
                    "column": wording.headers[index],
                    "original": text_of(decode(original)),
                    "corrected": text_of(decode(corrected[name]))
                    if name in corrected
                    else None,
                    "reasons": reasons.pop(name, []),
                }
            )
        general = [text for texts in reasons.values() for text in texts]
        if general:
            lines.append({"field": "", "label": "", "reasons": general})
        return lines

    def _inverse_cells(self):
        """Corrections typed on screen; ``corrected`` null takes one back."""
        typed = {}
        for row in self:
            before = row.corrected or {}
            typed[row.id] = {
                line["field"]: line["corrected"]
                for line in row.cells or []
                if line.get("field")
                and line.get("corrected")
                != (
                    text_of(decode(before[line["field"]]))
                    if line["field"] in before
                    else None
                )
            }
        self._correct(typed)

    # Correcting and deciding

    @api.model
    def _correct(self, corrections):
        """Correct cells and check the touched rows again.

        :param corrections: ``{row id: {field name: text, or None to take back}}``
        :return: number of rows whose cells really changed
        """
        rows = self.browse(
            int(row_id) for row_id, cells in corrections.items() if cells
        )
        rows.check_access("write")
        changed = self.browse()
        for row in rows:
            row._check_correctable()
            if row._apply_corrections(corrections[row.id]):
                changed |= row
        changed._check_again()
        return len(changed)

    def _check_correctable(self):
        record = self.import_id
        record._require_state("checked", "loaded")
        record._check_not_running()
        if self.state in LOADED:
            raise UserError(
                self.env._(
                    "Line %(line)s is loaded already: correct the record itself.",
                    line=self.line_number,
                )
            )

    def _apply_corrections(self, cells):
        """Merge corrections into the row; answers whether anything changed."""
        columns = self.import_id._columns_by_field()
        before = dict(self.corrected or {})
        after = dict(before)
        for name, cell in cells.items():
            if name not in columns:
                raise UserError(
                    self.env._("No column of the file is mapped to “%(x)s”.", x=name)
                )
            index = columns[name]
            original = self.original[index] if index < len(self.original) else None
            value = encode(cell)
            if value is None or value == original:
                after.pop(name, None)
            else:
                after[name] = value
        if after == before:
            return False
        # The cells were checked above; users may not write the other columns.
        self.sudo().write(
            {
                "corrected": after or False,
                "corrected_by_id": self.env.uid,
                "corrected_at": fields.Datetime.now(),
            }
        )
        return True

    def _check_again(self):
        """Check these rows again, and those whose verdict depends on them."""
        for record, rows in self.grouped("import_id").items():
            record._recheck(rows)

    def action_decide_load(self):
        return self._decide("load")

    def action_decide_link(self):
        return self._decide("link")

    def action_decide_reject(self):
        return self._decide("reject")

    def action_reconsider(self):
        return self._decide(False)

    def _decide(self, decision):
        """Record what a person decided about flagged or bad rows."""
        self.check_access("write")
        for row in self:
            row._check_correctable()
            row._check_decision(decision)
        # A decision is made by an action, never by writing the column.
        self.sudo().write({"decision": decision})
        self._check_again()
        return True

    def _check_decision(self, decision):
        if decision == "link" and not self.can_link:
            raise UserError(
                self.env._(
                    "Line %(line)s resembles no known record: it cannot be attached.",
                    line=self.line_number,
                )
            )
        if decision in ("load", "link") and self.state == "error":
            raise UserError(
                self.env._(
                    "Line %(line)s has errors: correct them before deciding.",
                    line=self.line_number,
                )
            )

    def action_open_record(self):
        """The record the row became, or the one it resembles."""
        self.ensure_one()
        known = [flag["res_id"] for flag in self.flags or [] if flag.get("res_id")]
        res_id = self.res_id or next(iter(known), False)
        if not res_id:
            raise UserError(self.env._("This row has no record yet."))
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": res_id,
            "views": [(False, "form")],
        }

    # Between database and handlers

    def _to_parsed(self, spec):
        """:class:`ParsedRow` of loaded or loadable rows, from their parsed values."""
        result = []
        for row in self:
            values = {
                name: from_json(value, spec[name])
                for name, value in (row.parsed or {}).items()
                if name in spec
            }
            parsed = ParsedRow(row.line_number, row.original, values, row_id=row.id)
            parsed.decision = row.decision or ""
            parsed.link_id = next(
                (flag["res_id"] for flag in row.flags or [] if flag.get("res_id")), 0
            )
            result.append(parsed)
        return result


class ReasonWording:
    """Puts the stored reasons of one import into words, in one language."""

    def __init__(self, env, texts, labels, headers, columns, fallback):
        self.env = env
        self.texts = texts
        self.labels = labels
        self.headers = headers
        self.columns = columns
        self.fallback = fallback

    def text(self, reason):
        """The sentence alone; a placeholder without parameter stays visible."""
        template = self.texts.get(reason["code"], self.fallback)
        params = {**reason.get("params", {}), "value": reason.get("value", "")}
        return _PLACEHOLDER.sub(
            lambda match: str(params.get(match[1], match[0])), template
        )

    def column(self, reason):
        """Title of the column at fault, as the file writes it."""
        index = self.columns.get(reason["field"])
        if index is not None and index < len(self.headers):
            return self.headers[index]
        return self.labels.get(reason["field"], "")

    def reason(self, reason):
        """``column “value”: sentence``."""
        parts = {"column": self.column(reason), "text": self.text(reason)}
        value = reason.get("value") or ""
        if not parts["column"]:
            return parts["text"]
        if not value:
            return self.env._("%(column)s: %(text)s", **parts)
        return self.env._("%(column)s “%(value)s”: %(text)s", value=value, **parts)

    def change(self, name, old, new):
        """``label: old → new``."""
        return self.env._(
            "%(field)s: %(old)s → %(new)s",
            field=self.labels.get(name, name),
            old=old or "–",
            new=new or "–",
        )
