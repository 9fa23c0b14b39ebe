from datetime import date

from odoo.tests import tagged

from .common import SrmCase


@tagged("post_install", "-at_install")
class TestResCompany(SrmCase):
    def test_end_of_the_contract_is_the_eve_of_its_anniversary(self):
        company = self.env["res.company"].create(
            {
                "name": "Company of the tests",
                "srm_start_date": "2024-10-15",
                "srm_contract_years": 30,
            }
        )
        self.assertEqual(company.srm_contract_end, date(2054, 10, 14))
        company.srm_start_date = False
        self.assertFalse(company.srm_contract_end)

    def test_regional_figures(self):
        company = self.env["res.company"].create(
            {
                "name": "Company of the tests",
                "srm_region_id": self.env.ref("srm_base.territory_region_09").id,
            }
        )
        self.assertEqual(company.srm_commune_count, 175)
        self.assertEqual(company.srm_population, 3020431)
