from srm_engine.bank_file import Record

from odoo import api, fields, models

from odoo.addons.srm_kit.guard import Freeze, Guard


class SrmBankFormatRecord(models.Model):
    """A kind of line of the file, with its columns in order."""

    _name = "srm.bank.format.record"
    _description = "Record of a Bank File"
    _order = "rank, sequence, id"
    _rec_name = "kind"
    _guard = Guard(
        state="approval",
        freezes=(Freeze(("approved",), fields=(), children=("column_ids",)),),
    )

    format_id = fields.Many2one(
        "srm.bank.format", required=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(
        [("header", "Header"), ("line", "Transfer"), ("trailer", "Trailer")],
        required=True,
        default="line",
    )
    approval = fields.Selection(related="format_id.approval", store=True)
    rank = fields.Integer(compute="_compute_rank", store=True)
    sequence = fields.Integer(default=10)
    column_ids = fields.One2many(
        "srm.bank.format.column", "record_id", string="Columns", copy=True
    )
    column_count = fields.Integer(compute="_compute_width", string="Columns (count)")
    width = fields.Integer(compute="_compute_width", string="Characters")

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records.format_id._note_author()
        return records

    def write(self, vals):
        formats = self.format_id
        result = super().write(vals)
        (formats | self.format_id)._note_author()
        return result

    @api.depends("kind")
    def _compute_rank(self):
        ranks = {"header": 0, "line": 1, "trailer": 2}
        for record in self:
            record.rank = ranks[record.kind]

    @api.depends("column_ids.width")
    def _compute_width(self):
        for record in self:
            record.width = sum(record.column_ids.mapped("width"))
            record.column_count = len(record.column_ids)

    def _engine_record(self) -> Record:
        columns = self.column_ids.sorted(lambda item: (item.sequence, item.id or 0))
        return Record(self.kind, tuple(item._engine_column() for item in columns))
