from odoo import fields, models


class ResPartnerBank(models.Model):
    """Accounts of suppliers are read by people who may not read employees."""

    _inherit = "res.partner.bank"

    #: Computed with the reader's rights, it refuses every account to finance staff.
    employee_id = fields.Many2many(compute_sudo=True, groups="hr.group_hr_user")
