from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .delay_common import DelayCase

#: Role -> rights on declarations; lines, checks and months are written by nobody.
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
WRITTEN_BY_NOBODY = (
    "srm.payment.delay.line",
    "srm.payment.delay.check",
    "srm.payment.delay.month",
)


@tagged("post_install", "-at_install")
class TestDelayRoles(DelayCase):
    def _role(self, role, **values):
        return new_test_user(
            self.env, f"delay_{role}", groups=f"srm_base.group_{role}", **values
        )

    def test_each_role(self):
        for role, rights in ROLES.items():
            user = self._role(role)
            for letter, operation in OPERATIONS.items():
                allowed = (
                    self.env["srm.payment.delay.declaration"]
                    .with_user(user)
                    .has_access(operation)
                )
                self.assertEqual(allowed, letter in rights, f"{role} {operation}")
                for model in WRITTEN_BY_NOBODY:
                    self.assertEqual(
                        self.env[model].with_user(user).has_access(operation),
                        letter == "r" and "r" in rights,
                        f"{role} {operation} {model}",
                    )

    def test_payment_modes_belong_to_managers(self):
        for role, allowed in (
            ("finance_officer", False),
            ("finance_manager", True),
            ("director", False),
            ("administrator", True),
        ):
            codes = self.env["srm.payment.mode.code"].with_user(self._role(role))
            self.assertTrue(codes.has_access("read"))
            self.assertEqual(codes.has_access("write"), allowed, role)

    def test_the_director_reads_everything_and_changes_nothing(self):
        bill = self._bill(1000, "2025-01-10")
        declaration = self._filed(2025, 1).with_user(self.director)
        self.assertEqual(declaration.line_ids.mapped("fine"), [22.5])
        self.assertTrue(declaration.top_line_ids.explanation)
        self.assertTrue(bill.with_user(self.director).srm_declared_until)
        self.assertTrue(declaration._xlsx_report_auditor().sheets)
        for action in (
            declaration.action_propose,
            declaration.action_check,
            declaration.action_file,
            declaration.action_correct,
            declaration.action_back_to_draft,
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                action()

    def test_companies_do_not_see_each_other(self):
        declaration = self._declare(2025, 1)
        other = self.env["res.company"].create({"name": "Autre société"})
        stranger = self._role(
            "finance_manager", company_id=other.id, company_ids=[(6, 0, other.ids)]
        )
        found = self.env["srm.payment.delay.declaration"].with_user(stranger)
        self.assertFalse(found.search([("id", "=", declaration.id)]))
        with self.assertRaises(AccessError):
            declaration.with_user(stranger).action_propose()

    def test_bills_of_another_company_are_not_declared(self):
        other = self.env["res.company"].create({"name": "Autre société"})
        self._bill(1000, "2025-01-10")
        declaration = self.env["srm.payment.delay.declaration"].create(
            {"year": 2025, "period": "1", "company_id": other.id, "turnover": 1}
        )
        declaration.action_propose()
        self.assertEqual(declaration.kind, "nil")

    def test_a_provincial_user_sees_the_lines_of_its_territory(self):
        communes = self.env["srm.territory"].search(
            [("level", "=", "commune")], limit=2
        )
        here = self._law_debt(50000, "2025-01-10", territory_id=communes[0].id)
        self._law_debt(60000, "2025-01-10", territory_id=communes[1].id)
        declaration = self._declare(2025, 1)
        self.assertEqual(len(declaration.line_ids), 2)
        local = self._role("finance_officer")
        local.srm_territory_ids = communes[0]
        lines = self.env["srm.payment.delay.line"].with_user(local)
        found = lines.search([("declaration_id", "=", declaration.id)])
        self.assertEqual(found.debt_id, here)
        self.assertEqual(declaration.with_user(local).invoice_count, 2)
