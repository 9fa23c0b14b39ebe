import json
import math
import random

from odoo import Command, api, fields, models

#: commune, longitude, latitude of its centre (rounded): where the fictional lines lie.
PLACES = (
    ("Agadir", -9.592, 30.420),
    ("Inezgane", -9.538, 30.355),
    ("Ait Amira", -9.435, 30.160),
    ("Tiznit", -9.733, 29.697),
    ("Taroudannt", -8.877, 30.470),
    ("Drargua", -9.480, 30.380),
)
SECTORS = {
    "Agadir": "AG-110",
    "Inezgane": "IN-090",
    "Ait Amira": "AM-S1",
    "Tiznit": "TZ-S1",
    "Taroudannt": "TR-S1",
}
LIVES = {"pvc": 60, "pehd": 60, "fd": 80, "fg": 70, "ac": 50, "beton": 80, "ba": 90}
COSTS = (
    ("main", 160, 1450),
    ("main", 400, 2900),
    ("main", 0, 5200),
    ("sewer", 400, 2600),
    ("sewer", 0, 6800),
    ("pump", 0, 2400000),
    ("tank", 0, 4800000),
)
SCORES = {"BAB": 10, "BAC": 60, "BAF": 15, "BAJ": 8, "BBA": 12, "BBC": 4, "BBF": 10}
STREETS = (
    "Avenue Hassan II",
    "Avenue Mohammed V",
    "Rue des Orangers",
    "Boulevard Al Moukaouama",
    "Rue de l'Arganier",
    "Avenue du Souss",
    "Rue Ibn Khaldoun",
    "Lotissement Al Amal",
)
#: metres of one degree of latitude
DEGREE = 111195
PER_PLACE = 9


class SrmNetworksDemo(models.AbstractModel):
    """Demonstration networks, inspections, a ranking and an urgent plan."""

    _name = "srm.networks.demo"
    _description = "Demonstration Networks"

    @api.model
    def _load(self):
        # No background is asked from outside by a demonstration.
        self.env["ir.config_parameter"].sudo().set_param("leaflet.tile_url", "")
        officer = self.env.ref("srm_projects.user_demo_network_officer")
        manager = self.env.ref("srm_projects.user_demo_network_manager")
        self.with_user(manager)._settings()
        demo = self.with_user(officer)
        mains = demo._sections("main", "water", 1)
        sewers = demo._sections("sewer", "sanitation", 2)
        demo._structures()
        demo._breaks(mains | sewers)
        demo._diagnosis(sewers, manager)
        demo._plan(mains, manager)

    @api.model
    def _service(self, code):
        return self.env["srm.service"].search([("code", "=", code)])

    @api.model
    def _place(self, name):
        return self.env["srm.supply.demo"]._place(name)

    @api.model
    def _settings(self):
        for code, life in LIVES.items():
            self.env.ref(f"srm_projects.material_{code}").life = life
        self.env["srm.unit.cost"].create(
            [
                {"kind": kind, "diameter_max": diameter, "amount": amount}
                for kind, diameter, amount in COSTS
            ]
        )
        scale = self.env.ref("srm_projects.scale_wsa05")
        scale.score_ids = [
            Command.create(
                {
                    "code_id": self.env.ref(
                        f"srm_projects.defect_code_{code.lower()}"
                    ).id,
                    "score": score,
                }
            )
            for code, score in SCORES.items()
        ]

    @api.model
    def _sections(self, kind, service, seed):
        """Fictional lines around the centre of each commune, always the same."""
        chance = random.Random(seed)
        materials = ("pvc", "fd", "ac", "pehd") if kind == "main" else ("ac", "ba")
        rows = []
        for name, longitude, latitude in PLACES:
            for number in range(PER_PLACE):
                line = self._line(chance, longitude, latitude)
                rows.append(
                    {
                        "code": f"{kind[0]}-{name[:2]}-{number + 1:03d}".upper(),
                        "name": chance.choice(STREETS),
                        "kind": kind,
                        "service_id": self._service(service).id,
                        "territory_id": self._place(name).id,
                        "sector_id": self._sector(name).id if kind == "main" else False,
                        "material_id": self.env.ref(
                            f"srm_projects.material_{chance.choice(materials)}"
                        ).id,
                        "year": chance.randint(1958, 2018),
                        "diameter": chance.choice((110, 160, 200, 315, 400, 600)),
                        "length_m": round(line["metres"], 1),
                        "geometry": line["geometry"],
                        "customers": chance.randint(40, 2600),
                        "critical_customers": chance.choice((0, 0, 0, 1, 2)),
                        "flooding": kind == "sewer" and chance.random() < 0.2,
                        "breaks_taken_over": chance.choice((0, 0, 1, 2, 5)),
                    }
                )
        return self.env["srm.network.section"].create(rows)

    @api.model
    def _sector(self, name):
        return self.env["srm.sector"].search(
            [("code", "=", SECTORS.get(name, ""))], limit=1
        )

    @api.model
    def _line(self, chance, longitude, latitude):
        """A street-like line of three segments near a centre."""
        heading = chance.choice((0.3, 0.3 + math.pi / 2))
        x = chance.uniform(-1500, 1500)
        y = chance.uniform(-1500, 1500)
        points, metres = [(x, y)], 0.0
        for _segment in range(3):
            length = chance.uniform(80, 420)
            turn = heading + chance.uniform(-0.25, 0.25)
            x, y = x + length * math.cos(turn), y + length * math.sin(turn)
            points.append((x, y))
            metres += length
        east = DEGREE * math.cos(math.radians(latitude))
        coordinates = [
            [round(longitude + x / east, 6), round(latitude + y / DEGREE, 6)]
            for x, y in points
        ]
        geometry = {"type": "LineString", "coordinates": coordinates}
        return {"metres": metres, "geometry": json.dumps(geometry)}

    @api.model
    def _structures(self):
        rows = (
            ("R-AG-01", "Réservoir Tilila", "tank", "Agadir", -9.565, 30.432, 1987),
            (
                "R-TZ-01",
                "Réservoir Tiznit haut",
                "tank",
                "Tiznit",
                -9.725,
                29.705,
                1994,
            ),
            ("SP-IN-01", "Station Inezgane", "pump", "Inezgane", -9.531, 30.350, 2003),
            ("F-AM-01", "Forage Aït Amira 1", "well", "Ait Amira", -9.44, 30.165, 2011),
        )
        self.env["srm.network.section"].create(
            [
                {
                    "code": code,
                    "name": name,
                    "kind": kind,
                    "service_id": self._service("water").id,
                    "territory_id": self._place(commune).id,
                    "material_id": self.env.ref("srm_projects.material_gc").id,
                    "year": year,
                    "geometry": json.dumps(
                        {"type": "Point", "coordinates": [longitude, latitude]}
                    ),
                }
                for code, name, kind, commune, longitude, latitude, year in rows
            ]
        )

    @api.model
    def _breaks(self, sections):
        chance = random.Random(3)
        today = fields.Date.context_today(self)
        rows = []
        for section in chance.sample(sorted(sections, key=lambda s: s.code), 26):
            date = fields.Date.subtract(today, days=chance.randint(5, 1200))
            rows.append(
                {
                    "section_id": section.id,
                    "date": date,
                    "date_repaired": fields.Date.add(date, days=chance.randint(0, 4)),
                    "cause": chance.choice(("age", "pressure", "third_party", "roots")),
                    "customers": chance.randint(0, 400),
                    "minutes": chance.randint(30, 420),
                }
            )
        self.env["srm.network.break"].create(rows)

    @api.model
    def _diagnosis(self, sewers, manager):
        """A campaign under way: half of its sewers seen by camera."""
        today = fields.Date.context_today(self)
        diagnosis = self.env["srm.diagnosis"].create(
            {
                "name": "Diagnostic des collecteurs du Grand Agadir",
                "service_id": self._service("sanitation").id,
                "date_start": fields.Date.subtract(today, months=4),
                "date_end": fields.Date.add(today, months=2),
            }
        )
        diagnosis.action_propose_communes()
        diagnosis.with_user(manager).action_start()
        chance = random.Random(4)
        codes = {
            code: self.env.ref(f"srm_projects.defect_code_{code.lower()}").id
            for code in SCORES
        }
        seen = chance.sample(sorted(sewers, key=lambda one: one.code), len(sewers) // 2)
        inspections = self.env["srm.network.inspection"].create(
            [
                {
                    "section_id": section.id,
                    "diagnosis_id": diagnosis.id,
                    "date": fields.Date.subtract(today, days=chance.randint(3, 100)),
                    "inspector": "Équipe caméra 1",
                    "length_m": section.length_m,
                    "defect_ids": [
                        Command.create(
                            {
                                "code_id": codes[chance.choice(list(codes))],
                                "position": round(chance.uniform(1, 70), 1),
                            }
                        )
                        for _number in range(chance.choice((0, 1, 2, 3, 6)))
                    ],
                }
                for section in seen
            ]
        )
        inspections[:-2].with_user(manager).action_validate()

    @api.model
    def _plan(self, mains, manager):
        water = self._service("water")
        ranking = self.env["srm.priority.ranking"].create({"service_id": water.id})
        ranking.action_rank()
        plan = self.env["srm.urgent.plan"].create(
            {
                "title": "Plan d'urgence eau potable, zones fragiles",
                "ranking_id": ranking.id,
                "ceiling": 12000000,
            }
        )
        plan.action_build()
        plan.with_user(manager).action_approve()
