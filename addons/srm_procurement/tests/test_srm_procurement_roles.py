from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .arrears_common import ArrearsCase

#: Role -> what it may do with debts and files: read, write, create, unlink.
ROLES = {
    "finance_officer": "rwcu",
    "finance_manager": "rwcu",
    "contract_manager": "r",
    "director": "r",
    "administrator": "r",
    "hse_officer": "",
    "hr_officer": "",
    "project_manager": "",
    "billing_officer": "",
    "billing_manager": "",
    "call_centre_agent": "",
    "field_technician": "",
    "meter_reader": "",
}
OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}
CONFIGURATION = ("srm.key.rate", "srm.debt.block.reason", "srm.debt.document.type")


@tagged("post_install", "-at_install")
class TestSrmProcurementRoles(ArrearsCase):
    def user(self, role):
        return new_test_user(
            self.env, f"arr_role_{role}", groups=f"srm_base.group_{role}"
        )

    def test_each_role_on_debts_and_files(self):
        for role, rights in ROLES.items():
            user = self.user(role)
            for model in ("srm.debt", "srm.debt.file"):
                for letter, operation in OPERATIONS.items():
                    self.assertEqual(
                        self.env[model].with_user(user).has_access(operation),
                        letter in rights,
                        f"{role} {operation} {model}",
                    )

    def test_portal_sees_nothing(self):
        portal = new_test_user(self.env, "arr_portal", groups="base.group_portal")
        debt = self.new_debt()
        for record in (debt, debt.file_id):
            with self.assertRaises(AccessError):
                record.with_user(portal).read(["display_name"])

    def test_settings_tables_belong_to_managers(self):
        for role, allowed in (
            ("finance_officer", False),
            ("finance_manager", True),
            ("director", False),
            ("administrator", True),
        ):
            user = self.user(role)
            for model in CONFIGURATION:
                self.assertTrue(self.env[model].with_user(user).has_access("read"))
                self.assertEqual(
                    self.env[model].with_user(user).has_access("write"), allowed
                )

    def test_scores_and_payments_are_written_by_nobody(self):
        for role in ROLES:
            user = self.user(role)
            for model in (
                "srm.debt.score.line",
                "srm.debt.score.log",
                "srm.debt.payment",
            ):
                for operation in ("write", "create", "unlink"):
                    self.assertFalse(
                        self.env[model].with_user(user).has_access(operation)
                    )

    def test_director_reads_and_changes_nothing(self):
        debt = self.new_debt(stage="documents")
        mine = debt.with_user(self.director)
        self.assertEqual(mine.amount_claimed, 100000)
        for action in (
            "action_documents_complete",
            "action_reconcile",
            "action_certify",
            "action_release_retention",
        ):
            with self.assertRaises(AccessError):
                getattr(mine, action)()
        with self.assertRaises(AccessError):
            mine.contract_reference = "X"

    def test_provincial_officer_sees_its_province_only(self):
        user = self.user("finance_officer")
        user.srm_territory_ids = self.agadir.province_id
        here = self.new_debt()
        nowhere = self.new_debt(territory_id=False)
        there = self.new_debt(
            territory_id=self.tata.id, file_id=self.new_file("Loin").id
        )
        found = (
            self.env["srm.debt"]
            .with_user(user)
            .search([("id", "in", (here + nowhere + there).ids)])
        )
        self.assertEqual(found, here + nowhere)
        self.assertEqual(here.with_user(user).file_id.partner_id, self.file.partner_id)
        with self.assertRaises(AccessError):
            there.with_user(user).read(["amount_claimed"])
        with self.assertRaises(AccessError):
            there.file_id.with_user(user).read(["amount_claimed"])
        block = self.env["srm.debt.block"].create(
            {
                "debt_id": there.id,
                "reason_id": self.env.ref("srm_procurement.block_reason_budget").id,
            }
        )
        self.assertFalse(
            self.env["srm.debt.block"].with_user(user).search([("id", "=", block.id)])
        )

    def test_companies_do_not_see_each_other(self):
        company = self.env["res.company"].create({"name": "Autre société"})
        debt = self.new_debt()
        user = new_test_user(
            self.env,
            "arr_other_company",
            groups="srm_base.group_finance_manager",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        self.assertFalse(
            self.env["srm.debt"].with_user(user).search([("id", "=", debt.id)])
        )
        with self.assertRaises(AccessError):
            debt.file_id.with_user(user).read(["score"])
