from odoo import fields, models


class SrmInspectionLine(models.Model):
    _name = "srm.inspection.line"
    _description = "Point of an Inspection"
    _order = "inspection_id, sequence, id"

    inspection_id = fields.Many2one(
        "srm.inspection", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(string="Point", required=True)
    result = fields.Selection(
        [("yes", "Conform"), ("no", "Gap"), ("na", "Not applicable")]
    )
    grave = fields.Boolean()
    note = fields.Char()
    attachment_ids = fields.Many2many("ir.attachment", string="Photos")
