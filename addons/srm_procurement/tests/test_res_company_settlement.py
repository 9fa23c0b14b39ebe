from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestSettlementSetup(TransactionCase):
    """Which companies get Moroccan books at installation."""

    def test_moroccan_company_gets_chart_and_arrears_desk(self):
        company = self.env["res.company"].create(
            {"name": "SRM d'essai", "country_id": self.env.ref("base.ma").id}
        )
        with self.assertRaisesRegex(UserError, "Moroccan chart"):
            company._srm_setup_settlement()
        self.env["res.company"]._srm_install_settlement()
        self.assertEqual(company.chart_template, "ma")
        self.assertEqual(company.currency_id.name, "MAD")
        mode = company.srm_payment_mode_id
        self.assertEqual(mode.payment_method_code, "sepa_credit_transfer")
        self.assertEqual(mode.fixed_journal_id.company_id, company)
        self.assertEqual(company.srm_debt_journal_id.type, "general")
        accounts = self.env["srm.predecessor.account"]._by_origin(company)
        origins = self.env["srm.predecessor"].search([("id", ">", 0)])
        self.assertEqual(set(accounts), {False, *origins.ids})
        self.assertFalse(hasattr(self.env.registry, "_auto_install_template"))

    def test_foreign_company_is_left_alone(self):
        company = self.env["res.company"].create(
            {"name": "Filiale", "country_id": self.env.ref("base.fr").id}
        )
        self.env["res.company"]._srm_install_settlement()
        self.assertFalse(company.chart_template)
        self.assertFalse(self.env["srm.predecessor.account"]._by_origin(company))

    def test_transfers_go_through_an_outstanding_account(self):
        journal = self.env.company.srm_payment_mode_id.fixed_journal_id
        method = self.env.company.srm_payment_mode_id.payment_method_id
        line = journal.outbound_payment_method_line_ids.filtered(
            lambda item: item.payment_method_id == method
        )
        self.assertTrue(line.payment_account_id.reconcile)
        self.assertNotEqual(line.payment_account_id, journal.default_account_id)
