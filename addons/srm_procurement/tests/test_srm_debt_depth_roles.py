from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .arrears_common import ArrearsCase

WRITTEN = (
    "srm.debt.case",
    "srm.debt.dispute",
    "srm.debt.setoff",
    "srm.debt.assignment",
    "srm.payment.scenario",
    "srm.payment.scenario.ceiling",
)
COMPUTED = (
    "srm.debt.duplicate",
    "srm.payment.scenario.line",
    "srm.payment.scenario.payment",
    "srm.payment.scenario.month",
)
READERS = (
    "finance_officer",
    "finance_manager",
    "contract_manager",
    "director",
    "administrator",
)
STRANGERS = (
    "hse_officer",
    "hr_officer",
    "project_manager",
    "billing_officer",
    "billing_manager",
    "call_centre_agent",
    "field_technician",
    "meter_reader",
)


@tagged("post_install", "-at_install")
class TestSrmDebtDepthRoles(ArrearsCase):
    def user(self, role, **values):
        return new_test_user(
            self.env, f"depth_{role}", groups=f"srm_base.group_{role}", **values
        )

    def test_each_role_on_each_model(self):
        for role in (*READERS, *STRANGERS):
            user = self.user(role)
            finance = role in ("finance_officer", "finance_manager")
            for model in (*WRITTEN, *COMPUTED):
                records = self.env[model].with_user(user)
                self.assertEqual(
                    records.has_access("read"), role in READERS, f"{role} {model}"
                )
                for operation in ("write", "create"):
                    self.assertEqual(
                        records.has_access(operation),
                        finance and model in WRITTEN,
                        f"{role} {operation} {model}",
                    )

    def test_rates_belong_to_managers(self):
        for role, allowed in (
            ("finance_officer", False),
            ("finance_manager", True),
            ("director", False),
            ("administrator", True),
        ):
            records = self.env["srm.interest.rate"].with_user(self.user(role))
            self.assertTrue(records.has_access("read"))
            self.assertEqual(records.has_access("write"), allowed, role)

    def records(self, debt):
        """One record of each model about ``debt``."""
        case = self.env["srm.debt.case"].create(
            {"debt_id": debt.id, "date_action": "2025-01-01"}
        )
        dispute = self.env["srm.debt.dispute"].create(
            {"debt_id": debt.id, "reason": "price", "amount": 10}
        )
        assignment = self.env["srm.debt.assignment"].create(
            {
                "file_id": debt.file_id.id,
                "assignee_id": self.new_file("Assignee").partner_id.id,
            }
        )
        other = debt.copy({"invoice_reference": debt.invoice_reference})
        self.env["srm.debt.duplicate"]._search_duplicates(self.env.company)
        pair = self.env["srm.debt.duplicate"].search(
            [("debt_id", "=", debt.id), ("other_id", "=", other.id)]
        )
        return case, dispute, assignment, pair

    def test_a_province_sees_its_own(self):
        user = self.user("finance_officer")
        user.srm_territory_ids = self.agadir.province_id
        here = self.new_debt()
        there = self.new_debt(
            territory_id=self.tata.id, file_id=self.new_file("Loin").id
        )
        for record in self.records(here):
            self.assertTrue(record.with_user(user).read(["display_name"]))
        for record in self.records(there):
            self.assertTrue(record)
            with self.assertRaises(AccessError):
                record.with_user(user).read(["display_name"])

    def test_a_file_of_two_provinces_shows_the_debts_of_each(self):
        user = self.user("finance_officer")
        user.srm_territory_ids = self.agadir.province_id
        here, there = self.new_debt(), self.new_debt(territory_id=self.tata.id)
        reason = self.env["srm.debt.block.reason"].search([], limit=1)
        block = {"file_id": self.file.id, "reason_id": reason.id}
        for debt, seen in ((here, True), (there, False)):
            case, dispute, _assignment, pair = self.records(debt)
            blocked = self.env["srm.debt.block"].create(block | {"debt_id": debt.id})
            for record in (case, dispute, pair, blocked):
                self.assertEqual(record.with_user(user).has_access("read"), seen)
        self.assertFalse(self.file.territory_id, "the creditor is seen by both")
        whole = self.env["srm.debt.block"].create(block)
        self.assertTrue(whole.with_user(user).has_access("read"))

    def test_a_province_plans_its_own_files(self):
        user = self.user("finance_officer")
        user.srm_territory_ids = self.agadir.province_id
        here = self.new_debt(stage="scored")
        there = self.new_debt(
            stage="scored", territory_id=self.tata.id, file_id=self.new_file("Loin").id
        )
        vals = {"name": "Province", "ceiling": 1000, "deduct_agreed": False}
        scenario = self.env["srm.payment.scenario"].with_user(user).create(vals)
        scenario.action_compute()
        self.assertIn(here.file_id, scenario.line_ids.sudo().file_id)
        self.assertNotIn(there.file_id, scenario.line_ids.sudo().file_id)
        whole = self.env["srm.payment.scenario"].create(vals)
        whole.action_compute()
        self.assertIn(there.file_id, whole.line_ids.file_id)
        seen = self.env["srm.payment.scenario.line"].with_user(user)
        self.assertFalse(seen.search([("file_id", "=", there.file_id.id)]))
        whole.territory_id = self.tata.province_id
        with self.assertRaises(AccessError):
            whole.with_user(user).read(["cost_total"])

    def test_companies_do_not_see_each_other(self):
        company = self.env["res.company"].create({"name": "Autre société"})
        user = self.user(
            "finance_manager", company_id=company.id, company_ids=[(6, 0, company.ids)]
        )
        scenario = self.env["srm.payment.scenario"].create(
            {"name": "Ours", "ceiling": 1000}
        )
        for record in (*self.records(self.new_debt()), scenario):
            with self.assertRaises(AccessError):
                record.with_user(user).read(["display_name"])

    def test_director_changes_nothing(self):
        scenario = self.env["srm.payment.scenario"].create(
            {"name": "Ours", "ceiling": 1000}
        )
        mine = scenario.with_user(self.director)
        for action in ("action_compute", "action_freeze", "action_retire"):
            with self.assertRaises(AccessError):
                getattr(mine, action)()
        case, dispute, assignment, _pair = (
            record.with_user(self.director) for record in self.records(self.new_debt())
        )
        for record, action in (
            (case, "action_judge"),
            (case, "action_cancel"),
            (dispute, "action_withdraw"),
            (dispute, "action_decide"),
            (assignment, "action_notify"),
        ):
            with self.assertRaises(AccessError):
                getattr(record, action)()
