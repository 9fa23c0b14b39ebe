from psycopg2.errors import CheckViolation, UniqueViolation

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools.seed import read_csv
from .common import SrmCase


@tagged("post_install", "-at_install")
class TestSrmTerritoryAccess(SrmCase):
    def setUp(self):
        super().setUp()
        self.commune = self.territory("09.001.01.01")

    def test_every_row_of_the_file_is_there(self):
        rows = read_csv("data/territory/service_access_2024.csv")
        lines = self.env["srm.territory.access"].search([("year", "=", 2024)])
        self.assertEqual(len(lines), len(rows))
        found = {(line.territory_id.code, line.area): line for line in lines}
        for row in rows:
            area = row["level"].partition("-")[2] or "total"
            line = found[row["code"], area]
            self.assertEqual(line.households, int(row["households_2024"]))
            self.assertEqual(line.running_water_pct, float(row["running_water_pct"]))

    def test_counts_of_households(self):
        line = self.commune.access_ids
        line.write({"households": 1000, "electricity_pct": 97.9})
        self.assertEqual(line.electricity_households, 979)

    @mute_logger("odoo.sql_db")
    def test_once_per_year_and_area(self):
        with self.assertRaises(UniqueViolation):
            self.commune.access_ids.copy()

    @mute_logger("odoo.sql_db")
    def test_shares_are_percentages(self):
        with self.assertRaises(CheckViolation):
            self.commune.access_ids.electricity_pct = 100.1
            self.env.flush_all()

    def test_deleted_with_its_territory(self):
        line = self.commune.access_ids
        self.commune.unlink()
        self.assertFalse(line.exists())
