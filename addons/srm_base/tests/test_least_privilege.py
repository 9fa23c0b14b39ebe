from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ROLES, SrmCase, make_rib

#: Roles that deal with suppliers by their accounts, or look after the whole.
ACCOUNTS = {
    "finance_officer",
    "finance_manager",
    "contract_manager",
    "director",
    "administrator",
}
#: Those, and who works with suppliers.
MESSAGES = {*ACCOUNTS, "project_manager"}
SECRET = "We pay them late on purpose"


@tagged("post_install", "-at_install")
class TestLeastPrivilege(SrmCase):
    """What is known of suppliers is read by the roles that need it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.firm = cls.supplier("Discreet")
        cls.contact = cls.env["res.partner"].create(
            {"name": "Clerk", "parent_id": cls.firm.id}
        )
        cls.number = make_rib(4242)
        cls.account = cls.env["res.partner.bank"].create(
            {"partner_id": cls.firm.id, "acc_number": cls.number}
        )
        cls.message = cls.firm.message_post(body=SECRET)
        cls.told = cls.contact.message_post(body=SECRET, message_type="comment")
        cls.env.flush_all()

    def refused(self, attack) -> bool:
        self.env.invalidate_all()
        try:
            with self.env.cr.savepoint():
                return not attack()
        except AccessError:
            return True

    def openings(self, role, attacks) -> set[str]:
        user = self.user(role)
        return {
            name
            for name, attack in attacks.items()
            if not self.refused(
                lambda attack=attack: attack(self.env(user=user.id, su=False))
            )
        }

    def test_accounts_of_suppliers(self):
        """Whichever way to the number: the account, its owner, a search, a mail."""
        ids, firm = self.account.ids, self.firm.id
        attacks = {
            "read": lambda env: (
                env["res.partner.bank"].browse(ids).read(["acc_number"])
            ),
            "search": lambda env: env["res.partner.bank"].search([("id", "in", ids)]),
            "guess": lambda env: env["res.partner"].search(
                [("bank_ids.acc_number", "=", self.number)]
            ),
            "owner": lambda env: env["res.partner"].browse(firm).bank_ids,
            "groups": lambda env: env["res.partner.bank"].formatted_read_group(
                [("partner_id", "=", firm)], ["sanitized_acc_number"]
            ),
        }
        for role in ROLES:
            with self.subTest(role):
                expected = set(attacks) if role in ACCOUNTS else set()
                self.assertEqual(self.openings(role, attacks), expected)

    def test_messages_of_suppliers(self):
        attacks = {
            "read": lambda env: (
                env["mail.message"].browse(self.message.id).read(["body"])
            ),
            "contact": lambda env: (
                env["mail.message"].browse(self.told.id).read(["body"])
            ),
            "search": lambda env: env["mail.message"].search(
                [("id", "in", (self.message | self.told).ids)]
            ),
            "history": lambda env: env["res.partner"].browse(self.firm.id).message_ids,
        }
        for role in ROLES:
            with self.subTest(role):
                expected = set(attacks) if role in MESSAGES else set()
                self.assertEqual(self.openings(role, attacks), expected)

    def test_the_card_of_a_supplier_opens_for_everybody(self):
        """Without its accounts and messages; that one is shared is no secret."""
        second = self.supplier("Discreet too")
        self.account.copy({"partner_id": second.id})
        for role in set(ROLES) - ACCOUNTS:
            with self.subTest(role):
                firm = self.firm.with_user(self.user(role))
                view = firm.get_view(view_type="form")
                self.assertNotIn("acc_number", view["arch"])
                self.assertNotIn("bank_ids", firm.fields_get())
                self.assertTrue(firm.srm_duplicate_rib)
                self.assertIn(firm, firm.search([("srm_duplicate_rib", "=", True)]))

    def test_a_supplier_is_renamed_by_who_does_not_read_its_accounts(self):
        manager = self.user("project_manager")
        firm = self.firm.with_user(manager)
        firm.write({"name": "Renamed", "country_id": self.morocco.id, "city": "Agadir"})
        self.assertEqual((firm.name, firm.city), ("Renamed", "Agadir"))
        self.assertEqual(self.account.acc_holder_name, "Renamed")
        with self.assertRaises(AccessError):
            self.firm.with_user(self.user("meter_reader")).name = "Mine"
        self.assertEqual(self.firm.name, "Renamed")

    def test_a_task_for_the_managers_does_not_tell_the_number(self):
        """Whoever sees the supplier sees what is to do about it."""
        self.user("finance_manager")
        self.account.copy({"partner_id": self.supplier("Discreet too").id})
        notes = self.firm.activity_ids.mapped("note")
        self.assertTrue(notes)
        self.assertNotIn(self.number, "".join(notes))
        self.assertIn(self.number[-4:], notes[0])
