from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .settlement_common import SettlementCase

#: Model -> role -> read, write, create, unlink.
RIGHTS = {
    "srm.tax.certificate": {
        "finance_officer": "rwc",
        "finance_manager": "rwcu",
        "contract_manager": "rwc",
        "director": "r",
        "administrator": "r",
    },
    "srm.withholding": {
        "finance_officer": "r",
        "finance_manager": "r",
        "contract_manager": "r",
        "director": "r",
        "administrator": "r",
    },
    "srm.withholding.statement": {
        "finance_officer": "rwc",
        "finance_manager": "rwcu",
        "director": "r",
        "administrator": "r",
    },
    "srm.vat.rate": {
        "finance_officer": "r",
        "finance_manager": "rwcu",
        "contract_manager": "r",
        "director": "r",
        "administrator": "rwcu",
    },
    "srm.bank.format": {
        "finance_officer": "r",
        "finance_manager": "rwcu",
        "director": "r",
        "administrator": "rwcu",
    },
    "srm.payment.check": {
        "finance_officer": "r",
        "finance_manager": "r",
        "director": "r",
        "administrator": "r",
    },
}
ROLES = (
    "finance_officer",
    "finance_manager",
    "contract_manager",
    "director",
    "administrator",
    "hse_officer",
    "billing_officer",
    "meter_reader",
)
OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}


@tagged("post_install", "-at_install")
class TestPaymentRoles(SettlementCase):
    def test_each_role(self):
        for role in ROLES:
            user = new_test_user(
                self.env, f"pay_role_{role}", groups=f"srm_base.group_{role}"
            )
            for model, rights in RIGHTS.items():
                for letter, operation in OPERATIONS.items():
                    self.assertEqual(
                        self.env[model].with_user(user).has_access(operation),
                        letter in rights.get(role, ""),
                        f"{role} {operation} {model}",
                    )

    def test_the_director_changes_nothing(self):
        certificate = self._certificate(self.file.partner_id, "2026-01-02", False)
        statement = self.env["srm.withholding.statement"].create(
            {"month": "2020-01-01"}
        )
        calls = (
            (certificate, "action_verify"),
            (statement, "action_collect"),
            (statement, "action_remit"),
            (self.file.partner_id.bank_ids, "action_srm_approve"),
        )
        for record, method in calls:
            mine = record.with_user(self.director)
            self.assertTrue(mine.display_name)
            with self.assertRaises(AccessError):
                getattr(mine, method)()

    def test_companies_do_not_see_each_other(self):
        company = self.env["res.company"].create({"name": "Autre société de paiement"})
        statement = self.env["srm.withholding.statement"].create(
            {"month": "2020-02-01"}
        )
        user = new_test_user(
            self.env,
            "pay_other_company",
            groups="srm_base.group_finance_manager",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        with self.assertRaises(AccessError):
            statement.with_user(user).read(["name"])
