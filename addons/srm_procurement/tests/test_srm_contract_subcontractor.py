from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .contract_common import ContractCase


@tagged("post_install", "-at_install")
class TestSrmContractSubcontractor(ContractCase):
    def part(self, contract, amount, **values):
        return (
            self.env["srm.contract.subcontractor"]
            .with_user(self.buyer)
            .create(
                {
                    "contract_id": contract.id,
                    "partner_id": self.supplier(f"Sous-traitant {amount}").id,
                    "name": "Terrassement",
                    "amount_ttc": amount,
                    **values,
                }
            )
        )

    def test_at_most_half_of_the_contract(self):
        contract = self.running(1000)
        first = self.part(contract, 400)
        first.action_accept()
        second = self.part(contract, 200.01)
        self.assertEqual(second.amount_left, 200)
        with self.assertRefused("may still be subcontracted", ValidationError):
            second.action_accept()
        second.amount_ttc = 200
        second.action_accept()
        self.assertEqual(second.date_decided, self.today)
        with self.assertRefused("Declare the part again"):
            second.amount_ttc = 100

    def test_never_the_main_lot(self):
        part = self.part(self.running(1000), 10, main_lot=True)
        with self.assertRefused("is the main lot", ValidationError):
            part.action_accept()

    def test_a_refusal_has_a_reason_and_a_delay(self):
        contract = self.running(1000)
        part = self.part(contract, 10)
        with self.assertRefused("Say why"):
            part.action_refuse()
        part.reason = "Références insuffisantes"
        part.action_refuse()
        self.assertEqual(part.state, "refused")
        late = self.part(contract, 20, date_declared=self.ago(16), reason="x")
        with self.assertRefused("delay to object"):
            late.action_refuse()

    def test_not_the_contractor_itself(self):
        contract = self.running(1000)
        with self.assertRefused("its own subcontractor", ValidationError):
            self.part(contract, 10, partner_id=self.partner.id)

    @mute_logger("odoo.sql_db")
    def test_the_database_keeps_the_main_lot(self):
        part = self.part(self.running(1000), 10, main_lot=True)
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            part._by_code().write({"state": "accepted"})
            part.flush_recordset()

    def test_roles(self):
        part = self.part(self.running(1000), 10)
        with self.assertRaises(AccessError):
            part.with_user(self.manager).action_accept()
