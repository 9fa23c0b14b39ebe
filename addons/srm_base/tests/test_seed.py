from odoo.tests import tagged

from ..tools.seed import Seed, load_seed, read_csv, store_translations
from .common import SrmCase


@tagged("post_install", "-at_install")
class TestSeed(SrmCase):
    def seed(self, name="Gas", arabic="غاز"):
        return Seed(
            "service_test", {"name": name, "code": "gas"}, {"name": {"ar_001": arabic}}
        )

    def names(self, record):
        return record._fields["name"]._get_stored_translations(record)

    def test_create_then_complete(self):
        services = self.env["srm.service"]
        record = load_seed(services, [self.seed()])
        self.assertEqual(self.names(record), {"en_US": "Gas", "ar_001": "غاز"})
        again = load_seed(services, [self.seed("Other", "آخر")])
        self.assertEqual(again, record)
        self.assertEqual(self.names(record), {"en_US": "Gas", "ar_001": "غاز"})

    def test_force(self):
        services = self.env["srm.service"]
        record = load_seed(services, [self.seed()])
        load_seed(services, [self.seed("Other", "آخر")], force=True)
        self.assertEqual(self.names(record), {"en_US": "Other", "ar_001": "آخر"})
        data = self.env["ir.model.data"].search([("name", "=", "service_test")])
        self.assertTrue(data.noupdate)

    def test_search_text_follows_the_translations(self):
        record = load_seed(self.env["srm.service"], [self.seed()])
        self.assertIn("|غاز|", record.search_text)

    def test_nothing_to_translate(self):
        self.assertIsNone(store_translations(self.env["srm.service"], "name", {}))

    def test_every_seed_row_is_complete_in_three_languages(self):
        for table in ("service", "predecessor", "perimeter", "agency", "shareholder"):
            for row in read_csv(f"data/seed/srm_{table}.csv"):
                for lang in ("en", "fr", "ar"):
                    self.assertTrue(row[f"name_{lang}"], row["xmlid"])
