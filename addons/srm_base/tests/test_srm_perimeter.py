from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import SrmCase


@tagged("post_install", "-at_install")
class TestSrmPerimeter(SrmCase):
    def setUp(self):
        super().setUp()
        self.ramsa = self.env.ref("srm_base.perimeter_ramsa")
        self.onee = self.env.ref("srm_base.perimeter_onee")
        self.water = self.env.ref("srm_base.service_water")
        self.electricity = self.env.ref("srm_base.service_electricity")

    def test_water_covers_the_region_once(self):
        self.assertEqual(self.ramsa.commune_count + self.onee.commune_count, 175)
        self.assertFalse(self.ramsa.territory_ids & self.onee.territory_ids)
        self.assertIn(self.territory("09.001.01.01"), self.ramsa.territory_ids)

    def test_electricity_covers_the_region(self):
        perimeter = self.env.ref("srm_base.perimeter_onee_electricity")
        self.assertEqual(perimeter.commune_count, 175)
        self.assertEqual(perimeter.population, 3020431)

    def test_a_commune_is_in_one_perimeter_per_service(self):
        agadir = self.territory("09.001.01.01")
        with self.assertRaisesRegex(ValidationError, "Agadir"):
            self.onee.territory_ids |= agadir

    def test_an_archived_perimeter_does_not_count(self):
        agadir = self.territory("09.001.01.01")
        self.ramsa.active = False
        self.onee.territory_ids |= agadir
        self.assertIn(agadir, self.onee.territory_ids)
        with self.assertRaises(ValidationError):
            self.ramsa.active = True

    def test_two_services_may_overlap(self):
        self.assertTrue(
            self.env.ref("srm_base.perimeter_onee_electricity").territory_ids
            & self.ramsa.territory_ids
        )

    def test_perimeter_of_communes(self):
        agadir = self.territory("09.001.01.01")
        tata = self.territory("09.551.01.07")
        found = self.env["srm.perimeter"]._of_communes(self.water, agadir | tata)
        self.assertEqual(found, {agadir.id: self.ramsa, tata.id: self.onee})
        found = self.env["srm.perimeter"]._of_communes(self.electricity, agadir)
        self.assertEqual(found[agadir.id].code, "onee_electricity")

    def test_open_communes(self):
        action = self.ramsa.action_open_communes()
        found = self.env["srm.territory"].search(action["domain"])
        self.assertEqual(found, self.ramsa.territory_ids)
