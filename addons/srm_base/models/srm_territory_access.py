from odoo import api, fields, models

from ..tools.seed import Seed, load_seed, read_csv
from .srm_territory import ACCESS_FIELDS
from .srm_territory_official import territory_xmlid

CENSUS_YEAR = 2024
AREAS = [("total", "Whole territory"), ("urban", "Urban part"), ("rural", "Rural part")]


class SrmTerritoryAccess(models.Model):
    """Share of the households of a territory that have each service, in one year."""

    _name = "srm.territory.access"
    _description = "Access to services"
    _order = "territory_id, year desc, area"
    _rec_name = "territory_id"

    territory_id = fields.Many2one(
        "srm.territory", required=True, ondelete="cascade", index=True
    )
    level = fields.Selection(related="territory_id.level", store=True)
    province_id = fields.Many2one(related="territory_id.province_id", store=True)
    year = fields.Integer(required=True, default=CENSUS_YEAR, aggregator=None)
    area = fields.Selection(AREAS, required=True, default="total")
    households = fields.Integer(required=True)
    electricity_pct = fields.Float("Electricity (%)", digits=(5, 1), aggregator=None)
    running_water_pct = fields.Float(
        "Running water (%)", digits=(5, 1), aggregator=None
    )
    public_sewer_pct = fields.Float("Public sewer (%)", digits=(5, 1), aggregator=None)
    septic_tank_pct = fields.Float("Septic tank (%)", digits=(5, 1), aggregator=None)
    other_wastewater_pct = fields.Float(
        "Other wastewater disposal (%)", digits=(5, 1), aggregator=None
    )
    # Counts can be summed, percentages cannot: pivots and charts use these.
    electricity_households = fields.Integer(
        "Households with electricity", compute="_compute_households", store=True
    )
    running_water_households = fields.Integer(
        "Households with running water", compute="_compute_households", store=True
    )
    public_sewer_households = fields.Integer(
        "Households on a public sewer", compute="_compute_households", store=True
    )
    source = fields.Char()

    _one_per_year = models.Constraint(
        "UNIQUE (territory_id, year, area)",
        "This territory already has its figures for this year and area.",
    )
    _percentages = models.Constraint(
        "CHECK ("
        + " AND ".join(f"{name} BETWEEN 0 AND 100" for name in ACCESS_FIELDS)
        + ")",
        "A share of households lies between 0 % and 100 %.",
    )

    @api.depends(
        "households", "electricity_pct", "running_water_pct", "public_sewer_pct"
    )
    def _compute_households(self):
        for line in self:
            for service in ("electricity", "running_water", "public_sewer"):
                share = line[f"{service}_pct"]
                line[f"{service}_households"] = round(line.households * share / 100)

    @api.model
    def _load_official_data(self, force=False):
        """Load ``data/territory/service_access_2024.csv`` (households, RGPH 2024)."""
        rows = read_csv("data/territory/service_access_2024.csv")
        ids = {
            territory.code: territory.id
            for territory in self.env["srm.territory"]
            .with_context(active_test=False)
            .search_fetch([("code", "in", [row["code"] for row in rows])], ["code"])
        }
        load_seed(self, [self._access_seed(row, ids) for row in rows], force)

    def _access_seed(self, row, ids):
        area = row["level"].partition("-")[2] or "total"
        xmlid = f"access_{CENSUS_YEAR}_{area}_{territory_xmlid(row['code'])}"
        values = {name: float(row[name] or 0) for name in ACCESS_FIELDS}
        values.update(
            territory_id=ids[row["code"]],
            year=CENSUS_YEAR,
            area=area,
            households=int(row["households_2024"]),
            source=row["source"],
        )
        return Seed(xmlid, values)
