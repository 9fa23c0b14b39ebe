from odoo.tests import tagged

from .common import SrmCase


@tagged("post_install", "-at_install")
class TestSrmPredecessor(SrmCase):
    def assert_matches(self, xmlid, *texts):
        predecessor = self.env["srm.predecessor"]
        found = predecessor._match(texts)
        expected = self.env.ref(f"srm_base.{xmlid}").id
        self.assertEqual(
            found, {predecessor._match_key(text): expected for text in texts}
        )

    def test_shipped(self):
        names = self.env["srm.predecessor"].search([]).mapped("name")
        self.assertEqual(names, ["RAMSA", "ONEE-Eau", "ONEE-Électricité"])
        kinds = set(self.env["srm.predecessor"].search([]).mapped("kind"))
        self.assertEqual(kinds, {"public_establishment"})

    def test_spellings_of_legacy_files(self):
        self.assert_matches("predecessor_ramsa", "ramsa", "R.A.M.S.A.", "RAMSA ")
        self.assert_matches(
            "predecessor_onee_water", "ONEE Eau", "onee-eau", "ONEP", "onee_water"
        )
        self.assert_matches(
            "predecessor_onee_electricity",
            "ONEE-Electricite",
            "ONEE ÉLECTRICITÉ",
            "onee_electricity",
        )

    def test_onee_alone_is_not_guessed(self):
        self.assertEqual(self.env["srm.predecessor"]._match(["ONEE"]), {})

    def test_services(self):
        ramsa = self.env.ref("srm_base.predecessor_ramsa")
        self.assertEqual(ramsa.service_ids.mapped("code"), ["water", "sanitation"])
