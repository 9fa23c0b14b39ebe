from decimal import Decimal

from srm_engine.pressure_floors import lengths, share_volume

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.srm_base.tools.names import joined

from ..amounts import exact

KINDS = [
    ("floor", "Pressure floor"),
    ("sector", "Hydraulic sector"),
    ("feeder", "Electric feeder"),
    ("directorate", "Whole directorate"),
]


class SrmSector(models.Model):
    """Part of a network whose volumes are known: pressure floor, sector, feeder.

    A whole directorate is a sector of its own kind: its volume counts only where no
    part of the directorate has one, so that nothing is counted twice.
    """

    _name = "srm.sector"
    _inherit = ["srm.territory.mixin"]
    _description = "Network Sector"
    _order = "province_id, code"
    _rec_names_search = ["code", "name"]

    code = fields.Char(required=True)
    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    kind = fields.Selection(KINDS, required=True, default="sector", index=True)
    service_id = fields.Many2one(
        "srm.service", required=True, index=True, ondelete="restrict"
    )
    agency_ids = fields.Many2many("srm.agency", string="Centres")
    territory_ids = fields.Many2many(
        "srm.territory",
        "srm_sector_territory_rel",
        string="Communes",
        domain="[('level', '=', 'commune')]",
    )
    group_ids = fields.Many2many(
        "srm.sector.group", "srm_sector_group_rel", "sector_id", "group_id"
    )
    km = fields.Float(string="Mains (km)", digits=(12, 3))
    connections = fields.Integer()
    private_m = fields.Float(
        string="Private pipe (m)",
        digits=(8, 1),
        aggregator=None,
        help="Mean length of the pipe between the property line and the meter.",
    )
    pressure = fields.Float(string="Mean pressure (m)", digits=(8, 1), aggregator=None)
    volume_ids = fields.One2many("srm.water.balance", "sector_id", string="Volumes")
    leak_ids = fields.One2many("srm.leak", "sector_id", string="Leaks")
    meter_in_ids = fields.One2many("srm.bulk.meter", "to_id", string="Meters in")
    meter_out_ids = fields.One2many("srm.bulk.meter", "from_id", string="Meters out")
    last_yield = fields.Float(
        string="Last yield (%)", compute="_compute_last", digits=(6, 2)
    )
    last_band = fields.Selection(
        [("good", "Good"), ("medium", "Medium"), ("weak", "Weak")],
        string="Band",
        compute="_compute_last",
    )
    channel_ids = fields.One2many("srm.telemetry.channel", "sector_id")
    night_ids = fields.One2many("srm.night.flow", "sector_id", string="Nights")
    regulator_ids = fields.One2many(
        "srm.pressure.regulator", "sector_id", string="Regulators"
    )
    channel_count = fields.Integer(compute="_compute_channel_count")
    open_leaks = fields.Integer(string="Leaks to repair", compute="_compute_leaks")

    _code_uidx = models.UniqueIndex(
        "(company_id, service_id, code)", "This sector code is already used."
    )
    _sizes_positive = models.Constraint(
        "CHECK (COALESCE(km, 0) >= 0 AND COALESCE(connections, 0) >= 0"
        " AND COALESCE(private_m, 0) >= 0 AND COALESCE(pressure, 0) >= 0)",
        "Lengths, connections and pressures are not negative.",
    )

    @api.depends("code", "name")
    def _compute_display_name(self):
        for sector in self:
            sector.display_name = joined(sector.code, sector.name, by=" ")

    @api.depends("volume_ids.yield_primary", "volume_ids.month", "volume_ids.band")
    def _compute_last(self):
        for sector in self:
            last = sector.volume_ids.sorted("month")[-1:]
            sector.last_yield = last.yield_primary
            sector.last_band = last.band

    @api.depends("leak_ids.date_repaired")
    def _compute_leaks(self):
        groups = self.env["srm.leak"]._read_group(
            [("sector_id", "in", self.ids), ("date_repaired", "=", False)],
            ["sector_id"],
            ["__count"],
        )
        counts = {sector.id: count for sector, count in groups}
        for sector in self:
            sector.open_leaks = counts.get(sector.id, 0)

    @api.depends("channel_ids")
    def _compute_channel_count(self):
        for sector in self:
            sector.channel_count = len(sector.channel_ids)

    def action_view_telemetry(self):
        self.ensure_one()
        return self.env["srm.telemetry.page"]._action(sector=self.id)

    def action_view_nights(self):
        return self._open("action_srm_night_flow")

    def action_view_volumes(self):
        return self._open("action_srm_water_balance")

    def action_view_leaks(self):
        return self._open("action_srm_leak")

    def _open(self, xmlid):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(f"srm_projects.{xmlid}")
        return action | {
            "domain": [("sector_id", "=", self.id)],
            "context": {"default_sector_id": self.id},
        }


class SrmSectorGroup(models.Model):
    """Roll-up of sectors, for a balance over several of them: never added to them."""

    _name = "srm.sector.group"
    _description = "Group of Sectors"
    _order = "name"

    name = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    sector_ids = fields.Many2many(
        "srm.sector", "srm_sector_group_rel", "group_id", "sector_id"
    )
    km = fields.Float(string="Mains (km)", compute="_compute_km", digits=(12, 3))
    with_length = fields.Integer(string="Sectors with a length", compute="_compute_km")

    @api.depends("sector_ids.km")
    def _compute_km(self):
        for group in self:
            found = lengths(
                {
                    sector: exact(sector.km) if sector.km else None
                    for sector in group.sector_ids
                }
            )
            group.km = float(found.total_km)
            group.with_length = found.floors_with_length


class SrmCommercialSector(models.Model):
    """Reading sector whose billed volume is shared between network sectors."""

    _name = "srm.commercial.sector"
    _description = "Commercial Sector"
    _order = "code"

    code = fields.Char(required=True)
    name = fields.Char()
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    agency_id = fields.Many2one("srm.agency", string="Centre")
    share_ids = fields.One2many("srm.commercial.share", "commercial_id", copy=True)

    _code_uidx = models.UniqueIndex(
        "(company_id, code)", "This commercial sector already exists."
    )

    @api.depends("code", "name")
    def _compute_display_name(self):
        for item in self:
            item.display_name = joined(item.code, item.name, by=" ")

    def _share(self, volume: Decimal) -> dict:
        """``{sector: m3}`` of a billed volume, nothing lost."""
        self.ensure_one()
        shares = {line.sector_id: exact(line.share) for line in self.share_ids}
        return share_volume(volume, shares) if shares else {}


class SrmCommercialShare(models.Model):
    """Part of a commercial sector that lies in a network sector."""

    _name = "srm.commercial.share"
    _description = "Share of a Commercial Sector"
    _order = "commercial_id, id"
    _rec_name = "sector_id"

    commercial_id = fields.Many2one(
        "srm.commercial.sector", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="commercial_id.company_id", store=True, precompute=True
    )
    sector_id = fields.Many2one("srm.sector", required=True, ondelete="restrict")
    share = fields.Float(required=True, digits=(8, 4), aggregator=None)
    effective = fields.Float(
        string="Effective share (%)", compute="_compute_effective", digits=(6, 2)
    )

    _share_positive = models.Constraint("CHECK (share > 0)", "A share is above zero.")
    _pair_uidx = models.UniqueIndex(
        "(commercial_id, sector_id)", "This sector already has its share."
    )

    @api.depends("share", "commercial_id.share_ids.share")
    def _compute_effective(self):
        for line in self:
            whole = sum(line.commercial_id.share_ids.mapped("share"))
            line.effective = 100 * line.share / whole if whole else 0.0


class SrmBulkMeter(models.Model):
    """Meter between two sectors, or between a source and a sector."""

    _name = "srm.bulk.meter"
    _description = "Bulk Meter"
    _order = "code"
    _rec_names_search = ["code", "name"]

    code = fields.Char(required=True)
    name = fields.Char()
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    from_id = fields.Many2one(
        "srm.sector", string="Out of", ondelete="restrict", index="btree_not_null"
    )
    to_id = fields.Many2one(
        "srm.sector", string="Into", ondelete="restrict", index="btree_not_null"
    )
    territory_id = fields.Many2one(
        "srm.territory", compute="_compute_territory_id", store=True
    )
    reading_ids = fields.One2many("srm.bulk.reading", "meter_id", string="Readings")

    _code_uidx = models.UniqueIndex("(company_id, code)", "This meter already exists.")
    _somewhere = models.Constraint(
        "CHECK (from_id IS NOT NULL OR to_id IS NOT NULL)",
        "A bulk meter measures what enters or leaves a sector.",
    )

    @api.depends("code", "name")
    def _compute_display_name(self):
        for meter in self:
            meter.display_name = joined(meter.code, meter.name, by=" ")

    @api.depends("from_id.territory_id", "to_id.territory_id")
    def _compute_territory_id(self):
        for meter in self:
            meter.territory_id = meter.to_id.territory_id or meter.from_id.territory_id

    @api.constrains("from_id", "to_id")
    def _check_ends(self):
        for meter in self:
            if meter.from_id and meter.from_id == meter.to_id:
                raise ValidationError(
                    self.env._(
                        "Meter %(meter)s would leave and enter the same sector.",
                        meter=meter.code,
                    )
                )


class SrmBulkReading(models.Model):
    """m3 that passed a bulk meter in a month."""

    _name = "srm.bulk.reading"
    _description = "Monthly Volume of a Bulk Meter"
    _order = "month desc, meter_id"
    _rec_name = "meter_id"

    meter_id = fields.Many2one(
        "srm.bulk.meter", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="meter_id.company_id", store=True, precompute=True
    )
    territory_id = fields.Many2one(related="meter_id.territory_id", store=True)
    month = fields.Date(required=True, index=True)
    volume = fields.Float(string="Volume (m³)", digits=(16, 3), required=True)

    _volume_positive = models.Constraint(
        "CHECK (volume >= 0)", "A volume is not negative."
    )
    _first_day = models.Constraint(
        "CHECK (EXTRACT(DAY FROM month) = 1)", "A month is written by its first day."
    )
    _month_uidx = models.UniqueIndex(
        "(meter_id, month)", "This meter already has its volume of the month."
    )
