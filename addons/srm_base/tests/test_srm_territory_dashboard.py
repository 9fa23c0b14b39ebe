from odoo.tests import tagged

from .common import SrmCase


@tagged("post_install", "-at_install")
class TestSrmTerritoryDashboard(SrmCase):
    def data(self, **filters):
        return self.env["srm.territory.dashboard"].get_dashboard(filters)

    def card(self, key, **filters):
        return next(
            card for card in self.data(**filters)["cards"] if card["key"] == key
        )

    def chart(self, key, **filters):
        return next(
            chart for chart in self.data(**filters)["charts"] if chart["key"] == key
        )

    def test_region(self):
        self.assertEqual(self.card("population")["value"], 3020431)
        self.assertEqual(self.card("communes")["value"], 175)
        self.assertAlmostEqual(self.card("electricity_pct")["value"], 97.9, 0)
        self.assertAlmostEqual(self.card("public_sewer_pct")["value"], 52.4, 0)

    def test_each_figure_opens_its_records(self):
        action = self.card("communes", kind="urban")["action"]
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(len(found), self.card("communes", kind="urban")["value"])
        self.assertEqual(set(found.mapped("kind")), {"urban"})

    def test_charts_have_one_action_and_one_figure_per_label(self):
        for filters in ({}, {"province": str(self.territory("09.581").id)}):
            for chart in self.data(**filters)["charts"]:
                size = len(chart["labels"])
                self.assertEqual(len(chart["actions"]), size, chart["key"])
                for entry in chart["datasets"]:
                    self.assertEqual(len(entry["data"]), size, chart["key"])

    def test_provinces_of_the_region(self):
        chart = self.chart("population")
        self.assertEqual(len(chart["labels"]), 6)
        index = chart["labels"].index("Tiznit")
        self.assertEqual(chart["datasets"][1]["data"][index], 198542)
        action = chart["actions"][index]
        found = self.env["srm.territory"].search(action["domain"])
        self.assertEqual(len(found), 25)

    def test_one_province(self):
        tiznit = self.territory("09.581")
        self.assertEqual(
            self.card("population", province=str(tiznit.id))["value"], 198542
        )
        labels = self.chart("population", province=str(tiznit.id))["labels"]
        self.assertIn("Anezi (Cercle)", labels)
        self.assertIn("Tafraout", labels)

    def test_cercles_have_shares(self):
        tiznit = str(self.territory("09.581").id)
        chart = self.chart("access", province=tiznit)
        index = chart["labels"].index("Anezi (Cercle)")
        self.assertGreater(chart["datasets"][0]["data"][index], 50)

    def test_unknown_filters_are_ignored(self):
        for filters in ({"province": "abc"}, {"kind": "moon"}, {"other": "1"}):
            self.assertEqual(self.card("population", **filters)["value"], 3020431)

    def test_a_choice_without_communes(self):
        data = self.data(province="999999999")
        self.assertEqual(data["cards"][0]["value"], 0)
        self.assertEqual(data["tables"][0]["rows"], [])

    def test_tables_are_sorted(self):
        table = self.data()["tables"][0]
        shares = [row[-1] for row in table["rows"]]
        self.assertEqual(shares, sorted(shares))
        self.assertEqual(len(table["actions"]), len(table["rows"]))

    def test_in_arabic(self):
        self.env["res.lang"]._activate_lang("ar_001")
        dashboard = self.env["srm.territory.dashboard"].with_context(lang="ar_001")
        labels = dashboard.get_dashboard()["charts"][0]["labels"]
        self.assertIn("تيزنيت", labels)

    def test_few_queries(self):
        self.data()
        self.env.invalidate_all()
        with self.assertQueryCount(20):
            self.data()
