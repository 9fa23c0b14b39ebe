from odoo import api, fields, models

from .res_company import WEIGHT_FIELDS


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    srm_weight_age = fields.Integer("Weight of the age")
    srm_weight_small_firm = fields.Integer("Weight of a small firm")
    srm_weight_certified_share = fields.Integer(
        "Weight of the certified share",
    )
    srm_weight_continuity = fields.Integer("Weight of the service continuity")
    srm_weight_delay_cost = fields.Integer("Weight of the cost of delay")
    srm_weight_distress = fields.Integer("Weight of a firm in distress")
    srm_weight_total = fields.Integer(
        string="Total of the weights", compute="_compute_srm_weight_total"
    )
    srm_counting = fields.Selection(
        related="company_id.srm_counting", readonly=False, required=True
    )
    srm_inherited_regime = fields.Selection(
        related="company_id.srm_inherited_regime", readonly=False, required=True
    )
    srm_start_service_date = fields.Boolean(
        related="company_id.srm_start_service_date", readonly=False
    )

    srm_interest_year = fields.Selection(
        related="company_id.srm_interest_year", readonly=False, required=True
    )

    @api.depends(*WEIGHT_FIELDS.values())
    def _compute_srm_weight_total(self):
        for settings in self:
            settings.srm_weight_total = sum(
                settings[field] for field in WEIGHT_FIELDS.values()
            )

    @api.model
    def get_values(self):
        company = self.env.company
        weights = {name: company[name] for name in WEIGHT_FIELDS.values()}
        return super().get_values() | weights

    def set_values(self):
        """Write the weights together: they must add up to 100 at each write.

        Related fields would be written one by one, and the first one refused.
        """
        self.company_id.write({name: self[name] for name in WEIGHT_FIELDS.values()})
        return super().set_values()
