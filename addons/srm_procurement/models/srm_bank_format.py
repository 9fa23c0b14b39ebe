import datetime
from decimal import Decimal

from srm_engine.bank_file import Batch, Layout, Rendered, render
from srm_engine.errors import RuleError

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate

from odoo.addons.srm_kit.guard import Freeze, Guard, Step

from .srm_debt import MANAGER

_lt = LazyTranslate(__name__)

APPROVALS = [("to_approve", "To approve"), ("approved", "Approved")]
#: What decides on the file, besides its records.
CONTENT = {
    "kind",
    "encoding",
    "line_end",
    "delimiter",
    "quoted",
    "plain",
    "filename",
    "record_ids",
}
LINE_ENDS = {"crlf": "\r\n", "lf": "\n", "cr": "\r"}
DELIMITERS = {"semicolon": ";", "comma": ",", "tab": "\t", "pipe": "|"}
#: Fictional transfers shown in the preview of a format (valid check digits).
SAMPLE_DAY = datetime.date(2026, 3, 9)
SAMPLE_ORDER = {
    "order_reference": "PAY/2026/0042",
    "order_date": SAMPLE_DAY,
    "execution_date": SAMPLE_DAY,
    "company_name": "SRM",
    "company_rib": "007010000123456700000103",
    "company_iban": "MA64007010000123456700000103",
    "currency": "MAD",
}
SAMPLE_LINES = (
    (
        "PRO-2026-0007-01-15",
        "Tigmi Génie Civil SARL",
        "011519000001205000534921",
        "105000",
    ),
    ("PRO-2026-0009-03-16", "Élan & Fils", "007010000123456700000103", "4833.57"),
)


def rib_parts(rib: str) -> dict:
    """The four parts of a RIB, as banks ask for them in separate columns.

    >>> parts = rib_parts("011519000001205000534921")
    >>> parts["bank_code"], parts["account_number"], parts["rib_key"]
    ('011', '0000012050005349', '21')
    """
    return {
        "bank_code": rib[:3],
        "city_code": rib[3:6],
        "account_number": rib[6:22],
        "rib_key": rib[22:],
    }


class SrmBankFormat(models.Model):
    """File of transfers as one bank wants it: data, entered from its specification.

    The banks' formats are not public: the two that ship are examples to copy, and the
    acceptance is the bank's own. A format says which account the bank reads: it writes
    files once a manager who did not touch it has approved it.
    """

    _name = "srm.bank.format"
    _description = "Bank File Format"
    _order = "name"
    _guard = Guard(
        state="approval",
        steps={
            "approve": Step(
                ("to_approve",),
                "approved",
                group=MANAGER,
                signs="approved_by_id",
                dated="approved_on",
                not_by=("author_ids",),
            ),
            "revise": Step(
                ("approved",), "to_approve", group=MANAGER, writes=("author_ids",)
            ),
        },
        freezes=(
            Freeze(
                ("approved",),
                but=("active", "note"),
                children=("record_ids",),
                remedy=_lt("Revise it first: another manager approves it again."),
            ),
        ),
        deletable=("to_approve",),
    )

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [("fixed", "Fixed width"), ("delimited", "Separated values (CSV)")],
        required=True,
        default="fixed",
    )
    encoding = fields.Selection(
        [
            ("ascii", "ASCII"),
            ("cp1252", "Windows (cp1252)"),
            ("iso-8859-15", "ISO 8859-15"),
            ("utf-8", "UTF-8"),
            ("utf-8-sig", "UTF-8 with byte-order mark"),
        ],
        required=True,
        default="ascii",
    )
    line_end = fields.Selection(
        [("crlf", "CR LF"), ("lf", "LF"), ("cr", "CR")],
        string="End of line",
        required=True,
        default="crlf",
    )
    delimiter = fields.Selection(
        [("semicolon", ";"), ("comma", ","), ("tab", "Tab"), ("pipe", "|")],
        string="Separator",
        required=True,
        default="semicolon",
    )
    quoted = fields.Boolean(string="Values between quotes")
    plain = fields.Boolean(
        string="Without accents", default=True, help="É becomes E, ’ becomes '."
    )
    filename = fields.Char(
        string="File name",
        required=True,
        default="{order_reference}.txt",
        help="May hold {order_reference} and {order_date}.",
    )
    record_ids = fields.One2many(
        "srm.bank.format.record", "format_id", string="Records", copy=True
    )
    note = fields.Html(string="Specification of the bank", translate=True)
    preview = fields.Text(compute="_compute_preview")
    preview_error = fields.Char(compute="_compute_preview")
    width = fields.Integer(string="Characters per line", compute="_compute_width")
    approval = fields.Selection(
        APPROVALS,
        required=True,
        readonly=True,
        copy=False,
        default="to_approve",
    )
    author_ids = fields.Many2many(
        "res.users",
        "srm_bank_format_author_rel",
        "format_id",
        "user_id",
        string="Changed by",
        readonly=True,
        copy=False,
        help="Who entered the format, or changed it since it was last approved.",
    )
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    approved_on = fields.Datetime(readonly=True, copy=False)

    @api.depends(
        "kind",
        "encoding",
        "line_end",
        "delimiter",
        "quoted",
        "plain",
        "record_ids.kind",
        "record_ids.column_ids",
        "record_ids.column_ids.source",
        "record_ids.column_ids.constant",
        "record_ids.column_ids.width",
        "record_ids.column_ids.align",
        "record_ids.column_ids.pad",
        "record_ids.column_ids.pattern",
        "record_ids.column_ids.required",
    )
    def _compute_preview(self):
        for layout in self:
            try:
                text = layout._render(layout._sample_batch()).text
                layout.preview, layout.preview_error = text, False
            except UserError as error:
                layout.preview, layout.preview_error = False, str(error)

    @api.depends("kind", "record_ids.column_ids.width")
    def _compute_width(self):
        for layout in self:
            widths = {
                sum(record.column_ids.mapped("width")) for record in layout.record_ids
            }
            same = layout.kind == "fixed" and len(widths) == 1
            layout.width = widths.pop() if same else 0

    # --- approval --------------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        layouts = super().create(vals_list)
        layouts._note_author()
        return layouts

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & CONTENT:
            self._note_author()
        return result

    def _note_author(self, name="author_ids") -> None:
        """The user has a part in what the file says, and does not approve it."""
        waiting = self.filtered(lambda layout: layout.approval == "to_approve")
        return super(SrmBankFormat, waiting)._note_author(name)

    def action_approve(self):
        """Another manager than those who entered it has read the specification."""
        self._take_step("approve")
        return True

    def action_revise(self):
        """Approved -> to approve: its columns may change."""
        self._take_step("revise", author_ids=[Command.clear()])
        return True

    @api.model
    def _approve_shipped(self):
        """The examples are those of the suite, until somebody changes them."""
        for name in ("bank_format_fixed_example", "bank_format_csv_example"):
            layout = self.env.ref(f"srm_procurement.{name}", raise_if_not_found=False)
            if layout and not (layout.author_ids or layout.approved_by_id):
                layout._take_step("approve")

    def _payment_refusal(self) -> tuple[str, str]:
        """Why no file is written in this format, and what to do; else empty."""
        if self.approval == "approved":
            return "", ""
        return (
            self.env._("No second person has approved this bank file format."),
            self.env._("A finance manager who did not change it approves it."),
        )

    def _sample_batch(self) -> Batch:
        lines = tuple(
            {
                "reference": reference,
                "beneficiary_name": name,
                "beneficiary_rib": rib,
                "beneficiary_iban": f"MA64{rib}",
                "bank_name": "Banque",
                "city": "Agadir",
                "amount": Decimal(amount),
                "communication": reference,
                **rib_parts(rib),
            }
            for reference, name, rib, amount in SAMPLE_LINES
        )
        return Batch(SAMPLE_ORDER, lines)

    def _layout(self) -> Layout:
        """The format as the engine reads it."""
        self.ensure_one()
        return Layout(
            self.kind,
            tuple(record._engine_record() for record in self.record_ids),
            encoding=self.encoding,
            line_end=LINE_ENDS[self.line_end],
            delimiter=DELIMITERS[self.delimiter],
            quote='"' if self.quoted else "",
            plain=self.plain,
        )

    def _render(self, batch: Batch) -> Rendered:
        """
        :raise UserError: a value is missing, too long, or cannot be written
        """
        self.ensure_one()
        try:
            return render(self._layout(), batch)
        except RuleError as error:
            text = self._error_texts().get(error.code, error.message)
            raise UserError(
                self.env._(
                    "Bank format “%(format)s”: %(reason)s",
                    format=self.name,
                    reason=text % error.params if "%(" in text else str(error),
                )
            ) from error

    def _error_texts(self) -> dict[str, str]:
        """Reasons of the engine, in the language of the reader."""
        return {
            "bank_value_missing": self.env._(
                "“%(column)s” is empty on line %(line)s. Complete the record, or make "
                "the column optional."
            ),
            "bank_value_long": self.env._(
                "“%(column)s” does not fit in %(width)s characters on line %(line)s. "
                "Widen the column, or allow it to be cut."
            ),
            "bank_character": self.env._(
                "the character %(character)s does not exist in %(encoding)s. Choose "
                "another encoding."
            ),
        }

    def _filename(self, values: dict) -> str:
        name = self.filename
        for key in ("order_reference", "order_date"):
            name = name.replace(f"{{{key}}}", str(values.get(key) or ""))
        return name.replace("/", "-")

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        for layout, vals in zip(self, vals_list, strict=True):
            if "name" not in (default or {}):
                vals["name"] = self.env._("%(name)s (copy)", name=layout.name)
        return vals_list
