from lxml import etree
from srm_engine.identifiers import iban_from_rib

from odoo import tools
from odoo.tests import tagged

from .settlement_common import COMPANY_RIB, SettlementCase

NAMESPACE = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"}
SCHEMA = "account_banking_sepa_credit_transfer/data/pain.001.001.03.xsd"


@tagged("post_install", "-at_install")
class TestPaymentFile(SettlementCase):
    """The pain.001 file handed to the bank."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debts = cls._debts(cls._debt_vals(700.25), cls._debt_vals(300))

    def _file_of(self, order):
        return etree.fromstring(self._send(order).raw)

    def _texts(self, root, path):
        return [node.text for node in root.findall(f".//{path}", NAMESPACE)]

    def test_content_of_the_file(self):
        settlement = self._settlement(self.debts, count=2)
        self._schedule(settlement)
        order = self._order(settlement.instalment_ids)
        root = self._file_of(order)
        with tools.file_open(SCHEMA) as schema:
            etree.XMLSchema(etree.parse(schema)).assertValid(root)
        self.assertEqual(self._texts(root, "p:GrpHdr/p:NbOfTxs"), ["2"])
        self.assertEqual(self._texts(root, "p:GrpHdr/p:CtrlSum"), ["1000.25"])
        amounts = root.findall(".//p:InstdAmt", NAMESPACE)
        self.assertEqual([node.text for node in amounts], ["500.12", "500.13"])
        self.assertEqual({node.get("Ccy") for node in amounts}, {"MAD"})
        rib = self.file.partner_bank_id.srm_rib
        self.assertEqual(
            self._texts(root, "p:CdtrAcct/p:Id/p:IBAN"), [iban_from_rib(rib)] * 2
        )
        self.assertEqual(
            self._texts(root, "p:Cdtr/p:Nm"), ["Entreprise Elan - Fils"] * 2
        )
        first, second = settlement.instalment_ids.sorted("date")
        self.assertEqual(
            self._texts(root, "p:ReqdExctnDt"),
            [first.date.isoformat(), second.date.isoformat()],
        )
        references = self._texts(root, "p:EndToEndId")
        self.assertEqual(
            [reference.rpartition("-")[0] for reference in references],
            [first.name.replace("/", "-"), second.name.replace("/", "-")],
        )
        self.assertTrue(all(len(reference) <= 35 for reference in references))
        self.assertIn(first.name, self._texts(root, "p:RmtInf/p:Ustrd")[0])

    def test_paying_account_and_charges(self):
        settlement = self._settlement(self.debts, count=1)
        self._schedule(settlement)
        order = self._order(settlement.instalment_ids)
        self.assertFalse(order.sepa)
        self.assertFalse(
            order.show_warning_not_sepa, "dirhams are not expected in SEPA"
        )
        root = self._file_of(order)
        own = self.journal.bank_account_id.srm_rib or COMPANY_RIB
        self.assertEqual(
            self._texts(root, "p:DbtrAcct/p:Id/p:IBAN"), [iban_from_rib(own)]
        )
        self.assertEqual(self._texts(root, "p:ChrgBr"), ["DEBT"])
        self.assertFalse(self._texts(root, "p:SvcLvl/p:Cd"))

    def test_an_instalment_is_one_transfer(self):
        settlement = self._settlement(self.debts, count=1)
        self._schedule(settlement)
        order = self._order(settlement.instalment_ids)
        self.assertEqual(len(order.payment_line_ids), 2)
        root = self._file_of(order)
        self.assertEqual(len(order.payment_ids), 1)
        self.assertEqual(self._texts(root, "p:InstdAmt"), ["1000.25"])

    def test_file_is_not_executed_before_the_instalment(self):
        settlement = self._settlement(self.debts, count=2)
        self._schedule(settlement)
        last = settlement.instalment_ids.sorted("date")[-1]
        order = self._order(last)
        root = self._file_of(order)
        self.assertEqual(self._texts(root, "p:ReqdExctnDt"), [last.date.isoformat()])

    def test_second_click_gives_the_same_file(self):
        settlement = self._settlement(self.debts, count=1)
        self._schedule(settlement)
        order = self._order(settlement.instalment_ids)
        order.with_user(self.manager).draft2open()
        order.with_user(self.officer).open2generated()
        action = order.with_user(self.officer).open2generated()
        attachment = self.env["ir.attachment"].search(
            [("res_model", "=", order._name), ("res_id", "=", order.id)]
        )
        self.assertEqual(len(attachment), 1)
        self.assertIn(str(attachment.id), action["url"])

    def test_several_creditors_in_one_order(self):
        mine = self._settlement(self.debts, count=1)
        self._schedule(mine)
        first_file = self.file
        self.__class__.file = self._file("Deuxième créancier")
        try:
            other = self._settlement(self._debt(80), count=1)
        finally:
            self.__class__.file = first_file
        self._schedule(other)
        order = self._order((mine | other).instalment_ids)
        root = self._file_of(order)
        self.assertEqual(len(set(self._texts(root, "p:CdtrAcct/p:Id/p:IBAN"))), 2)
        self._bank(order, "credited")
        self.assertEqual({mine.state, other.state}, {"done"})
        self.assertBalanced(debts=0)
        # One entry on the bank account for the whole order.
        bank_lines = order.move_ids.line_ids.filtered(
            lambda line: line.account_id == self.journal.default_account_id
        )
        self.assertEqual(bank_lines.mapped("credit"), [1080.25])
