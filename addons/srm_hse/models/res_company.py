from odoo import fields, models

from .srm_gas import GWP_SETS


class ResCompany(models.Model):
    _inherit = "res.company"

    srm_carbon_target = fields.Float(
        string="Monthly carbon ceiling (kg CO2e)",
        digits=(16, 2),
        default=5000.0,
        help="Compared with the total of the included sources of all sites. Kept on"
        " each month when the month is opened.",
    )
    srm_gwp_set = fields.Selection(
        GWP_SETS, string="Global warming potentials", default="ar5", required=True
    )
    srm_carbon_anomaly_pct = fields.Float(
        string="Anomaly threshold (%)",
        digits=(6, 2),
        default=40.0,
        help="Gap with the mean of the last twelve validated months above which a"
        " quantity must be explained.",
    )
    srm_carbon_anomaly_months = fields.Integer(
        string="Months of history needed", default=3
    )
    srm_basis_frequency = fields.Integer(
        string="Basis of TF (hours)", default=1_000_000
    )
    srm_basis_severity = fields.Integer(string="Basis of TG (hours)", default=1_000)
    srm_basis_trir = fields.Integer(string="Basis of TRIR (hours)", default=200_000)
    srm_rates_with_commuting = fields.Boolean(
        string="Count commuting accidents in the rates",
        help="Commuting accidents are counted apart unless this is set.",
    )

    _carbon_target_positive = models.Constraint(
        "CHECK (srm_carbon_target > 0)", "The carbon ceiling must be above zero."
    )
    _bases_positive = models.Constraint(
        "CHECK (srm_basis_frequency > 0 AND srm_basis_severity > 0"
        " AND srm_basis_trir > 0)",
        "The bases of the safety rates must be above zero.",
    )
