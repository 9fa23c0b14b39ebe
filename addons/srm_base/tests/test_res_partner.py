from psycopg2.errors import UniqueViolation

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common import SrmCase, make_ice, make_rib

ICE = make_ice(123456)


@tagged("post_install", "-at_install")
class TestResPartner(SrmCase):
    # ICE

    def test_a_right_ice_is_kept(self):
        supplier = self.supplier("A", company_registry=ICE)
        self.assertEqual(supplier.srm_ice, ICE)

    def test_an_ice_gets_its_leading_zeros(self):
        supplier = self.supplier("A", company_registry=ICE.lstrip("0"))
        self.assertEqual(supplier.company_registry, ICE)
        supplier.company_registry = f" {make_ice(77)[:5]} {make_ice(77)[5:]} "
        self.assertEqual(supplier.company_registry, make_ice(77))

    def test_a_wrong_ice_is_refused_and_says_why(self):
        wrong = ICE[:-1] + str((int(ICE[-1]) + 1) % 10)
        for value, reason in (
            (wrong, "check digits"),
            ("12345", "15 characters and has 5"),
            ("12A456789012345", "digits only"),
            ("000000000000000", "no digit other than zero"),
        ):
            with self.assertRaisesRegex(ValidationError, reason):
                self.supplier("A", company_registry=value)

    def test_the_message_names_the_partner_and_the_number(self):
        with self.assertRaisesRegex(ValidationError, "Firme Untel: The ICE 12345"):
            self.supplier("Firme Untel", company_registry="12345")

    def test_a_foreign_number_is_not_an_ice(self):
        supplier = self.supplier(
            "A", country_id=self.france.id, company_registry="552 100 554"
        )
        self.assertEqual(supplier.company_registry, "552 100 554")
        self.assertFalse(supplier.srm_ice)

    def test_a_company_without_country_is_taken_for_moroccan(self):
        with self.assertRaises(ValidationError):
            self.supplier("A", country_id=False, company_registry="12345")

    def test_a_person_without_country_is_left_alone(self):
        person = self.env["res.partner"].create(
            {"name": "A", "company_registry": "12345"}
        )
        self.assertFalse(person.srm_ice)

    def test_a_company_that_becomes_moroccan_is_checked(self):
        supplier = self.supplier(
            "A", country_id=self.france.id, company_registry="552100554"
        )
        with self.assertRaises(ValidationError):
            supplier.country_id = self.morocco

    def test_mixed_countries_in_one_write(self):
        moroccan = self.supplier("A")
        foreign = self.supplier("B", country_id=self.france.id)
        (moroccan | foreign).write({"company_registry": ICE.lstrip("0")})
        self.assertEqual(moroccan.company_registry, ICE)
        self.assertEqual(foreign.company_registry, ICE.lstrip("0"))

    # Duplicates

    def test_a_duplicate_names_its_owner(self):
        owner = self.supplier("Owner SARL", company_registry=ICE)
        with self.assertRaisesRegex(ValidationError, f"Owner SARL.*{owner.id}"):
            self.supplier("Newcomer", company_registry=ICE.lstrip("0"))

    def test_a_duplicate_by_change_of_number(self):
        self.supplier("Owner SARL", company_registry=ICE)
        other = self.supplier("Other", company_registry=make_ice(5))
        with self.assertRaisesRegex(ValidationError, "Owner SARL"):
            other.company_registry = ICE

    def test_two_newcomers_with_the_same_number(self):
        with self.assertRaises(ValidationError):
            self.env["res.partner"].create(
                [
                    {
                        "name": name,
                        "is_company": True,
                        "country_id": self.morocco.id,
                        "company_registry": ICE,
                    }
                    for name in ("A", "B")
                ]
            )

    def test_contacts_share_the_number_of_their_company(self):
        company = self.supplier("A", company_registry=ICE)
        contact = self.env["res.partner"].create(
            {"name": "Contact", "parent_id": company.id}
        )
        self.assertEqual(contact.company_registry, ICE)
        self.assertFalse(contact.srm_ice)

    def test_an_archived_company_frees_its_number(self):
        old = self.supplier("Old", company_registry=ICE)
        old.active = False
        self.supplier("New", company_registry=ICE)
        with self.assertRaisesRegex(ValidationError, "New"):
            old.active = True

    @mute_logger("odoo.sql_db")
    def test_the_index_guards_against_a_race(self):
        first = self.supplier("A", company_registry=ICE)
        second = self.supplier("B")
        self.env.flush_all()
        with self.assertRaises(UniqueViolation):
            self.env.cr.execute(
                SQL(
                    "UPDATE res_partner SET srm_ice = %s WHERE id = %s",
                    first.srm_ice,
                    second.id,
                )
            )

    def test_check_of_a_batch_in_constant_queries(self):
        def vals(start, count):
            return [
                {
                    "name": f"Firm {number}",
                    "is_company": True,
                    "country_id": self.morocco.id,
                    "company_registry": make_ice(number),
                }
                for number in range(start, start + count)
            ]

        partners = self.env["res.partner"].create(vals(1000, 50))
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(6):
            partners._check_business_ice()
            partners._check_srm_ice_unique()

    # Warnings

    def test_usual_numbers_do_not_warn(self):
        supplier = self.supplier(
            "A", vat="26583715", srm_trade_register="65456", srm_cnss="1234567"
        )
        self.assertFalse(supplier.identifier_warning)

    def test_unusual_numbers_only_warn(self):
        supplier = self.supplier("A", srm_trade_register="RC 12 B", srm_cnss="12")
        supplier.vat = "2658371599"
        lines = supplier.identifier_warning.splitlines()
        self.assertEqual(len(lines), 3)
        self.assertIn("IF", lines[0])
        self.assertIn("usual number of digits", lines[0])
        self.assertIn("digits only", lines[1])
        self.assertIn("CNSS", lines[2])

    def test_foreign_numbers_do_not_warn(self):
        supplier = self.supplier(
            "A", country_id=self.france.id, srm_trade_register="RC 12 B"
        )
        self.assertFalse(supplier.identifier_warning)

    # Shared accounts

    def test_flag_of_a_shared_account(self):
        first, second = self.supplier("A"), self.supplier("B")
        third = self.supplier("C")
        self.env["res.partner.bank"].create(
            [
                {"partner_id": partner.id, "acc_number": make_rib(number)}
                for partner, number in ((first, 1), (second, 1), (third, 3))
            ]
        )
        self.assertTrue(first.srm_duplicate_rib)
        self.assertFalse(third.srm_duplicate_rib)
        flagged = self.env["res.partner"].search([("srm_duplicate_rib", "=", True)])
        self.assertEqual(flagged & (first | second | third), first | second)

    def test_a_holder_that_becomes_moroccan_has_its_accounts_checked(self):
        supplier = self.supplier("A", country_id=self.france.id)
        self.env["res.partner.bank"].create(
            {"partner_id": supplier.id, "acc_number": "12345"}
        )
        with self.assertRaisesRegex(ValidationError, "RIB"):
            supplier.country_id = self.morocco
