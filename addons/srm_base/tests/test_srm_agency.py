from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import SrmCase


@tagged("post_install", "-at_install")
class TestSrmAgency(SrmCase):
    def agency(self, code, **values):
        return self.env["srm.agency"].create({"name": code, "code": code, **values})

    def test_population_counts_each_commune_once(self):
        province, commune = self.territory("09.581"), self.territory("09.581.01.07")
        other = self.territory("09.551.01.07")
        agency = self.agency("X1", territory_ids=(province | commune | other).ids)
        expected = province.population_2024 + other.population_2024
        self.assertEqual(agency.population, expected)
        self.assertEqual(self.agency("X2").population, 0)

    def test_no_cycle(self):
        parent = self.agency("X1")
        child = self.agency("X2", parent_id=parent.id)
        with self.assertRaises(UserError):
            parent.parent_id = child

    def test_company_rule(self):
        company = self.env["res.company"].create({"name": "Other"})
        agency = self.agency("X1", company_id=company.id)
        user = self.user("finance_officer")
        self.assertNotIn(agency, self.env["srm.agency"].with_user(user).search([]))

    def test_shipped_agencies_cover_the_region(self):
        company = self.env["res.company"].create({"name": "Other"})
        agencies = self.env["srm.agency"].with_company(company)
        agencies.search([]).unlink()
        agencies._load_seed_csv()
        loaded = agencies.search([("company_id", "=", company.id)])
        self.assertEqual(len(loaded), 21)
        communes = self.env["srm.territory"].search([("level", "=", "commune")])
        centres = loaded.filtered(lambda agency: agency.kind == "centre")
        self.assertEqual(sum(centres.mapped("population")), 3020431)
        served = self.env["srm.territory"].search(
            [
                ("id", "child_of", centres.territory_ids.ids),
                ("level", "=", "commune"),
            ]
        )
        self.assertEqual(served, communes)
        self.assertEqual(centres.parent_id.mapped("kind"), ["directorate"] * 6)
