import io
import tempfile

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import LazyTranslate

from odoo.addons.srm_kit.guard import Freeze, Guard, Step
from odoo.addons.srm_kit.guard.gate import by_code

from ..importer.errors import ImportFileError
from ..importer.table import open_table

_lt = LazyTranslate(__name__)

#: Files up to this size stay in memory while they are read.
SPOOL_SIZE = 4 * 1024 * 1024
#: What decides how the file is read: settled once rows are staged.
LAYOUT_FIELDS = {"sheet_name", "header_line", "encoding", "delimiter"}
SOURCE_FIELDS = {"file", "kind"}
#: What the staged rows were read with.
READ_WITH = (
    *sorted(SOURCE_FIELDS | LAYOUT_FIELDS),
    "company_id",
    "file_name",
    "file_sha256",
    "headers",
    "predecessor_id",
)
LOADED = ("loaded", "closed")


class SrmImport(models.Model):
    """Take-on of one legacy file: upload, preview, check, correct, load, reconcile.

    This file holds what an import is; each step lives in a file of its own
    (``srm_import_preview.py``, ``_check``, ``_correct``, ``_load``, ``_close``).
    """

    _name = "srm.import"
    _description = "Take-on Import"
    _inherit = ["srm.numbered.mixin", "mail.thread"]
    _order = "id desc"
    _guard = Guard(
        steps={
            "preview": Step(("draft",), "previewed"),
            "forget_file": Step(("previewed",), "draft"),
            "check": Step(("previewed",), "checked", dated="checked_at"),
            "forget_check": Step(("checked",), "previewed"),
            "load": Step(("checked",), "loaded"),
            "close": Step(
                ("loaded",),
                "closed",
                signs="closed_by_id",
                dated="closed_at",
                check="_check_closable",
            ),
            "cancel": Step(("draft", "previewed", "checked"), "cancelled"),
        },
        freezes=(
            Freeze(
                ("checked", "loaded", "closed", "cancelled"),
                fields=READ_WITH,
                children=("mapping_ids",),
                remedy=_lt(
                    "Go back to the columns while nothing is loaded, or make another "
                    "import."
                ),
            ),
            Freeze(LOADED, fields=READ_WITH, database=True),
            Freeze(
                ("closed", "cancelled"),
                children=("row_ids", "run_ids", "total_ids"),
            ),
        ),
        deletable=("draft", "previewed", "checked", "cancelled"),
        proofs={"file": "file_sha256"},
    )

    kind = fields.Selection(
        [("suppliers", "Suppliers")],
        string="What is imported",
        required=True,
        default=lambda self: self._default_kind(),
    )
    company_id = fields.Many2one(readonly=True)
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
        records = super().create(vals_list)
        for record in records:
            record._check_allowed()
        return records

    def write(self, vals):
        if by_code(self.env):
            return super().write(vals)
        if vals.keys() & {*SOURCE_FIELDS, *LAYOUT_FIELDS, "predecessor_id"}:
            self._check_not_running()
        result = super().write(vals)
        if vals.keys() & SOURCE_FIELDS:
            self._source_changed()
        elif vals.keys() & LAYOUT_FIELDS:
            self.filtered(lambda record: record.state == "previewed").action_preview()
        return result

    def _source_changed(self):
        for record in self:
            record._check_allowed()
            record._forget_preview()

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

    def action_cancel(self):
        """Give up an import that loaded nothing; its staged rows go away."""
        self._check_not_running()
        self._take_step("cancel")._drop_rows()
        return True

    # The file

    def _file_content(self):
        """Bytes of the file as it was given, ``b""`` when none was.

        :raise UserError: it is another one
        """
        self.ensure_one()
        content = self._proof("file") if self.file_sha256 else b""
        # The cache would otherwise keep the whole file for the length of the run.
        self.env["ir.attachment"].invalidate_model(["raw"], flush=False)
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
                "%(file)s is larger than 1 GB once opened. Split it into several files."
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
