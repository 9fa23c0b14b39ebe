from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import SrmCase

SHARES = {"State": 25, "Group of communes": 40, "Region": 10, "ONEE": 25}


@tagged("post_install", "-at_install")
class TestSrmShareholder(SrmCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create(
            {
                "name": "Company of the tests",
                "srm_capital": 150000000,
                "srm_shareholder_ids": [
                    Command.create({"name": name, "share": share})
                    for name, share in SHARES.items()
                ],
            }
        )
        cls.holders = cls.company.srm_shareholder_ids

    def holder(self, name):
        return self.holders.filtered(lambda holder: holder.name == name)

    def test_shares_and_capital(self):
        self.assertEqual(self.company.srm_share_total, 100)
        self.assertEqual(self.holder("State").amount, 37500000)

    def test_a_wrong_sum_is_refused_and_says_how_much(self):
        with self.assertRaisesRegex(ValidationError, "105.00 % instead of 100 %"):
            self.holder("Region").share = 15

    def test_no_context_lets_a_wrong_sum_pass(self):
        for value in (True, 1, "object"):
            holder = self.holder("State").with_context(srm_defer_share_check=value)
            with self.assertRaisesRegex(ValidationError, "instead of 100 %"):
                holder.share = 99

    def test_a_missing_holder_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "90.00 %"):
            self.holder("Region").unlink()

    def test_an_additional_holder_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "101.00 %"):
            self.env["srm.shareholder"].create(
                {"name": "New", "share": 1, "company_id": self.company.id}
            )

    def test_changed_in_one_go_with_the_company(self):
        self.company.srm_shareholder_ids = [
            Command.update(self.holder("State").id, {"share": 20}),
            Command.update(self.holder("Group of communes").id, {"share": 45}),
        ]
        self.assertEqual(self.company.srm_share_total, 100)
        self.assertEqual(sorted(self.holders.mapped("share")), [10, 20, 25, 45])

    def test_the_company_refuses_a_wrong_sum(self):
        with self.assertRaises(ValidationError):
            self.company.srm_shareholder_ids = [
                Command.update(self.holder("State").id, {"share": 99})
            ]

    def test_replaced_at_once(self):
        self.company.srm_shareholder_ids = [
            Command.clear(),
            Command.create({"name": "Alone", "share": 100}),
        ]
        self.assertEqual(self.company.srm_shareholder_ids.name, "Alone")

    def test_all_may_go(self):
        self.holders.unlink()
        self.assertFalse(self.company.srm_shareholder_ids)

    def test_thirds_sum_to_a_hundred(self):
        self.company.srm_shareholder_ids = [
            Command.clear(),
            *(
                Command.create({"name": name, "share": share})
                for name, share in (("A", 33.33), ("B", 33.33), ("C", 33.34))
            ),
        ]
        self.assertEqual(len(self.company.srm_shareholder_ids), 3)

    def test_a_company_cannot_be_created_with_a_wrong_sum(self):
        with self.assertRaises(ValidationError):
            self.env["res.company"].create(
                {
                    "name": "Wrong",
                    "srm_shareholder_ids": [
                        Command.create({"name": "Alone", "share": 99.99})
                    ],
                }
            )

    def test_one_query_checks_several_companies(self):
        companies = self.company | self.env["res.company"].create({"name": "None"})
        companies.mapped("name")
        self.env.flush_all()
        with self.assertQueryCount(2):
            companies._check_shares()
