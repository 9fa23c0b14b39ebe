from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    srm_fragile_threshold = fields.Float(
        string="Fragile zone below (%)",
        default=60.0,
        digits=(5, 1),
        help="A project is in a fragile zone when one of its communes has an access "
        "rate to the service below this.",
    )
    srm_drift_watch = fields.Float(
        string="Watch a project below",
        default=0.95,
        digits=(4, 2),
        help="Lowest of the cost and schedule indices.",
    )
    srm_drift_alert = fields.Float(
        string="Alert on a project below", default=0.85, digits=(4, 2)
    )

    srm_reuse_target = fields.Float(
        string="Reuse of treated water (%)",
        default=60.0,
        digits=(5, 1),
        help="Target: part of the treated water that is reused.",
    )

    srm_failure_years = fields.Integer(
        string="Years a failure takes",
        default=0,
        help="Years that one failure per km and year takes from the life of a section; "
        "0: failures do not bring its renewal forward.",
    )

    _srm_failure_years_positive = models.Constraint(
        "CHECK (COALESCE(srm_failure_years, 0) >= 0)",
        "The years that a failure takes are not negative.",
    )
    _srm_fragile_percent = models.Constraint(
        "CHECK (srm_fragile_threshold BETWEEN 0 AND 100"
        " AND COALESCE(srm_reuse_target, 0) BETWEEN 0 AND 100)",
        "A rate lies between 0 and 100 %.",
    )
    _srm_drift_ordered = models.Constraint(
        "CHECK (srm_drift_alert <= srm_drift_watch)",
        "A project is watched before it is in alert.",
    )
