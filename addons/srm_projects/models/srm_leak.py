from srm_engine.leaks import (
    per_100_km,
    per_1000_connections,
    times_a_year,
    volume_saved,
)

from odoo import api, fields, models

from ..amounts import exact

PLACES = [
    ("main", "Main"),
    ("connection", "Connection"),
    ("meter", "Meter"),
    ("other", "Other"),
]


class SrmLeakCampaign(models.Model):
    """Leak search in a sector: kilometres walked, leaks found."""

    _name = "srm.leak.campaign"
    _inherit = ["srm.territory.mixin"]
    _description = "Leak Search"
    _order = "date_start desc, id desc"

    name = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    sector_id = fields.Many2one("srm.sector", required=True, index=True)
    date_start = fields.Date(string="From", required=True)
    date_end = fields.Date(string="Until", required=True)
    team = fields.Char()
    km_inspected = fields.Float(string="Inspected (km)", digits=(12, 3))
    leak_ids = fields.One2many("srm.leak", "campaign_id", string="Leaks found")
    leak_count = fields.Integer(string="Leaks", compute="_compute_figures")
    times = fields.Float(
        string="Times the sector",
        compute="_compute_figures",
        digits=(8, 2),
        help="Kilometres inspected over the kilometres of the sector.",
    )
    per_km = fields.Float(
        string="Leaks per 100 km", compute="_compute_figures", digits=(8, 2)
    )
    per_connections = fields.Float(
        string="Leaks per 1,000 connections", compute="_compute_figures", digits=(8, 2)
    )
    saved = fields.Float(
        string="Saved in a year (m³)", compute="_compute_figures", digits=(12, 1)
    )

    _dates_ordered = models.Constraint(
        "CHECK (date_end >= date_start)", "A search ends after it begins."
    )
    _km_positive = models.Constraint(
        "CHECK (COALESCE(km_inspected, 0) >= 0)", "Kilometres are not negative."
    )

    @api.depends("leak_ids.place", "leak_ids.saved", "km_inspected", "sector_id.km")
    def _compute_figures(self):
        for campaign in self:
            leaks, sector = campaign.leak_ids, campaign.sector_id
            mains = leaks.filtered(lambda leak: leak.place == "main")
            others = leaks.filtered(lambda leak: leak.place == "connection")
            walked = exact(campaign.km_inspected)
            campaign.leak_count = len(leaks)
            campaign.times = float(times_a_year(walked, exact(sector.km)) or 0)
            campaign.per_km = float(per_100_km(len(mains), walked) or 0)
            campaign.per_connections = float(
                per_1000_connections(len(others), sector.connections) or 0
            )
            campaign.saved = sum(leaks.mapped("saved"))


class SrmLeak(models.Model):
    """A leak: where, since when, repaired when, what its repair saves in a year."""

    _name = "srm.leak"
    _inherit = ["srm.territory.mixin"]
    _description = "Leak"
    _order = "date_found desc, id desc"
    _rec_name = "address"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    sector_id = fields.Many2one("srm.sector", required=True, index=True)
    campaign_id = fields.Many2one("srm.leak.campaign", index="btree_not_null")
    place = fields.Selection(PLACES, required=True, default="main", index=True)
    address = fields.Char(required=True)
    date_found = fields.Date(
        string="Found on", required=True, default=fields.Date.context_today
    )
    date_repaired = fields.Date(string="Repaired on", index=True)
    days = fields.Integer(
        string="Days to repair", compute="_compute_saved", store=True, aggregator="avg"
    )
    flow = fields.Float(string="Flow (m³/h)", digits=(8, 3), aggregator=None)
    saved = fields.Float(
        string="Saved in a year (m³)",
        compute="_compute_saved",
        store=True,
        digits=(12, 1),
    )
    latitude = fields.Float(digits=(9, 6), aggregator=None)
    longitude = fields.Float(digits=(9, 6), aggregator=None)

    _dates_ordered = models.Constraint(
        "CHECK (date_repaired >= date_found)", "A leak is repaired after it is found."
    )
    _flow_positive = models.Constraint(
        "CHECK (COALESCE(flow, 0) >= 0)", "A flow is not negative."
    )

    @api.depends("date_found", "date_repaired", "flow")
    def _compute_saved(self):
        for leak in self:
            known = leak.date_repaired and leak.date_found
            repaired = known and leak.date_repaired >= leak.date_found
            leak.days = (leak.date_repaired - leak.date_found).days if repaired else 0
            leak.saved = (
                float(volume_saved(exact(leak.flow), leak.days, 365))
                if repaired
                else 0.0
            )
