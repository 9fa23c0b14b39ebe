from odoo import api, fields, models

CAUSES = [
    ("age", "Age or corrosion"),
    ("third_party", "Works of a third party"),
    ("pressure", "Pressure"),
    ("ground", "Ground movement"),
    ("roots", "Roots"),
    ("blockage", "Blockage"),
    ("overload", "Overload"),
    ("unknown", "Not known"),
]


class SrmNetworkBreak(models.Model):
    """Break or failure of a section: when, why, whom it left without service."""

    _name = "srm.network.break"
    _description = "Break of the Network"
    _order = "date desc, id desc"
    _rec_name = "section_id"

    section_id = fields.Many2one(
        "srm.network.section", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        related="section_id.company_id", store=True, precompute=True
    )
    territory_id = fields.Many2one(
        related="section_id.territory_id", store=True, index="btree_not_null"
    )
    province_id = fields.Many2one(related="section_id.province_id", store=True)
    service_id = fields.Many2one(related="section_id.service_id", store=True)
    date = fields.Date(
        string="Happened on",
        required=True,
        index=True,
        default=fields.Date.context_today,
    )
    date_repaired = fields.Date(string="Repaired on")
    days = fields.Integer(
        string="Days to repair", compute="_compute_days", store=True, aggregator="avg"
    )
    cause = fields.Selection(CAUSES, required=True, default="unknown", index=True)
    customers = fields.Integer(string="Customers interrupted")
    minutes = fields.Integer(string="Minutes of interruption", aggregator="avg")
    flooded = fields.Boolean(string="Flooded the street")
    note = fields.Text()

    _dates_ordered = models.Constraint(
        "CHECK (date_repaired >= date)", "A break is repaired after it happens."
    )
    _counts_positive = models.Constraint(
        "CHECK (COALESCE(customers, 0) >= 0 AND COALESCE(minutes, 0) >= 0)",
        "Customers and minutes are not negative.",
    )

    @api.depends("date", "date_repaired")
    def _compute_days(self):
        for record in self:
            known = record.date and record.date_repaired
            record.days = (record.date_repaired - record.date).days if known else 0
