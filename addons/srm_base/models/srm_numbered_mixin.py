from odoo import api, fields, models

from ..tools.names import joined


class SrmNumberedMixin(models.AbstractModel):
    """Records numbered by the sequence whose code is the name of the model."""

    _name = "srm.numbered.mixin"
    _description = "Numbered record"

    name = fields.Char(
        string="Number", readonly=True, copy=False, default="/", index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )

    @api.depends("name")
    def _compute_display_name(self):
        """No name while it is being entered: the screen then says "New"."""
        for record in self:
            record.display_name = joined(record.name)

    @api.model_create_multi
    def create(self, vals_list):
        sequences = self.env["ir.sequence"].sudo()  # anyone may declare, not number
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                sequence = sequences.with_company(vals.get("company_id"))
                vals["name"] = sequence.next_by_code(self._name) or "/"
        return super().create(vals_list)
