from srm_engine.errors import RuleError
from srm_engine.geometry import POINT, read

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools.misc import formatLang

#: More drawings than this are a stain, not a map; a filter shows the rest.
MOST_FEATURES = 5_000
GROUPS = (
    "srm_projects.group_network_officer",
    "srm_base.group_project_manager",
    "srm_base.group_director",
    "srm_base.group_administrator",
)
#: Colour-blind safe, from good to bad.
COLOURS = {
    "1": "#1a9850",
    "2": "#91cf60",
    "3": "#e6ab02",
    "4": "#fc8d59",
    "5": "#d73027",
    "": "#6c757d",
    "taken": "#d73027",
    "left_out": "#6c757d",
    "urgent": "#d73027",
    "next": "#fc8d59",
    "later": "#6c757d",
}
URGENT, NEXT = 50, 200


class SrmNetworkMap(models.AbstractModel):
    """Sections and structures on a map, coloured by what is asked.

    Everything is read with the rights of the user: who is limited to a province sees
    the network of that province.
    """

    _name = "srm.network.map"
    _description = "Network Map"

    @api.model
    def _action(self, **options):
        """Client action that shows the map with these options."""
        action = self.env["ir.actions.client"]._for_xml_id(
            "srm_projects.action_srm_network_map"
        )
        return action | {"params": {"options": options}}

    @api.model
    @api.readonly
    def get_map(self, options=None):
        """Drawings, legend and filters of the map.

        :param options: ``plan``, ``ranking`` or ``diagnosis`` (record id),
            ``section_ids``, ``service``, ``province``, ``kind``
        :return: dict of ``title``, ``features``, ``places``, ``legend``, ``filters``,
            ``shown`` and ``total``; a feature has ``id``, ``point``, ``colour``,
            ``parts`` ([[[lat, lon]...]...]), ``label`` and ``lines`` of text
        """
        if not (self.env.su or any(map(self.env.user.has_group, GROUPS))):
            raise AccessError(self.env._("You are not allowed to see this map."))
        options = dict(options or {})
        sections, keys, total = self._chosen(options)
        features = [
            feature
            for section in sections
            if (feature := self._feature(section, keys.get(section.id, "")))
        ]
        return {
            "title": self._title(options),
            "features": features,
            "places": self._places(sections),
            "legend": self._legend(options, {one["key"] for one in features}),
            "filters": self._filters(options),
            "total": total,
            "shown": len(features),
        }

    @api.model
    def _chosen(self, options):
        """Sections to draw, the key of the legend of each, how many there are."""
        if plan := self._record("srm.urgent.plan", options.get("plan")):
            lines = plan.line_ids
            keys = {
                line.section_id.id: "taken" if line.taken else "left_out"
                for line in lines
            }
            found = self._within(lines.section_id, options)
            return found[:MOST_FEATURES], keys, len(found)
        if ranking := self._record("srm.priority.ranking", options.get("ranking")):
            lines = self.env["srm.priority.line"].search(
                [("ranking_id", "=", ranking.id)], limit=MOST_FEATURES
            )
            keys = {line.section_id.id: self._rank_key(line.rank) for line in lines}
            found = self._within(lines.section_id, options)
            return found, keys, ranking.line_count
        sections, total = self._searched(options)
        keys = {section.id: section.grade or "" for section in sections}
        return sections, keys, total

    @api.model
    def _rank_key(self, rank):
        return "urgent" if rank <= URGENT else "next" if rank <= NEXT else "later"

    @api.model
    def _record(self, model, number):
        found = self.env[model]
        if str(number or "").isdigit():
            found = found.search([("id", "=", int(number))])
        return found

    @api.model
    def _within(self, sections, options):
        return sections.filtered_domain(self._domain(options))

    @api.model
    def _domain(self, options):
        """What the filters of the page ask."""
        domain = [("geometry", "!=", False)]
        for name, field in (("province", "province_id"), ("service", "service_id")):
            if str(options.get(name) or "").isdigit():
                domain.append((field, "=", int(options[name])))
        if options.get("kind"):
            domain.append(("kind", "=", str(options["kind"])))
        return domain

    @api.model
    def _searched(self, options):
        domain = self._domain(options)
        if ids := options.get("section_ids"):
            domain.append(("id", "in", [int(number) for number in ids]))
        if diagnosis := self._record("srm.diagnosis", options.get("diagnosis")):
            domain += [
                ("territory_id", "in", diagnosis.line_ids.commune_id.ids),
                ("service_id", "=", diagnosis.service_id.id),
            ]
        sections = self.env["srm.network.section"]
        found = sections.search(
            domain, order="grade DESC NULLS LAST, id", limit=MOST_FEATURES
        )
        return found, sections.search_count(domain)

    @api.model
    def _feature(self, section, key):
        try:
            drawing = read(section.geometry) if section.geometry else None
        except RuleError:
            return None
        if not drawing:
            return None
        return {
            "id": section.id,
            "key": key,
            "colour": COLOURS[key],
            "point": drawing.kind == POINT,
            "parts": [
                [[latitude, longitude] for longitude, latitude in part]
                for part in drawing.parts
            ],
            "label": section.display_name,
            "lines": self._facts(section),
        }

    @api.model
    def _places(self, sections):
        """Names of the communes, in the middle of what is drawn of them."""
        drawn = sections.filtered(lambda one: one.latitude or one.longitude)
        return [
            {
                "name": place.name,
                "at": [
                    sum(found.mapped("latitude")) / len(found),
                    sum(found.mapped("longitude")) / len(found),
                ],
            }
            for place, found in drawn.grouped("territory_id").items()
            if place
        ]

    @api.model
    def _facts(self, section):
        """What the bubble of a section tells."""
        kinds = dict(section._fields["kind"]._description_selection(self.env))
        grades = dict(section._fields["grade"]._description_selection(self.env))
        facts = [
            (self.env._("Kind"), kinds[section.kind]),
            (self.env._("Commune"), section.territory_id.name),
            (self.env._("Condition"), grades.get(section.grade)),
            (self.env._("Length (m)"), self._whole(section.length_m)),
            (self.env._("Laid or built in"), section.year or None),
            (self.env._("Breaks in five years"), section.break_count or None),
            (self.env._("Cost of renewal"), self._whole(section.cost)),
        ]
        return [[label, str(value)] for label, value in facts if value]

    @api.model
    def _whole(self, value):
        return formatLang(self.env, value, digits=0) if value else None

    @api.model
    def _title(self, options):
        for name, model in (
            ("plan", "srm.urgent.plan"),
            ("ranking", "srm.priority.ranking"),
            ("diagnosis", "srm.diagnosis"),
        ):
            if record := self._record(model, options.get(name)):
                return record.display_name
        return self.env._("Map of the networks")

    @api.model
    def _legend(self, options, present):
        if options.get("plan"):
            labels = {
                "taken": self.env._("In the plan"),
                "left_out": self.env._("Not in the plan"),
            }
        elif options.get("ranking"):
            labels = {
                "urgent": self.env._("First %(count)s", count=URGENT),
                "next": self.env._("Up to %(count)s", count=NEXT),
                "later": self.env._("Later"),
            }
        else:
            grades = self.env["srm.network.section"]._fields["grade"]
            labels = dict(grades._description_selection(self.env))
            labels[""] = self.env._("Not inspected")
        return [
            {"key": key, "label": label, "colour": COLOURS[key]}
            for key, label in labels.items()
            if key in present
        ]

    @api.model
    def _filters(self, options):
        every = ("", self.env._("All"))
        services = self.env["srm.service"].search([("active", "=", True)])
        provinces = self.env["srm.territory"].search([("level", "=", "province")])
        kinds = self.env["srm.network.section"]._fields["kind"]
        choices = (
            ("service", self.env._("Service"), self._options(services)),
            (
                "province",
                self.env._("Prefecture or province"),
                self._options(provinces),
            ),
            ("kind", self.env._("Kind"), kinds._description_selection(self.env)),
        )
        return [
            {
                "name": name,
                "label": label,
                "options": [every, *values],
                "value": str(options.get(name) or ""),
            }
            for name, label, values in choices
        ]

    @api.model
    def _options(self, records):
        return [(str(record.id), record.display_name) for record in records]
