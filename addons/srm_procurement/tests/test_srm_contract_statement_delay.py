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
