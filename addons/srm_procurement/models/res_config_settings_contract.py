from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    srm_contract_retention_account_id = fields.Many2one(
        related="company_id.srm_contract_retention_account_id", readonly=False
    )
    srm_contract_advance_account_id = fields.Many2one(
        related="company_id.srm_contract_advance_account_id", readonly=False
    )
    srm_contract_penalty_account_id = fields.Many2one(
        related="company_id.srm_contract_penalty_account_id", readonly=False
    )
