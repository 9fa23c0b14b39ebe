from odoo import fields, models


class ResCompany(models.Model):
    """Settings of the supplier portal and of the reports on arrears."""

    _inherit = "res.company"

    srm_portal_link_days = fields.Integer(
        string="Days a mailed link works",
        default=15,
        help="A link sent by mail opens the creditor's file without a login for this "
        "many days, for reading only.",
    )

    srm_yearly_spending = fields.Monetary(
        string="Spending of the year",
        help="Compared with the stock of arrears in the quarterly snapshots.",
    )

    _srm_portal_link_days_valid = models.Constraint(
        "CHECK (srm_portal_link_days BETWEEN 1 AND 90)",
        "A link sent by mail works between 1 and 90 days.",
    )
