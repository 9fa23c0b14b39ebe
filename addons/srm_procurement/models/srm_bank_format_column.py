from srm_engine.bank_file import Column

from odoo import api, fields, models
from odoo.exceptions import ValidationError

SOURCES = [
    ("order_reference", "Order: number"),
    ("order_date", "Order: date of the file"),
    ("execution_date", "Date of execution"),
    ("company_name", "Payer: name"),
    ("company_rib", "Payer: RIB"),
    ("company_iban", "Payer: IBAN"),
    ("currency", "Currency"),
    ("line_number", "Transfer: number in the file"),
    ("reference", "Transfer: reference end to end"),
    ("beneficiary_name", "Beneficiary: name"),
    ("beneficiary_rib", "Beneficiary: RIB"),
    ("beneficiary_iban", "Beneficiary: IBAN"),
    ("bank_code", "Beneficiary: bank code (3)"),
    ("city_code", "Beneficiary: city code (3)"),
    ("account_number", "Beneficiary: account (16)"),
    ("rib_key", "Beneficiary: RIB key (2)"),
    ("bank_name", "Beneficiary: bank"),
    ("city", "Beneficiary: city"),
    ("amount", "Transfer: net amount"),
    ("communication", "Transfer: label"),
    ("line_count", "Control: number of transfers"),
    ("record_count", "Control: number of lines"),
    ("total_amount", "Control: total amount"),
    ("rib_sum", "Control: sum of the RIBs"),
]
PATTERNS = [
    ("centimes", "12345 (centimes)"),
    ("0.00", "123.45"),
    ("0,00", "123,45"),
    ("YYYYMMDD", "20260309"),
    ("YYYY-MM-DD", "2026-03-09"),
    ("DDMMYYYY", "09032026"),
    ("DDMMYY", "090326"),
    ("DD/MM/YYYY", "09/03/2026"),
]


class SrmBankFormatColumn(models.Model):
    """One column: where its value comes from, and how it is written."""

    _name = "srm.bank.format.column"
    _description = "Column of a Bank File"
    _order = "record_id, sequence, id"

    record_id = fields.Many2one(
        "srm.bank.format.record", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    source = fields.Selection(SOURCES, string="Value")
    constant = fields.Char(help="Written when there is no value.")
    width = fields.Integer(help="Exact width, or the greatest one of a CSV; 0: any.")
    align = fields.Selection(
        [("left", "Left"), ("right", "Right")], required=True, default="left"
    )
    pad = fields.Selection(
        [("space", "Spaces"), ("zero", "Zeros")], required=True, default="space"
    )
    pattern = fields.Selection(PATTERNS, string="Written as")
    required = fields.Boolean()
    cut = fields.Boolean(string="May be cut", default=True)

    _width_valid = models.Constraint(
        "CHECK (width BETWEEN 0 AND 1000)", "A width lies between 0 and 1000."
    )

    @api.model_create_multi
    def create(self, vals_list):
        columns = super().create(vals_list)
        columns.record_id.format_id._note_author()
        return columns

    def write(self, vals):
        formats = self.record_id.format_id
        result = super().write(vals)
        (formats | self.record_id.format_id)._note_author()
        return result

    @api.constrains("width", "record_id")
    def _check_fixed_width(self):
        for column in self:
            if column.record_id.format_id.kind == "fixed" and not column.width:
                raise ValidationError(
                    self.env._(
                        "Column “%(column)s” of “%(format)s” needs a width.",
                        column=column.name,
                        format=column.record_id.format_id.name,
                    )
                )

    def _engine_column(self) -> Column:
        self.ensure_one()
        return Column(
            self.name or "",
            self.source or "",
            self.width,
            self.align,
            "0" if self.pad == "zero" else " ",
            self.pattern or "",
            self.constant or "",
            self.required,
            self.cut,
        )
