from odoo import api, fields, models
from odoo.exceptions import UserError


class SrmBankFilePreview(models.TransientModel):
    """The bank's file on screen, with its control totals, before it is made."""

    _name = "srm.bank.file.preview"
    _description = "Preview of a Bank File"

    order_id = fields.Many2one(
        "account.payment.order", required=True, readonly=True, ondelete="cascade"
    )
    format_id = fields.Many2one(related="order_id.srm_bank_format_id")
    currency_id = fields.Many2one(related="order_id.company_currency_id")
    text = fields.Text(compute="_compute_text")
    line_count = fields.Integer(string="Transfers", compute="_compute_text")
    total_amount = fields.Monetary(string="Net total", compute="_compute_text")
    rib_sum = fields.Char(string="Sum of the RIBs", compute="_compute_text")

    @api.depends("order_id")
    def _compute_text(self):
        for preview in self:
            layout = preview.format_id
            if not layout:
                raise UserError(
                    self.env._(
                        "%(order)s has no bank format: choose one on the order or its "
                        "payment mode. Without one, the file is a pain.001.",
                        order=preview.order_id.name,
                    )
                )
            rendered = layout._render(preview.order_id._srm_bank_batch())
            preview.text = rendered.text
            preview.line_count = rendered.line_count
            preview.total_amount = float(rendered.total_amount)
            preview.rib_sum = rendered.rib_sum
