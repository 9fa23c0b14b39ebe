from srm_engine.identifiers import iban_from_rib

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import SrmCase, make_rib

RIB = make_rib(42)


@tagged("post_install", "-at_install")
class TestResPartnerBank(SrmCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first = cls.supplier("First")
        cls.second = cls.supplier("Second")
        cls.managers = cls.env.ref("srm_base.group_finance_manager")
        cls.manager = cls.user("finance_manager")

    def account(self, number, partner=None):
        return self.env["res.partner.bank"].create(
            {"partner_id": (partner or self.first).id, "acc_number": number}
        )

    def activities(self, *partners):
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", "res.partner"),
                ("res_id", "in", [partner.id for partner in partners]),
                (
                    "activity_type_id",
                    "=",
                    self.env.ref("srm_base.mail_activity_duplicate_rib").id,
                ),
            ]
        )

    # Numbers

    def test_rib_and_iban_are_the_same_account(self):
        self.assertEqual(self.account(RIB).srm_rib, RIB)
        self.assertEqual(self.account(iban_from_rib(RIB), self.second).srm_rib, RIB)

    def test_spaces_do_not_matter(self):
        spaced = f"{RIB[:3]} {RIB[3:6]} {RIB[6:22]} {RIB[22:]}"
        self.assertEqual(self.account(spaced).srm_rib, RIB)

    def test_a_wrong_number_is_refused_and_says_why(self):
        wrong = RIB[:-1] + str((int(RIB[-1]) + 1) % 10)
        for number, reason in (
            (wrong, "check digits"),
            (RIB[:-1], "24 characters and has 23"),
            ("12B" + RIB[3:], "digits only"),
            ("MA00" + RIB, "IBAN.*check digits"),
            ("MA64" + RIB[:-2], "28 characters"),
        ):
            with self.assertRaisesRegex(ValidationError, reason):
                self.account(number)

    def test_a_moroccan_iban_is_checked_whatever_the_holder(self):
        foreign = self.supplier("Foreign", country_id=self.france.id)
        with self.assertRaises(ValidationError):
            self.account("MA00" + RIB, foreign)

    def test_foreign_accounts_are_left_alone(self):
        foreign = self.supplier("Foreign", country_id=self.france.id)
        self.assertFalse(self.account("12345", foreign).srm_rib)
        self.assertFalse(self.account("FR7630006000011234567890189").srm_rib)

    def test_holder_without_country(self):
        nowhere = self.supplier("Nowhere", country_id=False)
        self.assertFalse(self.account("12345", nowhere).srm_rib)
        with self.assertRaises(ValidationError):
            self.account("1" * 24, nowhere)

    # Shared accounts

    def test_shared_account_is_accepted_and_flagged(self):
        mine, theirs = self.account(RIB), self.account(iban_from_rib(RIB), self.second)
        self.env.invalidate_all()
        self.assertTrue(mine.srm_duplicate_rib)
        self.assertTrue(theirs.srm_duplicate_rib)
        found = self.env["res.partner.bank"].search([("srm_duplicate_rib", "=", True)])
        self.assertEqual(found & (mine | theirs), mine | theirs)
        others = self.env["res.partner.bank"].search(
            [("srm_duplicate_rib", "!=", True)]
        )
        self.assertFalse(others & (mine | theirs))

    def test_one_business_may_enter_its_account_twice(self):
        contact = self.env["res.partner"].create(
            {"name": "Contact", "parent_id": self.first.id}
        )
        mine, again = self.account(RIB), self.account(RIB, contact)
        self.env.invalidate_all()
        self.assertFalse((mine | again).filtered("srm_duplicate_rib"))
        self.assertFalse(self.activities(self.first, contact))

    def test_an_archived_account_is_not_shared(self):
        mine, theirs = self.account(RIB), self.account(RIB, self.second)
        theirs.active = False
        self.env.invalidate_all()
        self.assertFalse(mine.srm_duplicate_rib)

    def test_each_manager_is_asked_once_per_business(self):
        self.account(RIB)
        self.assertFalse(self.activities(self.first))
        theirs = self.account(RIB, self.second)
        activities = self.activities(self.first, self.second)
        expected = len(self.managers.all_user_ids)
        for partner in (self.first, self.second):
            mine = activities.filtered(lambda a, p=partner: a.res_id == p.id)
            self.assertEqual(mine.user_id, self.managers.all_user_ids)
            self.assertEqual(len(mine), expected)
        note = activities.filtered(lambda a: a.res_id == self.first.id)[0].note
        self.assertIn("Second", note)
        theirs.acc_number = iban_from_rib(RIB)
        self.assertEqual(self.activities(self.first, self.second), activities)

    def test_asked_again_once_the_first_is_done(self):
        self.account(RIB)
        self.account(RIB, self.second)
        self.activities(self.first, self.second).unlink()
        self.account(RIB, self.supplier("Third"))
        self.assertTrue(self.activities(self.first))

    def shared_accounts(self, numbers):
        return self.env["res.partner.bank"].create(
            [
                {"partner_id": partner.id, "acc_number": make_rib(number)}
                for number in numbers
                for partner in (self.first, self.second)
            ]
        )

    def test_a_batch_makes_one_activity_per_business_and_manager(self):
        self.shared_accounts(range(100, 130))
        expected = 2 * len(self.managers.all_user_ids)
        self.assertEqual(len(self.activities(self.first, self.second)), expected)

    def queries_of_report(self, numbers):
        accounts = self.shared_accounts(numbers)
        self.activities(self.first, self.second).unlink()
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        accounts._srm_report_shared()
        return self.env.cr.sql_log_count - before

    def test_queries_do_not_grow_with_the_accounts(self):
        self.queries_of_report(range(1))
        few = self.queries_of_report(range(100, 102))
        self.assertGreater(few, 0)
        self.assertLessEqual(self.queries_of_report(range(200, 240)), few)

    def test_an_officer_enters_a_shared_account(self):
        self.account(RIB)
        officer = self.user("finance_officer")
        self.env["res.partner.bank"].with_user(officer).create(
            {"partner_id": self.second.id, "acc_number": RIB}
        )
        self.assertIn(self.manager, self.activities(self.second).user_id)
