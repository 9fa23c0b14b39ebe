from psycopg2.errors import UniqueViolation

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SrmCase


@tagged("post_install", "-at_install")
class TestSrmService(SrmCase):
    def test_three_services(self):
        codes = ["electricity", "water", "sanitation"]
        for code in codes:
            self.assertEqual(self.env.ref(f"srm_base.service_{code}").code, code)

    def test_match_in_three_languages(self):
        service = self.env["srm.service"]
        for text in ("eau potable", "WATER", "الماء الصالح للشرب", "AEP"):
            found = service._match([text])
            self.assertEqual(
                list(found.values()), [self.env.ref("srm_base.service_water").id], text
            )

    @mute_logger("odoo.sql_db")
    def test_code_is_unique(self):
        with self.assertRaises(UniqueViolation):
            self.env["srm.service"].create({"name": "Eau", "code": "water"})

    def test_seed_keeps_what_people_changed(self):
        water = self.env.ref("srm_base.service_water")
        water.name = "Water of ours"
        self.env["srm.service"]._load_seed_csv()
        self.assertEqual(water.name, "Water of ours")
        self.assertEqual(self.env["srm.service"].search_count([]), 3)
