from decimal import Decimal

from srm_engine.asset_health import health
from srm_engine.errors import RuleError
from srm_engine.geometry import read as read_geometry

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.srm_base.tools.names import joined

from ..amounts import exact, money

LINES = [("main", "Water main"), ("sewer", "Sewer"), ("line", "Electric line")]
STRUCTURES = [
    ("pump", "Pumping station"),
    ("tank", "Tank"),
    ("well", "Well"),
    ("transformer", "Transformer"),
]
KINDS = [*LINES, *STRUCTURES]
LINEAR = tuple(code for code, _label in LINES)
GRADES = [
    ("1", "1 · Good"),
    ("2", "2 · Minor defects"),
    ("3", "3 · Medium"),
    ("4", "4 · Poor"),
    ("5", "5 · Collapsed or about to"),
]
#: Years over which breaks are counted.
BREAK_YEARS = 5


class SrmNetworkSection(models.Model):
    """Piece of a network (water main, sewer, electric line) or one of its structures.

    The condition is that of the last validated inspection; the health tells what age
    and condition say together (Ofgem CNAIM, 0.5 new to 10 end of life).
    """

    _name = "srm.network.section"
    _inherit = ["srm.territory.mixin"]
    _description = "Network Section or Structure"
    _order = "code, id"
    _rec_names_search = ["code", "name"]

    code = fields.Char(required=True, index="trigram")
    name = fields.Char(index="trigram")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(KINDS, required=True, default="main", index=True)
    linear = fields.Boolean(compute="_compute_linear")
    service_id = fields.Many2one(
        "srm.service", required=True, index=True, ondelete="restrict"
    )
    sector_id = fields.Many2one(
        "srm.sector", index="btree_not_null", ondelete="restrict"
    )
    predecessor_id = fields.Many2one(
        "srm.predecessor", string="Taken over from", ondelete="restrict"
    )
    origin_reference = fields.Char(string="Legacy reference", index="btree_not_null")

    material_id = fields.Many2one(
        "srm.material", index="btree_not_null", ondelete="restrict"
    )
    year = fields.Integer(string="Laid or built in", aggregator=None)
    diameter = fields.Integer(string="Diameter (mm)", aggregator=None)
    length_m = fields.Float(string="Length (m)", digits=(12, 2))
    capacity = fields.Char(help="Of a structure: m³, kW, l/s, kVA...")
    geometry = fields.Text(
        string="Drawing (GeoJSON)",
        help="A Point, a LineString or a MultiLineString, longitude first.",
    )
    latitude = fields.Float(
        digits=(9, 6), compute="_compute_place", store=True, aggregator=None
    )
    longitude = fields.Float(
        digits=(9, 6), compute="_compute_place", store=True, aggregator=None
    )
    drawn_m = fields.Float(
        string="Length drawn (m)", compute="_compute_place", store=True, digits=(12, 2)
    )

    duty_factor = fields.Float(
        default=1.0, digits=(6, 3), aggregator=None, help="Above 1: works harder."
    )
    location_factor = fields.Float(
        default=1.0, digits=(6, 3), aggregator=None, help="Above 1: wears more there."
    )
    health = fields.Float(
        compute="_compute_health",
        digits=(5, 2),
        aggregator=None,
        help="From 0.5 (new) to 10 (end of life), by age and last inspection.",
    )
    health_missing = fields.Char(compute="_compute_health")
    inspection_ids = fields.One2many("srm.network.inspection", "section_id")
    grade = fields.Selection(
        GRADES, compute="_compute_condition", store=True, index="btree_not_null"
    )
    inspected_on = fields.Date(compute="_compute_condition", store=True)
    condition_factor = fields.Float(
        compute="_compute_condition", store=True, digits=(6, 3), aggregator=None
    )

    break_ids = fields.One2many("srm.network.break", "section_id", string="Breaks")
    breaks_taken_over = fields.Integer(
        string="Breaks taken over",
        help="Of the five years before the take-on, from the predecessor's records.",
    )
    break_count = fields.Integer(
        string="Breaks in five years", compute="_compute_break_count"
    )
    plan_ids = fields.One2many("srm.maintenance.plan", "section_id")
    order_ids = fields.One2many("maintenance.request", "srm_section_id")
    order_count = fields.Integer(string="Work orders", compute="_compute_order_count")
    customers = fields.Integer(string="Customers downstream")
    critical_customers = fields.Integer(
        help="Hospitals, schools, industries... that cannot do without."
    )
    flooding = fields.Boolean(string="Flooding black spot", index=True)
    cost_entered = fields.Monetary(
        string="Cost of renewal, estimated by hand",
        help="Empty: by the unit costs of the kind and diameter.",
    )
    cost = fields.Monetary(
        string="Cost of renewal", compute="_compute_cost", store=True
    )

    _code_uidx = models.UniqueIndex(
        "(company_id, service_id, code)", "This section code is already used."
    )
    _origin_uidx = models.UniqueIndex(
        "(predecessor_id, origin_reference)"
        " WHERE predecessor_id IS NOT NULL AND origin_reference IS NOT NULL",
        "This legacy reference already designates another section.",
    )
    _sizes_positive = models.Constraint(
        "CHECK (LEAST(COALESCE(length_m, 0), COALESCE(diameter, 0),"
        " COALESCE(customers, 0), COALESCE(critical_customers, 0),"
        " COALESCE(breaks_taken_over, 0), COALESCE(cost_entered, 0)) >= 0)",
        "Lengths, diameters, counts and costs are not negative.",
    )
    _factors_positive = models.Constraint(
        "CHECK (duty_factor > 0 AND location_factor > 0)",
        "Duty and location factors are above zero.",
    )
    _year_possible = models.Constraint(
        "CHECK (COALESCE(year, 0) = 0 OR year BETWEEN 1850 AND 2200)",
        "The year of a section is written with four digits.",
    )

    @api.depends("code", "name")
    def _compute_display_name(self):
        for section in self:
            section.display_name = joined(section.code, section.name)

    @api.depends("kind")
    def _compute_linear(self):
        for section in self:
            section.linear = section.kind in LINEAR

    # Drawing

    @api.depends("geometry")
    def _compute_place(self):
        for section in self:
            drawing = section._drawing()
            middle = drawing.middle if drawing else (0.0, 0.0)
            section.longitude, section.latitude = middle
            section.drawn_m = drawing.metres if drawing else 0.0

    def _drawing(self):
        try:
            return read_geometry(self.geometry) if self.geometry else None
        except RuleError:
            return None

    @api.constrains("geometry")
    def _check_geometry(self):
        for section in self.filtered("geometry"):
            try:
                read_geometry(section.geometry)
            except RuleError as error:
                raise ValidationError(
                    self.env._(
                        "Section %(section)s: its drawing is not a GeoJSON Point, "
                        "LineString or MultiLineString with longitudes and latitudes "
                        "in degrees.",
                        section=section.code,
                    )
                ) from error

    @api.constrains("year")
    def _check_year(self):
        this_year = fields.Date.context_today(self).year
        for section in self:
            if section.year > this_year:
                raise ValidationError(
                    self.env._(
                        "Section %(section)s would be laid in %(year)s, which is in "
                        "the future.",
                        section=section.code,
                        year=section.year,
                    )
                )

    # Condition and health

    @api.depends(
        "inspection_ids.state",
        "inspection_ids.date",
        "inspection_ids.grade",
        "inspection_ids.condition_factor",
    )
    def _compute_condition(self):
        for section in self:
            validated = section.inspection_ids.filtered(
                lambda inspection: inspection.state == "validated"
            )
            last = validated.sorted(lambda found: (found.date, found.id))[-1:]
            section.grade = last.grade
            section.inspected_on = last.date
            section.condition_factor = last.condition_factor or 1.0

    @api.depends(
        "year", "material_id.life", "duty_factor", "location_factor", "condition_factor"
    )
    def _compute_health(self):
        this_year = fields.Date.context_today(self).year
        for section in self:
            section.health, section.health_missing = 0.0, section._health_missing()
            if not section.health_missing:
                section.health = section._engine_health(this_year)

    def _health_missing(self):
        if not self.year:
            return self.env._("The year is not known.")
        if not self.material_id.life:
            return self.env._("The normal life of the material is not known.")
        return False

    def _engine_health(self, this_year: int) -> float:
        found = health(
            Decimal(max(this_year - self.year, 0)),
            Decimal(self.material_id.life),
            exact(self.duty_factor),
            exact(self.location_factor),
            exact(self.condition_factor or 1.0),
        )
        return float(found.current)

    @api.depends("break_ids.date", "breaks_taken_over")
    def _compute_break_count(self):
        since = fields.Date.subtract(fields.Date.context_today(self), years=BREAK_YEARS)
        groups = self.env["srm.network.break"]._read_group(
            [("section_id", "in", self.ids), ("date", ">=", since)],
            ["section_id"],
            ["__count"],
        )
        counts = {section.id: count for section, count in groups}
        for section in self:
            recorded = counts.get(section._origin.id, 0)
            section.break_count = recorded + section.breaks_taken_over

    @api.depends("order_ids")
    def _compute_order_count(self):
        groups = self.env["maintenance.request"]._read_group(
            [("srm_section_id", "in", self.ids)], ["srm_section_id"], ["__count"]
        )
        counts = {section.id: count for section, count in groups}
        for section in self:
            section.order_count = counts.get(section._origin.id, 0)

    # Cost

    @api.depends("kind", "diameter", "length_m", "cost_entered", "company_id")
    def _compute_cost(self):
        prices = self.env["srm.unit.cost"]._prices(self.company_id)
        for section in self:
            section.cost = section.cost_entered or section._estimate(prices)

    def _estimate(self, prices: dict) -> float:
        """Price of the smallest diameter that holds; 0 when there is none."""
        known = prices.get((self.company_id, self.kind), [])
        price = next((price for bound, price in known if self.diameter <= bound), 0.0)
        many = exact(self.length_m) if self.linear else Decimal(1)
        return float(money(exact(price) * many))

    def action_refresh_cost(self):
        """Estimate again, after the unit costs changed."""
        self.check_access("write")
        self._by_code()._compute_cost()
        return True

    def action_view_breaks(self):
        return self._open("action_srm_network_break")

    def action_view_inspections(self):
        return self._open("action_srm_network_inspection")

    def action_view_orders(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "srm_projects.action_srm_work_order"
        )
        return action | {
            "domain": [("srm_section_id", "=", self.id)],
            "context": {"default_srm_section_id": self.id},
        }

    def action_view_map(self):
        return self.env["srm.network.map"]._action(section_ids=self.ids)

    def _open(self, xmlid):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(f"srm_projects.{xmlid}")
        return action | {
            "domain": [("section_id", "=", self.id)],
            "context": {"default_section_id": self.id},
        }
