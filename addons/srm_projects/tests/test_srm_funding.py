from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common_works import WorksCase


@tagged("post_install", "-at_install")
class TestFunding(WorksCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.region, cls.state = cls.env["res.partner"].create(
            [{"name": "Test region"}, {"name": "Test State"}]
        )

    def convention(self, cost=20, shares=(4, 16), **values):
        return (
            self.env["srm.funding"]
            .with_user(self.manager)
            .create(
                {
                    "name": "C/1",
                    "title": "Sewer of Ouijjane",
                    "cost": cost,
                    "date_signed": self.today,
                    "territory_id": self.commune.id,
                    "party_ids": [
                        Command.create({"partner_id": partner.id, "amount": amount})
                        for partner, amount in zip(
                            self.region | self.state, shares, strict=True
                        )
                    ],
                    **values,
                }
            )
        )

    def call(self, convention, amount, party=0):
        return self.env["srm.funding.call"].create(
            {
                "funding_id": convention.id,
                "party_id": convention.party_ids[party].id,
                "reference": "AF 1",
                "amount": amount,
            }
        )

    def test_conv_02_share_of_the_region(self):
        convention = self.convention()
        self.assertEqual(convention.party_ids[0].percent, 20)
        self.assertTrue(convention.consistent)

    def test_srm_02_resources_that_do_not_make_the_cost(self):
        convention = self.convention(cost=19.68, shares=(16.3, 6.9))
        self.assertFalse(convention.consistent)
        self.assertEqual(convention.gap, -3.52)
        with self.assertRaisesRegex(UserError, "resources of"):
            convention.action_sign()

    def test_called_and_received(self):
        convention = self.convention()
        convention.action_sign()
        call = self.call(convention, 4)
        call.action_call()
        self.assertEqual((convention.called, convention.to_receive), (4, 4))
        with self.assertRaisesRegex(UserError, "proof"):
            call.action_receive()
        call.write(
            {
                "date_received": self.today,
                "amount_received": 3,
                "evidence": "Credit advice",
            }
        )
        call.action_receive()
        self.assertEqual((convention.received, convention.to_receive), (3, 1))

    def test_no_party_is_asked_more_than_its_share(self):
        convention = self.convention()
        convention.action_sign()
        self.call(convention, 3).action_call()
        with self.assertRaisesRegex(UserError, "at most"):
            self.call(convention, 2).action_call()

    def test_nothing_is_called_before_the_signature(self):
        with self.assertRaisesRegex(UserError, "not signed"):
            self.call(self.convention(), 1).action_call()

    def test_signed_shares_stay(self):
        convention = self.convention()
        convention.action_sign()
        with self.assertRaises(UserError):
            convention.party_ids[0].amount = 1
        with self.assertRaises(UserError):
            convention.party_ids[0].unlink()
        with self.assertRaises(UserError):
            convention.write({"state": "draft"})

    def test_roles_and_territory(self):
        convention = self.convention()
        self.assertEqual(convention.with_user(self.director).cost, 20)
        with self.assertRaises(AccessError):
            convention.with_user(self.director).cost = 1
        with self.assertRaises(AccessError):
            convention.with_user(self.network_officer).read(["cost"])
        user = new_test_user(
            self.env, "t_elsewhere", groups="srm_base.group_project_manager"
        )
        user.srm_territory_ids = self.other_province
        self.assertFalse(
            self.env["srm.funding"].with_user(user).search([("id", "=", convention.id)])
        )

    def test_report_prints(self):
        self.assertTrue(self.convention()._render_pdf().startswith(b"%PDF-"))

    def test_cash_flow_of_a_convention(self):
        project = self.project()
        self.baseline(project)
        convention = self.convention(
            cost=1000000,
            shares=(400000, 600000),
            project_ids=[Command.set(project.ids)],
        )
        convention.with_user(self.programme_manager).action_sign()
        call = self.call(convention, 400000)
        call.action_call()
        call.write({"date_received": self.today, "amount_received": 400000})
        late = self.call(convention, 100000, party=1)
        late.date = self.today.replace(year=self.today.year - 1)
        page = self.env["srm.cash.dashboard"].with_user(self.director)
        data = page.get_dashboard({"funding": convention.id})
        cards = {card["key"]: card["value"] for card in data["cards"]}
        self.assertEqual(cards["received"], 400000)
        rows = data["tables"][0]["rows"]
        now = next(row for row in rows if row[0] == self.today.strftime("%m/%Y"))
        self.assertEqual((now[1], now[3]), (400000, 100000), "a late call is expected")
        planned = sum(row[4] for row in rows)
        self.assertEqual(rows[-1][5], 500000 - planned)
        self.assertTrue(0 < planned < 1000000, "works of the past are no forecast")
