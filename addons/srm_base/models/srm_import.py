import hashlib
import io
import tempfile

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..importer.errors import ImportFileError
from ..importer.table import open_table
from ..tools.names import joined

#: Files up to this size stay in memory while they are read.
SPOOL_SIZE = 4 * 1024 * 1024
#: Key of the context by which the steps themselves write :data:`STEP_FIELDS`. Its value
#: is an object, which no remote call can send.
STEP_KEY = "srm_import_step"
STEP = object()
#: What the steps of an import write, and nobody else.
STEP_FIELDS = {
    "state",
    "name",
    "group_id",
    "file_sha256",
    "headers",
    "preview",
    "row_hint",
    "sheet_names",
    "profile_id",
    "stop_requested",
    "checked_at",
    "loaded_at",
    "closed_at",
    "closed_by_id",
    "report",
}
#: What decides how the file is read: settled once rows are staged.
LAYOUT_FIELDS = {"sheet_name", "header_line", "encoding", "delimiter"}
SOURCE_FIELDS = {"file", "kind"}


class SrmImport(models.Model):
    """Take-on of one legacy file: upload, preview, check, correct, load, reconcile.

    This file holds what an import is; each step lives in a file of its own
    (``srm_import_preview.py``, ``_check``, ``_correct``, ``_load``, ``_close``).
    """

    _name = "srm.import"
    _description = "Take-on Import"
    _inherit = ["mail.thread"]
    _order = "id desc"

    name = fields.Char(string="Number", readonly=True, copy=False, default="/")
    kind = fields.Selection(
        [("suppliers", "Suppliers")],
        string="What is imported",
        required=True,
        default=lambda self: self._default_kind(),
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
        index=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Imported by",
        readonly=True,
        default=lambda self: self.env.user,
    )
    group_id = fields.Many2one(
        "res.groups",
        string="Who may import it",
        compute="_compute_group_id",
        store=True,
        precompute=True,
        export_string_translation=False,
    )
    state = fields.Selection(
        [
            ("draft", "Upload"),
            ("previewed", "Preview"),
            ("checked", "Check and correct"),
            ("loaded", "Loaded"),
            ("closed", "Reconciled"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )
    predecessor_id = fields.Many2one(
        "srm.predecessor",
        string="Predecessor of the whole file",
        ondelete="restrict",
        help="Used for the rows that do not say which predecessor they come from.",
    )

    # The file
    file = fields.Binary(attachment=True, copy=False)
    file_name = fields.Char(copy=False)
    file_sha256 = fields.Char(
        string="File fingerprint (SHA-256)", readonly=True, copy=False, index=True
    )
    twin_import_id = fields.Many2one(
        "srm.import", compute="_compute_twin_import_id", string="Same file"
    )

    # Steps
    checked_at = fields.Datetime("Checked on", readonly=True, copy=False)
    loaded_at = fields.Datetime("Loaded on", readonly=True, copy=False)
    closed_at = fields.Datetime("Closed on", readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", "Closed by", readonly=True, copy=False)
    row_ids = fields.One2many("srm.import.row", "import_id", readonly=True)
    run_ids = fields.One2many(
        "srm.import.run", "import_id", string="Runs", readonly=True
    )

    _name_uidx = models.UniqueIndex(
        "(name, company_id) WHERE name != '/'", "This number is already used."
    )

    # Computes

    @api.depends("name")
    def _compute_display_name(self):
        for record in self:
            record.display_name = joined(record.name)

    @api.depends("kind")
    def _compute_group_id(self):
        for record in self:
            group = record._handler()._import_group if record.kind else ""
            record.group_id = self.env.ref(group) if group else False

    @api.depends("file_sha256", "kind")
    def _compute_twin_import_id(self):
        digests = [digest for digest in self.mapped("file_sha256") if digest]
        twins = self._read_group(
            [("file_sha256", "in", digests), ("state", "!=", "cancelled")],
            ["kind", "file_sha256"],
            ["id:array_agg"],
        )
        ids = {(kind, digest): sorted(found) for kind, digest, found in twins}
        for record in self:
            known = ids.get((record.kind, record.file_sha256), [])
            earlier = [found for found in known if found < record._origin.id]
            record.twin_import_id = earlier[-1] if earlier else False

    # Kinds and handlers

    @api.model
    def _allowed_kinds(self):
        """Kinds the user may import, in the order of the selection."""
        return [
            kind
            for kind in self._fields["kind"].get_values(self.env)
            if self._kind_handler(kind)._is_allowed()
        ]

    @api.model
    def _default_kind(self):
        return next(iter(self._allowed_kinds()), False)

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        """Offer only the kinds the user may import (readers keep all labels)."""
        result = super().fields_get(allfields, attributes)
        allowed = self._allowed_kinds()
        if allowed and "selection" in result.get("kind", {}):
            result["kind"]["selection"] = [
                item for item in result["kind"]["selection"] if item[0] in allowed
            ]
        return result

    @api.model
    def _kind_handler(self, kind):
        return self.env[f"srm.import.handler.{kind}"]

    def _handler(self):
        """The handler of the kind, working in the company of the import."""
        self.ensure_one()
        return self._kind_handler(self.kind).with_company(self.company_id)

    # Life of the record

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_step_fields(vals)
        records = super().create(vals_list)
        sequence = self.env["ir.sequence"]
        for record in records:
            record._check_allowed()
            by_company = sequence.with_company(record.company_id)
            record._step({"name": by_company.next_by_code("srm.import") or "/"})
        records._store_fingerprint()
        return records

    def write(self, vals):
        self._check_step_fields(vals)
        asked = set(vals) if not self._is_step() else set()
        if asked & (SOURCE_FIELDS | LAYOUT_FIELDS | {"predecessor_id"}):
            self._check_state("draft", "previewed")
            for record in self:
                record._check_not_running()
        result = super().write(vals)
        if asked & SOURCE_FIELDS:
            self._source_changed()
        elif asked & LAYOUT_FIELDS:
            self.filtered(lambda record: record.state == "previewed").action_preview()
        return result

    def _is_step(self):
        return self.env.context.get(STEP_KEY) is STEP

    def _step(self, vals):
        """Write what belongs to the steps (see :data:`STEP_FIELDS`)."""
        return self.with_context(**{STEP_KEY: STEP}).write(vals)

    def _check_step_fields(self, vals):
        if STEP_FIELDS & vals.keys() and not (self.env.su or self._is_step()):
            raise AccessError(
                self.env._("An import moves on by its buttons, step by step.")
            )

    def _source_changed(self):
        self._store_fingerprint()
        for record in self:
            record._check_allowed()
            record._forget_preview()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_loaded(self):
        for record in self:
            if record.state in ("loaded", "closed"):
                raise UserError(
                    self.env._(
                        "%(name)s has loaded rows: it stays as the proof of the "
                        "take-on.",
                        name=record.name,
                    )
                )

    def _check_allowed(self):
        """Refuse, in plain words, what the record rules would refuse anyway."""
        self.ensure_one()
        if not self.env.su and not self._handler()._is_allowed():
            raise AccessError(
                self.env._(
                    "Importing “%(kind)s” is for the group “%(group)s”.",
                    kind=self._kind_label(),
                    group=self.group_id.sudo().display_name,  # name of a public role
                )
            )

    def _kind_label(self):
        field = self._fields["kind"]
        return dict(field._description_selection(self.env)).get(self.kind, self.kind)

    def _check_state(self, *states):
        """Refuse a step taken out of order, naming the state the import is in."""
        for record in self:
            if record.state not in states:
                labels = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "%(name)s is at the step “%(state)s”: this is possible only at "
                        "“%(expected)s”.",
                        name=record.name,
                        state=labels[record.state],
                        expected=", ".join(labels[state] for state in states),
                    )
                )

    def action_cancel(self):
        """Give up an import that loaded nothing; its staged rows go away."""
        self._check_state("draft", "previewed", "checked", "cancelled")
        for record in self:
            record._check_not_running()
            record._drop_rows()
        self._step({"state": "cancelled"})
        return True

    # The file

    def _store_fingerprint(self):
        for record in self:
            content = record._file_content()
            digest = hashlib.sha256(content).hexdigest() if content else False
            record._step({"file_sha256": digest})

    def _file_content(self):
        """Bytes of the file, ``b""`` when none was given."""
        self.ensure_one()
        attachment = self.env["ir.attachment"].search(
            [
                ("res_model", "=", self._name),
                ("res_field", "=", "file"),
                ("res_id", "=", self.id),
            ],
            limit=1,
        )
        content = attachment.raw or b""
        # The cache would otherwise keep the whole file for the length of the run.
        attachment.invalidate_recordset(["raw"], flush=False)
        return content

    def _spooled_file(self):
        """The file as a binary stream that leaves memory when it is large."""
        content = self._file_content()
        if not content:
            raise UserError(self.env._("Choose the file to import first."))
        if len(content) <= SPOOL_SIZE:
            return io.BytesIO(content)
        spool = tempfile.TemporaryFile()
        spool.write(content)
        return spool

    def _open_table(self):
        """Reader of the file as it was recognised (or forced) at the preview."""
        self.ensure_one()
        return open_table(
            self._spooled_file(), self.encoding or "", self.delimiter or ""
        )

    def _file_user_error(self, error: ImportFileError):
        """The error of a file, in words: what was found, and the remedy."""
        texts = self._file_error_texts()
        text = texts.get(error.code, texts["damaged"])
        values = {"file": self.file_name or "", "detail": "", **error.params}
        return UserError(text % values)

    def _file_error_texts(self):
        """``{code of ImportFileError: text}``; a plain method, so that it is in step
        with the codes of ``importer/table.py`` and can be extended."""
        return {
            "empty": self.env._(
                "The file %(file)s is empty: choose the register itself."
            ),
            "xls": self.env._(
                "%(file)s is in the old Excel format (.xls). Open it in Excel or "
                "LibreOffice, save it as “Excel workbook (.xlsx)”, and import that."
            ),
            "xlsb": self.env._(
                "%(file)s is a binary Excel workbook (.xlsb). Save it as “Excel "
                "workbook (.xlsx)” and import that."
            ),
            "ods": self.env._(
                "%(file)s is a LibreOffice document. Save the sheet as “Excel workbook "
                "(.xlsx)” or as CSV and import that."
            ),
            "password": self.env._(
                "%(file)s is protected by a password. Open it with the password, save "
                "it without one, and import that."
            ),
            "pdf": self.env._(
                "%(file)s is a PDF document, not a spreadsheet. Ask for the register "
                "as Excel (.xlsx) or CSV."
            ),
            "picture": self.env._(
                "%(file)s is a picture, not a spreadsheet. Ask for the register as "
                "Excel (.xlsx) or CSV."
            ),
            "archive": self.env._(
                "%(file)s is a compressed archive. Extract the spreadsheet it contains "
                "and import that."
            ),
            "markup": self.env._(
                "%(file)s is a web page or an XML document under another name. Open it "
                "in Excel or LibreOffice and save it as “Excel workbook (.xlsx)”."
            ),
            "not_spreadsheet": self.env._(
                "%(file)s is not a spreadsheet. Import an Excel workbook (.xlsx) or a "
                "CSV file."
            ),
            "too_large": self.env._(
                "%(file)s is larger than 4 GB once opened. Split it into several files."
            ),
            "encoding": self.env._(
                "%(file)s cannot be read as %(encoding)s. Choose another encoding, or "
                "save it as CSV UTF-8."
            ),
            "unknown_sheet": self.env._("%(file)s has no sheet named “%(sheet)s”."),
            "damaged": self.env._(
                "%(file)s is damaged: it could not be read to the end (%(detail)s). "
                "Open it in Excel or LibreOffice, save it again, and import that."
            ),
        }
