from datetime import timedelta

from odoo import Command, api, fields, models

#: code, name, kind, commune, km, connections, m3 brought in a month, yield
SECTORS = [
    ("AG-110", "Agadir, étage 110", "floor", "Agadir", 410.5, 42000, 780000, 0.83),
    ("AG-160", "Agadir, étage 160", "floor", "Agadir", 205.25, 21000, 390000, 0.78),
    ("IN-090", "Inezgane, étage 90", "floor", "Inezgane", 98.1, 12500, 205000, 0.71),
    ("AM-S1", "Aït Amira, secteur 1", "sector", "Ait Amira", 61.1, 6400, 96000, 0.57),
    ("TZ-S1", "Tiznit, secteur centre", "sector", "Tiznit", 84.0, 9800, 132000, 0.81),
    ("TR-S1", "Taroudannt, médina", "sector", "Taroudannt", 77.4, 9100, 121000, 0.69),
]
LEAKS = [
    ("AG-110", "main", "Avenue Hassan II, n° 120", -40, -36, 1.8),
    ("AG-110", "connection", "Rue des Orangers, n° 8", -25, -24, 0.3),
    ("IN-090", "main", "Boulevard Mohammed V, rond-point", -12, None, 2.4),
    ("AM-S1", "meter", "Lotissement Al Amal, villa 14", -9, None, 0.1),
    ("TR-S1", "main", "Bab Targhount", -3, None, 3.2),
]
MONTHS = 12


class SrmSupplyDemo(models.AbstractModel):
    """Demonstration sectors with a year of volumes, leaks and a plant."""

    _name = "srm.supply.demo"
    _description = "Demonstration Supply"

    @api.model
    def _load(self):
        officer = self.env.ref("srm_projects.user_demo_network_officer")
        manager = self.env.ref("srm_projects.user_demo_network_manager")
        demo = self.with_user(officer)
        sectors = {row[0]: demo._sector(row) for row in SECTORS}
        volumes = demo._volumes(sectors)
        volumes.with_user(manager).action_validate_directorate()
        demo._leaks(sectors)
        demo._plant()

    @api.model
    def _place(self, name):
        return self.env["srm.territory"].search(
            [("name", "=", name), ("level", "=", "commune")], limit=1
        )

    @api.model
    def _sector(self, row):
        code, name, kind, commune, km, connections, _brought, _yield = row
        place = self._place(commune)
        return self.env["srm.sector"].create(
            {
                "code": code,
                "name": name,
                "kind": kind,
                "service_id": self.env["srm.service"]
                .search([("code", "=", "water")])
                .id,
                "territory_id": place.id,
                "territory_ids": [Command.set(place.ids)],
                "km": km,
                "connections": connections,
                "private_m": 6,
                "pressure": 42,
            }
        )

    @api.model
    def _volumes(self, sectors):
        """A year; summers ask more, and one month of one sector does not match."""
        first = fields.Date.start_of(fields.Date.context_today(self), "month")
        rows = []
        for back in range(MONTHS, 0, -1):
            month = fields.Date.subtract(first, months=back)
            season = 1.15 if month.month in (6, 7, 8, 9) else 1.0
            for code, _n, _k, _c, _km, _b, brought, ratio in SECTORS:
                odd = code == "TZ-S1" and back == 2
                volume = round(brought * season * (1 + (back % 3 - 1) / 50))
                rows.append(
                    {
                        "sector_id": sectors[code].id,
                        "month": month,
                        "days": 30,
                        "brought_in": volume,
                        "billed_metered": round(volume * (1.06 if odd else ratio)),
                        "unbilled_metered": round(volume * 0.01),
                    }
                )
        volumes = self.env["srm.water.balance"].create(rows)
        last = volumes.filtered(
            lambda one: one.month == fields.Date.subtract(first, months=1)
        )
        return volumes - last

    @api.model
    def _leaks(self, sectors):
        today = fields.Date.context_today(self)
        search = self.env["srm.leak.campaign"].create(
            {
                "name": "Recherche de fuites, Grand Agadir",
                "sector_id": sectors["AG-110"].id,
                "territory_id": sectors["AG-110"].territory_id.id,
                "date_start": today - timedelta(60),
                "date_end": today - timedelta(20),
                "km_inspected": 210,
                "team": "Équipe acoustique 2",
            }
        )
        self.env["srm.leak"].create(
            [
                {
                    "sector_id": sectors[code].id,
                    "territory_id": sectors[code].territory_id.id,
                    "campaign_id": search.id if code == "AG-110" else False,
                    "place": place,
                    "address": address,
                    "date_found": today + timedelta(found),
                    "date_repaired": today + timedelta(repaired) if repaired else False,
                    "flow": flow,
                }
                for code, place, address, found, repaired, flow in LEAKS
            ]
        )

    @api.model
    def _plant(self):
        first = fields.Date.start_of(fields.Date.context_today(self), "month")
        plant = self.env["srm.treatment.plant"].create(
            {
                "name": "STEP de M'zar (démonstration)",
                "territory_id": self._place("Agadir").id,
                "process": "Infiltration-percolation, traitement tertiaire UV",
                "capacity": 60000,
                "tertiary": True,
            }
        )
        self.env["srm.treatment.volume"].create(
            [
                {
                    "plant_id": plant.id,
                    "month": fields.Date.subtract(first, months=back),
                    "volume_in": 1500000,
                    "treated": 1350000,
                    "tertiary": 820000,
                    "reuse_ids": [
                        Command.create({"group": "golf", "volume": 430000}),
                        Command.create(
                            {"group": "green", "volume": 180000 + 20000 * (6 - back)}
                        ),
                    ],
                }
                for back in range(6, 0, -1)
            ]
        )
        parameter = self.env.ref("srm_projects.quality_parameter_tss")
        self.env["srm.quality.result"].create(
            [
                {
                    "plant_id": plant.id,
                    "parameter_id": parameter.id,
                    "date": fields.Date.subtract(first, days=days),
                    "value": value,
                }
                for days, value in ((60, 18), (30, 22), (3, 41))
            ]
        )
