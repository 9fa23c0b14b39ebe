from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..constants import COUNTING, INTEREST_YEARS, REGIMES

#: Component of the score -> setting that holds its weight.
WEIGHT_FIELDS = {
    "age": "srm_weight_age",
    "small_firm": "srm_weight_small_firm",
    "certified_share": "srm_weight_certified_share",
    "continuity": "srm_weight_continuity",
    "delay_cost": "srm_weight_delay_cost",
    "distress": "srm_weight_distress",
}
#: The stored figures rest on these settings.
REFRESH_FIELDS = {
    *WEIGHT_FIELDS.values(),
    "srm_counting",
    "srm_start_service_date",
    "srm_interest_year",
}


class ResCompany(models.Model):
    _inherit = "res.company"

    srm_weight_age = fields.Integer(string="Weight of the age", default=25)
    srm_weight_small_firm = fields.Integer(string="Weight of a small firm", default=20)
    srm_weight_certified_share = fields.Integer(
        string="Weight of the certified share", default=15
    )
    srm_weight_continuity = fields.Integer(
        string="Weight of the service continuity", default=15
    )
    srm_weight_delay_cost = fields.Integer(
        string="Weight of the cost of delay", default=15
    )
    srm_weight_distress = fields.Integer(
        string="Weight of a firm in distress", default=10
    )
    srm_counting = fields.Selection(
        COUNTING, string="Counting of the late months", default="calendar"
    )
    srm_inherited_regime = fields.Selection(
        REGIMES, string="Regime of inherited contracts", default="public_2_16_344"
    )
    srm_start_service_date = fields.Boolean(
        string="Delay starts at the service fait for inherited debts", default=True
    )

    srm_interest_year = fields.Selection(
        INTEREST_YEARS,
        string="Days of the year for late interest",
        default="365",
        required=True,
    )

    def write(self, vals):
        changed = self.filtered(
            lambda company: any(
                company[name] != vals[name] for name in REFRESH_FIELDS & vals.keys()
            )
        )
        result = super().write(vals)
        self.env["srm.debt"]._mark_stale(changed)
        return result

    @api.constrains(*WEIGHT_FIELDS.values())
    def _check_score_weights(self):
        for company in self:
            weights = company._srm_score_weights()
            if min(weights.values()) < 0 or sum(weights.values()) != 100:
                raise ValidationError(
                    self.env._(
                        "The weights of the score of %(company)s must be positive "
                        "and add up to 100, not %(total)s.",
                        company=company.name,
                        total=sum(weights.values()),
                    )
                )

    def _srm_score_weights(self) -> dict[str, int]:
        """Weight of each component of the score, in points; they sum to 100."""
        self.ensure_one()
        return {key: self[field] for key, field in WEIGHT_FIELDS.items()}
