from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_srm_water_balance import SupplyCase


@tagged("post_install", "-at_install")
class TestLeak(SupplyCase):
    def test_search(self):
        sector = self.sector(connections=2000)
        search = self.env["srm.leak.campaign"].create(
            {
                "name": "Search",
                "sector_id": sector.id,
                "date_start": self.today - timedelta(30),
                "date_end": self.today,
                "km_inspected": 240,
                "leak_ids": [
                    Command.create(
                        {
                            "sector_id": sector.id,
                            "place": place,
                            "address": "Here",
                            "date_found": self.today - timedelta(5),
                            "date_repaired": self.today - timedelta(3),
                            "flow": 0.5,
                        }
                    )
                    for place in ("main", "connection", "connection")
                ],
            }
        )
        self.assertEqual(search.times, 2)
        self.assertAlmostEqual(search.per_km, 0.42)
        self.assertEqual(search.per_connections, 1)
        # 0.5 m3/h during 363 days, three times.
        self.assertEqual(search.saved, 3 * 4356)
        self.assertEqual(sector.open_leaks, 0)

    def test_not_repaired_saves_nothing(self):
        leak = self.env["srm.leak"].create(
            {"sector_id": self.sector().id, "address": "Here", "flow": 2}
        )
        self.assertEqual((leak.saved, leak.sector_id.open_leaks), (0, 1))
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            leak.date_repaired = leak.date_found - timedelta(1)
            self.env.flush_all()


@tagged("post_install", "-at_install")
class TestTreatmentPlant(SupplyCase):
    def plant(self):
        return self.env["srm.treatment.plant"].create(
            {"name": "Test plant", "territory_id": self.commune.id}
        )

    def test_reuse_against_the_target(self):
        volume = self.env["srm.treatment.volume"].create(
            {
                "plant_id": self.plant().id,
                "month": self.month,
                "treated": 1000,
                "reuse_ids": [
                    Command.create({"group": "golf", "volume": 300}),
                    Command.create({"group": "green", "volume": 200}),
                ],
            }
        )
        self.assertEqual((volume.reused, volume.rate, volume.missing), (500, 50, 100))
        with self.assertRaises(ValidationError):
            volume.reuse_ids[0].volume = 900
            volume.treated = 1000
            volume._check_reuse()

    def test_a_result_keeps_the_limit_of_its_day(self):
        parameter = self.env["srm.quality.parameter"].create(
            {"code": "test", "name": "Test", "limit": 30}
        )
        result = self.env["srm.quality.result"].create(
            {
                "plant_id": self.plant().id,
                "parameter_id": parameter.id,
                "date": self.today,
                "value": 31,
            }
        )
        self.assertTrue(result.exceeded)
        parameter.limit = 50
        self.assertTrue(result.exceeded)
        self.assertEqual(result.plant_id.exceeded_count, 1)
