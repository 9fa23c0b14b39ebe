from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .settlement_common import SettlementCase


@tagged("post_install", "-at_install")
class TestSrmDebtContract(SettlementCase):
    """A debt rests on a contract; a pledged contract is paid to its lender only."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "lang": "en_US"})
        cls.buyer = cls._user("set_buyer", "srm_base.group_contract_manager")

    def contract(self, name="40/T/2023", partner=None):
        return self.env["srm.contract"].create(
            {
                "name": name,
                "title": "Réservoir",
                "partner_id": (partner or self.file.partner_id).id,
                "regime_id": self.env.ref("srm_procurement.regime_public").id,
            }
        )

    def pledge(self, contract, lender=None):
        lender = lender or self.env["res.partner"].create({"name": "Banque prêteuse"})
        pledge = self.env["srm.contract.pledge"].create(
            {
                "contract_id": contract.id,
                "partner_id": lender.id,
                "reference": "NANT-7",
            }
        )
        pledge.with_user(self.buyer).action_activate()
        return pledge

    def test_matching_by_number_only_when_certain(self):
        contract = self.contract()
        other = self.contract("41/T/2023")
        vals = [
            self._debt_vals(100, contract_reference=" 40-t/2023"),
            self._debt_vals(100, contract_reference="99/X"),
            self._debt_vals(100, contract_reference="40/T/2023"),
        ]
        debts = self.env["srm.debt"].create(vals)
        debts[2].contract_id = other
        action = debts.with_user(self.officer).action_match_contract()
        self.assertEqual(debts[0].contract_id, contract)
        self.assertFalse(debts[1].contract_id)
        self.assertEqual(debts[2].contract_id, other)
        self.assertIn("1 of 2", action["params"]["message"])
        self.assertEqual(contract.debt_count, 1)

    def test_an_ambiguous_number_is_left_alone(self):
        self.contract("40/T/2023")
        self.contract("40-T-2023")
        debt = self.env["srm.debt"].create(
            self._debt_vals(100, contract_reference="40 T 2023")
        )
        debt.action_match_contract()
        self.assertFalse(debt.contract_id)

    def test_another_creditor_s_contract_is_refused(self):
        partner = self.env["res.partner"].create({"name": "Autre titulaire"})
        debt = self.env["srm.debt"].create(self._debt_vals(100))
        with self.assertRefused("not by the creditor of debt", ValidationError):
            debt.contract_id = self.contract(partner=partner)

    def test_a_pledged_debt_is_not_settled_to_another(self):
        contract = self.contract()
        debt = self._debt(1000, contract_id=contract.id)
        settlement = self._settlement(debt, count=1)
        settlement.with_user(self.officer).action_propose()
        self._sign(settlement)
        pledge = self.pledge(contract)
        self.assertTrue(contract.pledged)
        self.assertIn(
            contract, self.env["srm.contract"].search([("pledged", "=", True)])
        )
        with self.assertRefused("is pledged to Banque prêteuse (deed NANT-7)"):
            settlement.with_user(self.manager).action_agree()
        pledge.with_user(self.buyer).action_lift()
        settlement.with_user(self.manager).action_agree()
        self.assertEqual(settlement.state, "agreed")

    def test_a_pledge_notified_later_stops_the_release(self):
        contract = self.contract()
        settlement = self._settlement(
            self._debt(1000, contract_id=contract.id), count=1
        )
        self._schedule(settlement)
        order = self._order(settlement.instalment_ids)
        pledge = self.pledge(contract)
        with self.assertRefused("is pledged to"):
            order.with_user(self.manager).draft2open()
        pledge.with_user(self.buyer).action_lift()
        order.with_user(self.manager).draft2open()
        self.assertEqual(order.state, "open")

    def test_pledged_to_the_holder_of_the_account(self):
        contract = self.contract()
        settlement = self._settlement(
            self._debt(1000, contract_id=contract.id), count=1
        )
        self.pledge(contract, lender=self.file.partner_id)
        self._schedule(settlement)
        self.assertEqual(settlement.state, "scheduled")

    def test_a_notified_pledge_does_not_change(self):
        pledge = self.pledge(self.contract())
        with self.assertRefused("Lift the pledge"):
            pledge.with_user(self.buyer).reference = "X"
        with self.assertRefused("is kept"):
            pledge.with_user(self.buyer).unlink()
