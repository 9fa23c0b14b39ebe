from odoo import api, fields, models
from odoo.fields import Domain

LEVELS = [
    ("region", "Region"),
    ("province", "Prefecture or province"),
    ("cercle", "Cercle"),
    ("commune", "Commune"),
]
KINDS = [
    ("prefecture", "Prefecture"),
    ("province", "Province"),
    ("urban", "Urban commune"),
    ("rural", "Rural commune"),
]
ACCESS_FIELDS = (
    "electricity_pct",
    "running_water_pct",
    "public_sewer_pct",
    "septic_tank_pct",
    "other_wastewater_pct",
)
REGION_CODE = "09"
REGION_XMLID = "territory_region_09"
REGION_NAMES = ("Souss-Massa", "سوس ماسة")


def territory_xmlid(code):
    """External identifier (without module) of the territory with this HCP code."""
    return (
        REGION_XMLID if code == REGION_CODE else f"territory_{code}".replace(".", "_")
    )


class SrmTerritory(models.Model):
    """Region > prefecture or province > cercle > commune.

    Codes, names and figures come from the general census (RGPH) of the High
    Commission for Planning (HCP). Urban communes hang directly under their province,
    rural ones under their cercle.
    """

    _name = "srm.territory"
    _inherit = "srm.search.mixin"
    _description = "Territory"
    _parent_store = True
    _order = "code"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True, help="Geographic code of the HCP, for instance 09.001.01.01"
    )
    code_digits = fields.Char(
        string="Code in digits",
        compute="_compute_code_digits",
        store=True,
        index=True,
    )
    level = fields.Selection(LEVELS, required=True, index=True)
    kind = fields.Selection(KINDS)
    active = fields.Boolean(default=True)
    parent_id = fields.Many2one(
        "srm.territory", string="Part of", index=True, ondelete="restrict"
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("srm.territory", "parent_id", string="Made of")
    province_id = fields.Many2one(
        "srm.territory",
        string="Prefecture or province",
        compute="_compute_province_id",
        store=True,
        recursive=True,
        index=True,
    )

    # Census
    population_2014 = fields.Integer()
    population_2024 = fields.Integer()
    households_2024 = fields.Integer()
    population_change = fields.Float(
        "Population change (%)",
        digits=(6, 2),
        compute="_compute_population_change",
        store=True,
        aggregator=None,
        help="Between the censuses of 2014 and 2024, in percent of 2014",
    )
    source = fields.Char(help="Where the figures come from")

    # Access to services: households with ..., in percent, latest year known. No
    # aggregator: a plain mean of percentages would mislead.
    access_ids = fields.One2many(
        "srm.territory.access", "territory_id", string="Access to services"
    )
    electricity_pct = fields.Float(
        "Electricity (%)",
        digits=(5, 1),
        compute="_compute_access",
        store=True,
        recursive=True,
        aggregator=None,
    )
    running_water_pct = fields.Float(
        "Running water (%)",
        digits=(5, 1),
        compute="_compute_access",
        store=True,
        recursive=True,
        aggregator=None,
    )
    public_sewer_pct = fields.Float(
        "Public sewer (%)",
        digits=(5, 1),
        compute="_compute_access",
        store=True,
        recursive=True,
        aggregator=None,
    )
    septic_tank_pct = fields.Float(
        "Septic tank (%)",
        digits=(5, 1),
        compute="_compute_access",
        store=True,
        recursive=True,
        aggregator=None,
    )
    other_wastewater_pct = fields.Float(
        "Other wastewater disposal (%)",
        digits=(5, 1),
        compute="_compute_access",
        store=True,
        recursive=True,
        aggregator=None,
    )

    # Counts, for the screens
    province_count = fields.Integer(
        "Number of provinces", compute="_compute_descendant_counts"
    )
    cercle_count = fields.Integer(
        "Number of cercles", compute="_compute_descendant_counts"
    )
    commune_count = fields.Integer(
        "Number of communes", compute="_compute_descendant_counts"
    )

    _code_unique = models.Constraint(
        "UNIQUE (code)", "Two territories cannot have the same code."
    )
    _population_positive = models.Constraint(
        "CHECK (population_2014 >= 0 AND population_2024 >= 0"
        " AND households_2024 >= 0)",
        "Population and household counts cannot be negative.",
    )

    @api.depends("code")
    def _compute_code_digits(self):
        for territory in self:
            territory.code_digits = (territory.code or "").replace(".", "")

    @api.depends("level", "parent_id.province_id")
    def _compute_province_id(self):
        for territory in self:
            territory.province_id = (
                territory
                if territory.level == "province"
                else territory.parent_id.province_id
            )

    @api.depends("population_2014", "population_2024")
    def _compute_population_change(self):
        for territory in self:
            before = territory.population_2014
            territory.population_change = (
                (territory.population_2024 - before) * 100 / before if before else 0
            )

    @api.depends(
        "access_ids.year",
        "access_ids.area",
        *(f"access_ids.{name}" for name in ACCESS_FIELDS),
        "child_ids.households_2024",
        *(f"child_ids.{name}" for name in ACCESS_FIELDS),
    )
    def _compute_access(self):
        """The latest published figures, else the mean of the parts.

        The census publishes nothing for the cercles: theirs is the mean of their
        communes, weighted by the households.
        """
        for territory in self:
            latest = territory.access_ids.filtered(
                lambda line: line.area == "total"
            ).sorted("year", reverse=True)[:1]
            for name in ACCESS_FIELDS:
                territory[name] = (
                    latest[name] if latest else territory.child_ids._weighted_mean(name)
                )

    def _weighted_mean(self, name):
        """Mean of a share over the territories, weighted by households, in percent."""
        households = sum(self.mapped("households_2024"))
        if not households:
            return 0
        having = sum(part[name] * part.households_2024 for part in self)
        return having / households

    def _compute_descendant_counts(self):
        counts = self._count_descendants()
        for territory in self:
            of_level = counts.get(territory._origin.id, {})
            territory.province_count = of_level.get("province", 0)
            territory.cercle_count = of_level.get("cercle", 0)
            territory.commune_count = of_level.get("commune", 0)

    def _count_descendants(self):
        """Territories below each record by level, in one query.

        :return: ``{territory id: {level: count}}``
        """
        if not self.ids:
            return {}
        below = self.search_fetch(
            [("id", "child_of", self.ids)], ["parent_path", "level"]
        )
        counts = {territory_id: {} for territory_id in self.ids}
        for territory in below:
            ancestors = set(map(int, territory.parent_path.split("/")[:-2]))
            for ancestor in ancestors & counts.keys():
                of_level = counts[ancestor]
                of_level[territory.level] = of_level.get(territory.level, 0) + 1
        return counts

    @api.depends("name", "level", "kind", "province_id.name")
    @api.depends_context("lang", "formatted_display_name", "srm_show_level")
    def _compute_display_name(self):
        """Several levels share names: the context says when to tell them apart."""
        if self.env.context.get("formatted_display_name"):
            template = "%(name)s --%(details)s--"
        elif self.env.context.get("srm_show_level"):
            template = "%(name)s (%(level)s)"
        else:
            return super()._compute_display_name()
        for territory in self:
            territory.display_name = template % territory._display_parts()

    def _display_parts(self):
        self.ensure_one()
        levels = dict(self._fields["level"]._description_selection(self.env))
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        level = kinds.get(self.kind) or levels.get(self.level, "")
        province = self.province_id if self.province_id != self else self.browse()
        details = " · ".join(filter(None, (level, province.name)))
        return {"name": self.name, "level": level, "details": details}

    def _search_codes(self):
        return [self.code, self.code_digits]

    @api.model
    def _match_domain(self):
        """Legacy files name communes: a province of the same name must not win."""
        return Domain("level", "=", "commune")

    def action_open_parts(self):
        """List what lies below the territory, down to the level in the context."""
        self.ensure_one()
        level = self.env.context.get("srm_level", "commune")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "srm_base.srm_territory_action"
        )
        action.update(
            display_name=self.display_name,
            domain=[("id", "child_of", self.ids), ("level", "=", level)],
            context={},
        )
        return action
