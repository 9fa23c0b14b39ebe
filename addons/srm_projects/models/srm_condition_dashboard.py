from decimal import Decimal

from srm_engine.reliability import Outage, reliability
from srm_engine.renewal import Pipe, needs, total_km

from odoo import api, fields, models
from odoo.tools.misc import formatLang

from ..amounts import exact
from .srm_network_section import BREAK_YEARS, GRADES, LINEAR

HORIZON = 20
INSPECTED_YEARS = 5


class SrmConditionDashboard(models.AbstractModel):
    """Condition of the networks: grades, breaks, what has to be renewed and when."""

    _name = "srm.condition.dashboard"
    _inherit = "srm.dashboard.mixin"
    _description = "Condition of the networks"
    _dashboard_groups = (
        "srm_projects.group_network_officer",
        "srm_base.group_project_manager",
        "srm_base.group_director",
        "srm_base.group_administrator",
    )

    @api.model
    def _get_dashboard(self, filters):
        domain = self._domain(filters)
        groups = self._groups(domain)
        found = self._needs(groups)
        return {
            "title": self.env._("Condition and renewal of the networks"),
            "filters": self._filters(),
            "cards": self._cards(domain, groups, found),
            "charts": [self._grade_chart(domain), self._needs_chart(domain, found)],
            "tables": [self._materials_table(domain, groups)],
        }

    # What is asked

    @api.model
    def _domain(self, filters):
        """Lines of one service: water unless another one is chosen."""
        domain = [("kind", "in", LINEAR)]
        service = str(filters.get("service") or "")
        if service.isdigit():
            domain.append(("service_id", "=", int(service)))
        else:
            domain.append(("service_id.code", "=", "water"))
        province = str(filters.get("province") or "")
        if province.isdigit():
            domain.append(("province_id", "=", int(province)))
        return domain

    @api.model
    def _filters(self):
        return self.env["srm.yield.dashboard"]._filters()

    @api.model
    def _groups(self, domain):
        """[(material, year, metres, failures per km and year)]."""
        sections = self.env["srm.network.section"]
        rows = sections._read_group(
            domain, ["material_id", "year"], ["length_m:sum", "breaks_taken_over:sum"]
        )
        since = fields.Date.subtract(fields.Date.context_today(self), years=BREAK_YEARS)
        broken = self.env["srm.network.break"]._read_group(
            [("section_id", "any", domain), ("date", ">=", since)],
            ["section_id"],
            ["__count"],
        )
        recorded = {}
        for section, count in broken:
            key = (section.material_id, section.year)
            recorded[key] = recorded.get(key, 0) + count
        return [
            (
                material,
                year,
                exact(metres),
                self._failures(
                    taken_over + recorded.get((material, year), 0), exact(metres)
                ),
            )
            for material, year, metres, taken_over in rows
        ]

    @api.model
    def _failures(self, breaks, metres) -> Decimal:
        return Decimal(breaks) * 1000 / metres / BREAK_YEARS if metres else Decimal(0)

    @api.model
    def _needs(self, groups):
        """Kilometres to renew each year, as the engine counts them."""
        first = fields.Date.context_today(self).year
        pipes = [
            Pipe((material.id, year), metres, year or None, material.life or None, rate)
            for material, year, metres, rate in groups
        ]
        years = self.env.company.srm_failure_years
        return needs(pipes, first, first + HORIZON, years)

    # What is shown

    @api.model
    def _cards(self, domain, groups, found):
        sections = self.env["srm.network.section"]
        today = fields.Date.context_today(self)
        since = fields.Date.subtract(today, years=INSPECTED_YEARS)
        inspected = [*domain, ("inspected_on", ">=", since)]
        bad = [*domain, ("grade", "in", ("4", "5"))]
        unknown = [
            *domain,
            "|",
            ("year", "in", (0, False)),
            ("material_id.life", "in", (0, False)),
        ]
        overdue = found.get(today.year, Decimal(0))
        figures = (
            ("km", self.env._("Network (km)"), domain, "info"),
            (
                "inspected",
                self.env._("Inspected in five years (km)"),
                inspected,
                "info",
            ),
            ("bad", self.env._("Grades 4 and 5 (km)"), bad, "danger"),
            ("unknown", self.env._("Year or life unknown (km)"), unknown, "warning"),
        )
        cards = [
            self._dashboard_card(
                key,
                label,
                self._km(sections, where),
                "decimal",
                tone=tone,
                action=self._open(label, where),
            )
            for key, label, where, tone in figures
        ]
        due = self._dashboard_card(
            "due",
            self.env._("Past their life (km)"),
            round(float(overdue), 1),
            "decimal",
            tone="warning",
            hint=self.env._(
                "%(km)s km in %(years)s years",
                km=formatLang(
                    self.env,
                    float(total_km(found) - found.get(None, Decimal(0))),
                    digits=1,
                ),
                years=HORIZON,
            ),
        )
        return [*cards, due, *self._break_cards(domain)]

    @api.model
    def _km(self, sections, domain):
        ((metres,),) = sections._read_group(domain, [], ["length_m:sum"])
        return round((metres or 0) / 1000, 1)

    @api.model
    def _break_cards(self, domain):
        """Breaks of twelve months, with the interruptions for all who are served."""
        today = fields.Date.context_today(self)
        where = [
            ("section_id", "any", domain),
            ("date", ">=", fields.Date.subtract(today, years=1)),
        ]
        breaks = self.env["srm.network.break"].search(where)
        label = self.env._("Breaks in twelve months")
        action = self._dashboard_action(
            "srm_projects.action_srm_network_break", label, [("id", "in", breaks.ids)]
        )
        cards = [self._dashboard_card("breaks", label, len(breaks), action=action)]
        served = self._served(domain)
        known = breaks.filtered(lambda one: one.customers <= served)
        found = reliability(
            [Outage(one.customers, Decimal(one.minutes)) for one in known], served
        )
        hint = self.env._(
            "Minutes for each of the %(served)s customers served", served=served
        )
        if found.saidi is not None:
            cards.append(
                self._dashboard_card(
                    "saidi", "SAIDI", float(found.saidi), "decimal", hint=hint
                )
            )
        return cards

    @api.model
    def _served(self, domain):
        """Connections of the sectors of the same service and province."""
        kept = [leaf for leaf in domain if leaf[0] != "kind"]
        ((count,),) = self.env["srm.sector"]._read_group(
            [*kept, ("kind", "!=", "directorate")], [], ["connections:sum"]
        )
        return count or 0

    @api.model
    def _open(self, label, domain):
        return self._dashboard_action(
            "srm_projects.action_srm_network_section", label, domain
        )

    @api.model
    def _grade_chart(self, domain):
        sections = self.env["srm.network.section"]
        groups = dict(sections._read_group(domain, ["grade"], ["length_m:sum"]))
        labels = dict(sections._fields["grade"]._description_selection(self.env))
        title = self.env._("Kilometres by condition")
        keys = [*(code for code, _label in GRADES), False]
        return self._dashboard_chart(
            "grades",
            title,
            "bar",
            [labels.get(key, self.env._("Not inspected")) for key in keys],
            [(title, [round((groups.get(key) or 0) / 1000, 1) for key in keys])],
            format="decimal",
            actions=[self._open(title, [*domain, ("grade", "=", key)]) for key in keys],
        )

    @api.model
    def _needs_chart(self, domain, found):
        first = fields.Date.context_today(self).year
        years = range(first, first + HORIZON + 1)
        title = self.env._("Kilometres to renew by year, overdue in the first")
        return self._dashboard_chart(
            "needs",
            title,
            "bar",
            [str(year) for year in years],
            [(title, [round(float(found.get(year, 0)), 2) for year in years])],
            format="decimal",
        )

    @api.model
    def _materials_table(self, domain, groups):
        by_material = {}
        for material, year, metres, rate in groups:
            by_material.setdefault(material, []).append((year, metres, rate))
        rows = sorted(
            (self._material_row(*item) for item in by_material.items()),
            key=lambda row: -row[1],
        )
        columns = [
            (self.env._("Material"), "text"),
            (self.env._("Network (km)"), "decimal"),
            (self.env._("Mean age (years)"), "decimal"),
            (self.env._("Normal life (years)"), "integer"),
            (self.env._("Failures per km and year"), "decimal"),
            (self.env._("To renew in 20 years (km)"), "decimal"),
        ]
        ids = {material.name: material.id for material in by_material}
        unknown = self.env._("Not known")
        actions = [
            self._open(
                row[0],
                [
                    *domain,
                    (
                        "material_id",
                        "=",
                        False if row[0] == unknown else ids.get(row[0]),
                    ),
                ],
            )
            for row in rows
        ]
        title = self.env._("Renewal by material")
        return self._dashboard_table(title, columns, rows, actions)

    @api.model
    def _material_row(self, material, parts):
        this_year = fields.Date.context_today(self).year
        whole = sum(metres for _year, metres, _rate in parts)
        dated = [(year, metres) for year, metres, _rate in parts if year]
        length = sum(metres for _year, metres in dated)
        age = sum((this_year - year) * metres for year, metres in dated)
        failures = sum(metres * rate for _year, metres, rate in parts)
        found = self._needs([(material, *part) for part in parts])
        due = total_km(found) - found.get(None, Decimal(0))
        return [
            material.name or self.env._("Not known"),
            round(float(whole) / 1000, 1),
            round(float(age / length), 1) if length else None,
            material.life or None,
            round(float(failures / whole), 2) if whole else None,
            round(float(due), 1),
        ]
