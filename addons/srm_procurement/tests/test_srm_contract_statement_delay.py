from odoo.tests import tagged

from .contract_common import ContractCase


@tagged("post_install", "-at_install")
class TestStatementDelay(ContractCase):
    def test_the_bill_carries_the_terms_of_the_contract(self):
        contract = self.running(400000)
        statement = self.post(self.statement(contract, 1000))
        bill = statement.bill_id
        self.assertEqual(bill.srm_agreed_days, contract.payment_days)
        self.assertTrue(bill.srm_agreed_days)
        self.assertEqual(bill.srm_deposit_date, statement.deposit_date)
        self.assertEqual(bill.srm_service_date, statement.date_acceptance)
        self.assertEqual(bill.srm_goods_nature, contract.title)

    def test_the_declaration_tells_the_whole_invoice(self):
        """The retention is invoiced, and not due: it is no part of what is late."""
        contract = self.running(400000)
        statement = self.post(self.statement(contract, 1000))
        declaration = self.env["srm.payment.delay.declaration"]
        (source,) = declaration.new({"company_id": self.company.id})._bill_sources(
            [statement.bill_id.id]
        )
        self.assertEqual(float(source.amount_invoiced), statement.ttc_period)
        self.assertEqual(float(source.invoice.amount_ttc), statement.net_period)
        self.assertGreater(source.amount_invoiced, source.invoice.amount_ttc)
