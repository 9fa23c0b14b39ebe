from odoo import api, models
from odoo.fields import Domain

TERRITORY_ACTION = "srm_base.srm_territory_action"
ACCESS_ACTION = "srm_base.srm_territory_access_action"
SERVICES = ("electricity_pct", "running_water_pct", "public_sewer_pct")
WASTEWATER = ("public_sewer_pct", "septic_tank_pct", "other_wastewater_pct")
EXTREMES = 10


class SrmTerritoryDashboard(models.AbstractModel):
    """Population, households and access to services of the region."""

    _name = "srm.territory.dashboard"
    _inherit = "srm.dashboard.mixin"
    _description = "Territory overview"

    @api.model
    def _get_dashboard(self, filters):
        communes = self._communes(filters)
        areas = self._areas(filters)
        return {
            "title": self.env._("Territory overview"),
            "filters": self._filters(filters),
            "cards": self._cards(communes),
            "charts": [
                self._population_chart(areas),
                self._access_chart(areas),
                self._wastewater_chart(communes),
                self._area_chart(),
            ],
            "tables": [
                self._extremes_table(
                    communes,
                    self.env._("Communes with the least running water"),
                    "running_water_pct",
                ),
                self._extremes_table(
                    communes,
                    self.env._("Communes growing fastest"),
                    "population_change",
                    reverse=True,
                ),
            ],
        }

    # What is shown

    @api.model
    def _commune_domain(self, filters):
        domain = Domain("level", "=", "commune")
        if province := self._province_id(filters):
            domain &= Domain("province_id", "=", province)
        if (kind := filters.get("kind")) in ("urban", "rural"):
            domain &= Domain("kind", "=", kind)
        return domain

    @api.model
    def _province_id(self, filters):
        value = str(filters.get("province") or "")
        return int(value) if value.isdigit() else False

    @api.model
    def _communes(self, filters):
        return self.env["srm.territory"].search_fetch(
            self._commune_domain(filters), self._figures()
        )

    @api.model
    def _areas(self, filters):
        """What the charts compare: provinces, or the cercles and towns of one."""
        if province := self._province_id(filters):
            domain = Domain("parent_id", "=", province)
        else:
            domain = Domain("level", "=", "province")
        if not self._province_id(filters) or not filters.get("kind"):
            return self.env["srm.territory"].search_fetch(domain, self._figures())
        return self._communes(filters)

    @api.model
    def _figures(self):
        names = ("name", "level", "kind", "population_2024", "population_2014")
        more = ("households_2024", "population_change", "parent_path")
        return [*names, *more, *dict.fromkeys(SERVICES + WASTEWATER)]

    @api.model
    def _filters(self, filters):
        provinces = self.env["srm.territory"].search_fetch(
            [("level", "=", "province")], ["name"]
        )
        return [
            self._dashboard_filter(
                "province",
                self.env._("Prefecture or province"),
                [("", self.env._("The whole region"))]
                + [(str(province.id), province.name) for province in provinces],
                str(self._province_id(filters) or ""),
            ),
            self._dashboard_filter(
                "kind",
                self.env._("Kind of commune"),
                [
                    ("", self.env._("All communes")),
                    ("urban", self.env._("Urban communes")),
                    ("rural", self.env._("Rural communes")),
                ],
                filters.get("kind") or "",
            ),
        ]

    # Cards

    @api.model
    def _cards(self, communes):
        population = sum(communes.mapped("population_2024"))
        before = sum(communes.mapped("population_2014"))
        action = self._territory_action(communes, self.env._("Communes"))
        card = self._dashboard_card
        return [
            card(
                "population",
                self.env._("Population 2024"),
                population,
                action=action,
            ),
            card(
                "change",
                self.env._("Change since 2014"),
                (population - before) * 100 / before if before else 0,
                "percent",
                hint=self.env._("Between the two censuses"),
                tone="success" if population >= before else "warning",
                action=action,
            ),
            card(
                "households",
                self.env._("Households 2024"),
                sum(communes.mapped("households_2024")),
                action=action,
            ),
            card("communes", self.env._("Communes"), len(communes), action=action),
            *self._service_cards(communes),
        ]

    @api.model
    def _service_cards(self, communes):
        labels = self._labels(SERVICES)
        hint = self.env._("Households that have it, census of 2024")
        return [
            self._dashboard_card(
                name,
                labels[name],
                communes._weighted_mean(name),
                "percent",
                hint=hint,
                tone=self._tone(communes._weighted_mean(name)),
                action=self._access_action(communes, labels[name]),
            )
            for name in SERVICES
        ]

    @api.model
    def _labels(self, names):
        """Names of the services without their unit, in the user's language."""
        fields = self.env["srm.territory"].fields_get(names, ["string"])
        return {
            name: fields[name]["string"].removesuffix("(%)").strip() for name in names
        }

    @api.model
    def _tone(self, percent):
        if percent >= 95:
            return "success"
        return "warning" if percent >= 60 else "danger"

    # Charts

    @api.model
    def _population_chart(self, areas):
        return self._dashboard_chart(
            "population",
            self.env._("Population"),
            "bar",
            self._area_names(areas),
            [
                ("2014", areas.mapped("population_2014")),
                ("2024", areas.mapped("population_2024")),
            ],
            actions=self._part_actions(areas),
        )

    @api.model
    def _area_names(self, areas):
        """A cercle often has the name of its town: tell them apart."""
        return [
            area.with_context(srm_show_level=area.level == "cercle").display_name
            for area in areas
        ]

    @api.model
    def _access_chart(self, areas):
        labels = self._labels(SERVICES)
        return self._dashboard_chart(
            "access",
            self.env._("Households that have each service (%)"),
            "bar",
            self._area_names(areas),
            [(labels[name], areas.mapped(name)) for name in SERVICES],
            actions=self._part_actions(areas),
            format="percent",
        )

    @api.model
    def _wastewater_chart(self, communes):
        labels = self._labels(WASTEWATER)
        action = self._access_action(communes, self.env._("Wastewater disposal"))
        return self._dashboard_chart(
            "wastewater",
            self.env._("Wastewater disposal of the households (%)"),
            "doughnut",
            [labels[name] for name in WASTEWATER],
            [
                (
                    self.env._("Households"),
                    [communes._weighted_mean(name) for name in WASTEWATER],
                )
            ],
            actions=[action] * len(WASTEWATER),
            format="percent",
        )

    @api.model
    def _area_chart(self):
        access = self.env["srm.territory.access"].search(
            [("level", "=", "region"), ("area", "in", ("urban", "rural"))],
            order="year desc, area desc",
            limit=2,
        )
        areas = dict(access._fields["area"]._description_selection(self.env))
        labels = self._labels(SERVICES)
        return self._dashboard_chart(
            "area",
            self.env._("The region: town and country (%)"),
            "bar",
            [labels[name] for name in SERVICES],
            [(areas[line.area], [line[name] for name in SERVICES]) for line in access],
            actions=[
                self._dashboard_action(
                    ACCESS_ACTION, labels[name], [("id", "in", access.ids)]
                )
                for name in SERVICES
            ],
            format="percent",
        )

    # Tables

    @api.model
    def _extremes_table(self, communes, title, measure, reverse=False):
        rows = communes.sorted(measure, reverse=reverse)[:EXTREMES]
        label = communes.fields_get([measure], ["string"])[measure]["string"]
        return self._dashboard_table(
            title,
            [
                (self.env._("Commune"), "text"),
                (self.env._("Prefecture or province"), "text"),
                (self.env._("Population 2024"), "integer"),
                (label, "percent"),
            ],
            [
                [row.name, row.province_id.name, row.population_2024, row[measure]]
                for row in rows
            ],
            actions=[self._form_action(row) for row in rows],
        )

    # Drill-down

    @api.model
    def _territory_action(self, territories, name):
        return self._dashboard_action(
            TERRITORY_ACTION,
            name,
            [("id", "in", territories.ids)],
            **self._grouping(territories),
        )

    @api.model
    def _access_action(self, territories, name):
        return self._dashboard_action(
            ACCESS_ACTION,
            name,
            [("territory_id", "in", territories.ids), ("area", "=", "total")],
            **self._grouping(territories),
        )

    @api.model
    def _grouping(self, territories):
        """Grouping by province is worth a click only when there are several."""
        several = len(territories.province_id) > 1
        return {"search_default_group_province": 1} if several else {}

    @api.model
    def _part_actions(self, areas):
        return [
            self._dashboard_action(
                TERRITORY_ACTION,
                area.name,
                [("id", "child_of", area.id), ("level", "=", "commune")],
            )
            for area in areas
        ]

    @api.model
    def _form_action(self, territory):
        return {
            "type": "ir.actions.act_window",
            "name": territory.name,
            "res_model": "srm.territory",
            "res_id": territory.id,
            "views": [(False, "form")],
        }
