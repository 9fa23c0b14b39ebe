from odoo import fields, models

from odoo.addons.srm_kit.guard import MEMORY


class SrmMeasuringCheck(models.Model):
    """A calibration or a check of a device, with its certificate: another check
    corrects it."""

    _name = "srm.measuring.check"
    _description = "Check of a Measuring Device"
    _order = "device_id, date desc, id desc"
    _guard = MEMORY

    device_id = fields.Many2one(
        "srm.measuring.device", required=True, index=True, ondelete="cascade"
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    laboratory = fields.Char(string="Checked by", required=True)
    certificate = fields.Char(string="Certificate number", required=True)
    deviation = fields.Char(string="Deviation found")
    result = fields.Selection(
        [("fit", "Fit"), ("unfit", "Unfit: out of use")], required=True, default="fit"
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Certificate")
