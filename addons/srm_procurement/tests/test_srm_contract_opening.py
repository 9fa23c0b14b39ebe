from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .contract_common import ContractCase

POSITION = {
    "number": 4,
    "reference": "Décompte n° 4",
    "vat": 60000,
    "retention": 36000,
    "advance_paid": 100000,
    "advance": 40000,
    "penalty": 1000,
    "late_days": 2,
}


@tagged("post_install", "-at_install")
class TestSrmContractOpening(ContractCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.predecessor = cls.env["srm.predecessor"].search([], limit=1)

    def inherited(self, **values):
        return self.running(
            1000000,
            predecessor_id=self.predecessor.id,
            transfer_act="Acte 12",
            **values,
        )

    def wizard(self, contract, quantity=300000, user=None, **values):
        contract = contract.with_user(user or self.manager)
        action = contract.action_record_opening()
        wizard = contract.env[action["res_model"]].browse(action["res_id"])
        wizard.line_ids.quantity = quantity
        wizard.write({"date": self.ago(200), **POSITION, **values})
        return wizard

    def opened(self, contract, **values):
        action = self.wizard(contract, **values).action_record()
        return self.env["srm.contract.statement"].browse(action["res_id"])

    def test_figures_of_the_predecessor(self):
        contract = self.inherited()
        opening = self.opened(contract)
        self.assertEqual((opening.kind, opening.state), ("opening", "posted"))
        self.assertFalse(opening.bill_id)
        self.assertEqual(opening.works_cumulative, 300000)
        self.assertEqual(opening.ttc_cumulative, 360000)
        self.assertEqual(opening.net_cumulative, 360000 - 36000 - 40000 - 1000)
        self.assertEqual(contract.executed_ttc, 360000)
        self.assertEqual(contract.advance_paid, 100000)
        self.assertFalse(contract.retention_held, "it is in the register of debts")
        self.assertFalse(contract.retention_releasable)

    def test_the_next_statement_continues(self):
        contract = self.inherited()
        self.opened(contract)
        statement = self.post(self.statement(contract, 100000))
        self.assertEqual(statement.number, 5)
        self.assertEqual(statement.works_previous, 300000)
        self.assertEqual(statement.works_period, 100000)
        self.assertEqual(statement.retention_previous, 36000)
        self.assertEqual(statement.advance_previous, 40000)
        self.assertEqual(contract.retention_held, statement.retention_period)
        self.assertEqual(statement.late_days + 2, statement.late_days_total or 2)

    def test_the_advance_still_owed_enters_the_books_once(self):
        contract = self.inherited()
        account = self.company._srm_contract_account("advance")
        before = self.ledger(account)
        self.opened(contract)
        self.assertEqual(self.ledger(account) - before, 60000)

    def ledger(self, account):
        domain = [("account_id", "=", account.id), ("partner_id", "=", self.partner.id)]
        lines = self.env["account.move.line"].search(domain)
        return sum(lines.mapped("balance"))

    def test_once(self):
        contract = self.inherited()
        self.opened(contract)
        self.assertFalse(contract.with_user(self.manager).opening_possible)
        with self.assertRefused("without any statement"):
            self.opened(contract)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                contract.statement_ids.copy({"kind": "opening", "date": self.ago(10)})
                self.env.flush_all()

    def test_not_for_a_contract_of_our_own(self):
        contract = self.running(1000000)
        self.assertFalse(contract.opening_possible)
        with self.assertRefused("it must be inherited"):
            self.opened(contract)

    def test_impossible_figures(self):
        contract = self.inherited()
        for text, values in (
            ("retention passes its cap", {"retention": 90000}),
            ("more advance is repaid", {"advance": 100001}),
            ("starts at 1", {"number": 0}),
            ("in the future", {"date": self.ago(-2)}),
            ("an amount is negative", {"penalty": -1}),
        ):
            with self.assertRefused(text, ValidationError):
                self.wizard(contract, **values).action_record()

    def test_only_a_finance_manager(self):
        contract = self.inherited()
        for user in (self.officer, self.buyer, self.director):
            with self.assertRaises(AccessError):
                self.wizard(contract, user=user).action_record()

    def test_never_drawn_by_hand(self):
        contract = self.inherited()
        statement = self.statement(contract, 1000, kind="opening")
        with self.assertRefused("is recorded from its contract"):
            statement.with_user(self.officer).action_draw()
