from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from odoo.addons.srm_procurement.tests.contract_common import ContractCase


@tagged("post_install", "-at_install")
class TestContractOfProject(ContractCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.project = cls.env["project.project"].create(
            {"name": "Test project", "company_id": cls.company.id}
        )
        cls.line = cls.credits(cls.project, 1000000)
        # Excluded supplies: no tax is withheld from what is paid.
        cls.partner.srm_supply_nature = "excluded"
        cls.company.srm_payer_status = "public_body"

    @classmethod
    def credits(cls, project, amount):
        return cls.env["srm.budget.line"].create(
            {
                "project_id": project.id,
                "name": "Works",
                "credits": amount,
                "company_id": cls.company.id,
            }
        )

    def linked(self, amount, line=None):
        line = line or self.line
        return self.running(
            amount, project_id=line.project_id.id, budget_line_id=line.id
        )

    def test_commitment_order_and_payment_once(self):
        contract = self.linked(400000)
        self.assertEqual(self.line.committed, contract.amount_ttc)
        statement = self.post(self.statement(contract, 100000))
        self.assertEqual(self.line.issued, statement.net_period)
        statement._issue_on_budget()
        contract._commit_on_budget()
        self.assertEqual(len(self.line.entry_ids), 2)
        self.env["srm.contract"]._cron_budget_payments()
        self.assertEqual(self.line.paid, 0)
        self.pay(statement.bill_id)
        for _time in range(2):
            self.env["srm.contract"]._cron_budget_payments()
        self.assertEqual(self.line.paid, statement.net_period)
        self.assertEqual(self.project.srm_ac, statement.net_period)

    def pay(self, bill):
        approver = new_test_user(
            self.env, "approver", groups="srm_base.group_finance_manager"
        )
        bill.partner_id.bank_ids.with_user(approver).action_srm_approve()
        register = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=bill.ids
        )
        register.create({})._create_payments()

    def test_no_notification_beyond_the_credits(self):
        small = self.credits(self.env["project.project"].create({"name": "Small"}), 100)
        with self.assertRaisesRegex(UserError, "available"):
            self.linked(400000, small)

    def test_linked_after_its_notification(self):
        contract = self.running(400000)
        contract.sudo().write(
            {"project_id": self.project.id, "budget_line_id": self.line.id}
        )
        contract.with_user(self.buyer).action_commit_on_budget()
        contract.with_user(self.buyer).action_commit_on_budget()
        self.assertEqual(self.line.committed, contract.amount_ttc)
        self.assertEqual(self.project.with_user(self.buyer).srm_contract_count, 1)

    def test_credits_of_another_project(self):
        other = self.env["project.project"].create({"name": "Other"})
        with self.assertRaises(ValidationError):
            self.draft(1000, project_id=other.id, budget_line_id=self.line.id)

    def test_contract_managers_do_not_write_budgets(self):
        with self.assertRaises(AccessError):
            self.line.with_user(self.buyer).credits = 1
