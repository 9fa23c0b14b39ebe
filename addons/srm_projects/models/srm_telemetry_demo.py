import datetime
import math
import random

from odoo import api, fields, models

DAYS = 35
STEP = 900
#: m³/h a sector draws on average, lowest part at night, and its pressure in metres.
SECTORS = (("AG-110", 1080.0, 0.42, 48.0), ("AM-S1", 133.0, 0.61, 36.0))
#: What a day looks like: part of the mean flow drawn at each hour.
HOURS = (
    *(0.5, 0.42, 0.38, 0.36, 0.4, 0.6, 1.0, 1.5, 1.6, 1.4, 1.3, 1.3),
    *(1.4, 1.3, 1.1, 1.0, 1.0, 1.1, 1.3, 1.5, 1.5, 1.2, 0.9, 0.65),
)


class SrmTelemetryDemo(models.AbstractModel):
    """Demonstration telecontrol: five weeks of two sectors, with what goes wrong."""

    _name = "srm.telemetry.demo"
    _description = "Demonstration Telecontrol"

    @api.model
    def _load(self):
        officer = self.env.ref("srm_projects.user_demo_network_officer")
        demo = self.with_user(officer)
        for code, flow, night, pressure in SECTORS:
            sector = self.env["srm.sector"].search([("code", "=", code)], limit=1)
            flows, pressures = demo._channels(sector)
            demo._regulator(sector, pressures)
            self._send(flows, pressures, flow, night, pressure)
        finding = self.env["srm.telemetry.finding"]
        while blocks := finding._next_blocks():
            finding._check_blocks(blocks)
        self.env["srm.telemetry.channel"]._update_silent()

    @api.model
    def _channels(self, sector):
        return self.env["srm.telemetry.channel"].create(
            [
                {
                    "code": f"{sector.code}-Q",
                    "name": f"Débit d'entrée {sector.name}",
                    "sector_id": sector.id,
                    "quantity": "flow",
                    "direction": "in",
                    "step": STEP,
                    "bounded": True,
                    "low": 0,
                    "high": 3000,
                    "frozen": 12,
                },
                {
                    "code": f"{sector.code}-P",
                    "name": f"Pression aval {sector.name}",
                    "sector_id": sector.id,
                    "quantity": "pressure",
                    "step": STEP,
                    "bounded": True,
                    "low": 5,
                    "high": 90,
                    "jump": 25,
                },
            ]
        )

    @api.model
    def _regulator(self, sector, channel):
        self.env["srm.pressure.regulator"].create(
            {
                "code": f"RP-{sector.code}",
                "name": f"Régulateur {sector.name}",
                "sector_id": sector.id,
                "kind": "night",
                "diameter": 200,
                "setpoint_day": 45,
                "setpoint_night": 35,
                "downstream_id": channel.id,
            }
        )

    @api.model
    def _send(self, flows, pressures, flow, night, pressure):
        """Points until now, with a gap, a jump and a value out of range."""
        chance = random.Random(flows.code)
        zone = flows._zone()
        now = fields.Datetime.now().replace(tzinfo=datetime.UTC)
        start = int(now.timestamp()) - DAYS * 86_400
        start -= start % STEP
        points = {flows.id: [], pressures.id: []}
        for number in range(DAYS * 86_400 // STEP):
            if 400 < number < 420:
                continue
            moment = start + number * STEP
            hour = datetime.datetime.fromtimestamp(moment, zone).hour
            part = night + (1 - night) * (HOURS[hour] - 0.36) / 0.64
            drawn = flow * part * chance.uniform(0.97, 1.03)
            head = pressure - 6 * (HOURS[hour] - 1) + chance.uniform(-0.4, 0.4)
            head += 3 * math.sin(number / 300)
            points[flows.id].append((moment, round(drawn, 1)))
            points[pressures.id].append((moment, round(head, 2)))
        moment, _value = points[pressures.id][-700]
        points[pressures.id][-700] = (moment, 99.0)
        self.env["srm.telemetry.block"]._store(points)
