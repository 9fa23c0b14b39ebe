from decimal import Decimal

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..amounts import money, total
from .arrears_common import ArrearsCase

MEASURES = (
    "amount_claimed",
    "amount_certified",
    "amount_contested",
    "amount_paid",
    "amount_remaining",
    "amount_payable",
    "exposure_fine",
    "exposure_next_month",
)


@tagged("post_install", "-at_install")
class TestSrmArrearsDashboard(ArrearsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        other = cls.new_file("Autre Créancier")
        cls.debts = cls.new_debt(90000.10, "scored", amount_paid_before=100)
        cls.debts += cls.new_debt(20000, amount_contested=50.55)
        cls.debts += cls.new_debt(
            30000,
            file_id=other.id,
            predecessor_id=cls.onee.id,
            territory_id=cls.tata.id,
        )
        cls.debts += cls.new_debt(700, "certified", amount_rejected=700)

    def dashboard(self, user=None, **filters):
        model = self.env["srm.arrears.dashboard"].with_user(user or self.officer)
        return model.get_dashboard(filters)

    def cards(self, **filters):
        return {card["key"]: card for card in self.dashboard(**filters)["cards"]}

    def all_debts(self, domain=()):
        return self.env["srm.debt"].search(
            [("company_id", "=", self.env.company.id), *domain]
        )

    def test_cards_are_the_sums_of_the_debts(self):
        cards, debts = self.cards(), self.all_debts()
        for name in MEASURES:
            self.assertEqual(
                money(cards[name]["value"]), total(debts.mapped(name)), name
            )
        live = debts.filtered(lambda item: item.stage not in ("paid", "closed"))
        self.assertEqual(cards["creditors"]["value"], len(live.partner_id))
        held = live.filtered("blocked")
        self.assertEqual(cards["blocked"]["value"], len(held.file_id))

    def test_every_card_opens_the_records_it_counts(self):
        cards = self.cards()
        for name in MEASURES:
            action = cards[name]["action"]
            debts = self.env[action["res_model"]].search(action["domain"])
            self.assertEqual(
                total(debts.mapped(name)), money(cards[name]["value"]), name
            )
        action = cards["creditors"]["action"]
        files = self.env[action["res_model"]].search_count(action["domain"])
        self.assertEqual(files, cards["creditors"]["value"])

    def test_charts_add_up_and_drill_down(self):
        data = self.dashboard()
        claimed = total(self.all_debts().mapped("amount_claimed"))
        for chart in data["charts"]:
            for dataset in chart["datasets"]:
                self.assertEqual(len(dataset["data"]), len(chart["labels"]))
            self.assertEqual(len(chart["actions"]), len(chart["labels"]))
        for key in ("stage", "predecessor", "province"):
            chart = next(item for item in data["charts"] if item["key"] == key)
            self.assertEqual(total(chart["datasets"][0]["data"]), claimed)
            for action, value in zip(
                chart["actions"], chart["datasets"][0]["data"], strict=True
            ):
                debts = self.env["srm.debt"].search(action["domain"])
                self.assertEqual(total(debts.mapped("amount_claimed")), money(value))

    def test_filters_narrow_every_figure(self):
        cards = self.cards(predecessor=str(self.onee.id))
        debts = self.all_debts([("predecessor_id", "=", self.onee.id)])
        self.assertEqual(
            money(cards["amount_claimed"]["value"]),
            total(debts.mapped("amount_claimed")),
        )
        province = self.tata.province_id
        cards = self.cards(province=str(province.id), bucket="over_365")
        debts = self.all_debts(
            [("province_id", "=", province.id), ("age_bucket", "=", "over_365")]
        )
        self.assertEqual(
            money(cards["amount_remaining"]["value"]),
            total(debts.mapped("amount_remaining")),
        )

    def test_nonsense_filters_are_ignored(self):
        everything = self.cards()["amount_claimed"]["value"]
        odd = self.cards(predecessor="1 OR 1=1", bucket="x", unknown="y")
        self.assertEqual(odd["amount_claimed"]["value"], everything)

    def test_settled_month_shows_the_payment(self):
        debt = self.debts[0]
        chart = self.dashboard()["charts"][-1]
        before = chart["datasets"][0]["data"][-1]
        debt.with_user(self.officer)._register_settled(
            {debt.id: Decimal("1234.50")}, None, "VIR-9"
        )
        chart = self.dashboard()["charts"][-1]
        self.assertEqual(chart["key"], "settled")
        self.assertEqual(len(chart["labels"]), 12)
        self.assertAlmostEqual(chart["datasets"][0]["data"][-1] - before, 1234.5, 2)

    def test_largest_creditor_comes_first(self):
        huge = self.new_file("Le Plus Grand")
        self.new_debt(9_000_000_000, file_id=huge.id)
        table = self.dashboard()["tables"][0]
        self.assertEqual(table["rows"][0][0], huge.partner_id.display_name)
        self.assertEqual(table["actions"][0]["res_id"], huge.id)
        self.assertLessEqual(len(table["rows"]), 10)

    def test_provincial_user_sees_its_province(self):
        user = new_test_user(
            self.env,
            "arr_tata",
            groups="srm_base.group_finance_officer",
        )
        user.srm_territory_ids = self.tata.province_id
        cards = {card["key"]: card for card in self.dashboard(user)["cards"]}
        place = self.tata.province_id.id
        visible = self.all_debts(
            ["|", ("territory_id", "=", False), ("territory_id", "child_of", place)]
        )
        self.assertEqual(
            money(cards["amount_claimed"]["value"]),
            total(visible.mapped("amount_claimed")),
        )

    def test_only_those_concerned_open_it(self):
        reader = new_test_user(
            self.env, "arr_reader", groups="srm_base.group_meter_reader"
        )
        with self.assertRaises(AccessError):
            self.dashboard(reader)
        self.assertTrue(self.dashboard(self.director)["cards"])

    def test_page_takes_few_queries(self):
        self.dashboard()
        self.env.invalidate_all()
        with self.assertQueryCount(36):
            self.dashboard()

    def test_workbook_of_the_page(self):
        model = self.env["srm.arrears.dashboard"].with_user(self.officer)
        report = model._xlsx_report_dashboard()
        self.assertEqual(len(report.sheets), 7)
