import random
from datetime import timedelta

from lxml import etree

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..amounts import money, total
from .settlement_common import SettlementCase

NAMESPACE = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"}
#: Worked cases W01, W02 and W04: nature of the debt, legal status, taxes, net.
CASES = {
    "W01": ("services", "company", {"vat_75": 15000}, 105000),
    "W02": ("studies", "company", {"vat_75": 15000, "is_5": 5000}, 100000),
    "W04": ("studies", "individual", {"vat_75": 15000, "ir_10": 10000}, 95000),
}


@tagged("post_install", "-at_install")
class TestWithholding(SettlementCase):
    """Taxes kept from the payments of inherited debts."""

    def _scheduled(self, amount, count=1, **values):
        debt = self._debt(amount, **values)
        settlement = self._settlement(debt, count=count)
        self._schedule(settlement)
        return debt, settlement.instalment_ids.sorted("date")

    def _kept(self, records):
        lines = self.env["srm.withholding"].search(
            [("payment_id", "in", records.ids), ("reversal_of_id", "=", False)]
        )
        return {line.code: line.amount for line in lines if line.amount}

    def _balance(self, code):
        """Owed to the Treasury on the account of a tax, in MAD."""
        tax = self.env["account.tax"].search(
            [("company_id", "=", self.company.id), ("srm_withheld", "=", code)]
        )
        account = tax.invoice_repartition_line_ids.account_id
        groups = self.env["account.move.line"]._read_group(
            [("account_id", "=", account.id), ("parent_state", "=", "posted")],
            [],
            ["balance:sum"],
        )
        return -money(groups[0][0])

    def _amounts_in_file(self, raw):
        root = etree.fromstring(raw)
        found = root.findall(".//p:InstdAmt", NAMESPACE)
        sums = root.findall(".//p:CtrlSum", NAMESPACE)
        return [node.text for node in found], {node.text for node in sums}

    def test_published_cases(self):
        for row, (nature, status, taxes, net) in CASES.items():
            with self.subTest(row):
                self.file = self._file(f"Fournisseur {row}")
                self.file.partner_id.srm_legal_status = status
                debt, instalment = self._scheduled(
                    120000, nature=nature, file_id=self.file.id
                )
                owed = {code: self._balance(code) for code in taxes}
                order = self._order(instalment)
                amounts, sums = self._amounts_in_file(self._send(order).raw)
                self.assertEqual(amounts, [f"{net:.2f}"])
                self.assertEqual(sums, {f"{net:.2f}"})
                self.assertEqual(self._kept(order.payment_ids), taxes)
                self.assertEqual(order.srm_amount_net, net)
                for code, amount in taxes.items():
                    self.assertEqual(self._balance(code) - owed[code], amount)
                self._bank(order, "credited")
                self.assertEqual((debt.stage, debt.amount_settled), ("closed", 120000))
                self.assertBalanced()

    def test_works_with_and_without_certificate(self):
        debt, instalment = self._scheduled(120000, nature="works")
        order = self._order(instalment)
        self._send(order)
        self.assertEqual(self._kept(order.payment_ids), {})

        self.file = self._file("Sans attestation")
        self._drop_certificates(self.file.partner_id)
        debt, instalment = self._scheduled(120000, nature="works", file_id=self.file.id)
        self.company.srm_certificate_rule = "withhold"
        order = self._order(instalment)
        amounts, _sums = self._amounts_in_file(self._send(order).raw)
        self.assertEqual(self._kept(order.payment_ids), {"vat_100": 20000})
        self.assertEqual(amounts, ["100000.00"])
        self._bank(order, "credited")
        self.assertEqual(debt.amount_settled, 120000)

    def test_a_public_body_keeps_nothing_from_works(self):
        self.company.srm_payer_status = "public_body"
        self.company.srm_certificate_rule = "withhold"
        self._drop_certificates(self.file.partner_id)
        _debt, instalment = self._scheduled(120000, nature="works")
        order = self._order(instalment)
        self._send(order)
        self.assertEqual(self._kept(order.payment_ids), {})

    def test_a_private_payer_and_an_individual(self):
        """W04: 100 % of the VAT without a certificate when the payer is private."""
        self.company.srm_payer_status = "private"
        self.company.srm_certificate_rule = "withhold"
        partner = self.file.partner_id
        partner.srm_legal_status = "individual"
        self._drop_certificates(partner)
        _debt, instalment = self._scheduled(120000, nature="services")
        order = self._order(instalment)
        self._send(order)
        self.assertEqual(self._kept(order.payment_ids), {"vat_100": 20000})

    def _abroad(self, amount, **values):
        self.file = self._file("Bureau d’études Rhône")
        self.file.partner_id.country_id = self.env.ref("base.fr")
        self._drop_certificates(self.file.partner_id)
        return self._scheduled(amount, file_id=self.file.id, **values)

    def test_a_supplier_from_abroad(self):
        """10 % of the whole, no VAT, and no Moroccan tax certificate asked for."""
        debt, instalments = self._abroad(100000.01, count=3, nature="studies")
        self.assertEqual((debt.vat_rate, debt.amount_vat), (0, 0))
        for instalment in instalments:
            order = self._order(instalment)
            self._send(order)
            self.assertEqual(set(self._kept(order.payment_ids)), {"nr_10"})
            self._bank(order, "credited")
        self.assertEqual(self._balance("nr_10"), money("10000.00"))
        self.assertEqual(debt.amount_settled, 100000.01)
        statement = self.env["srm.withholding.statement"].create(
            {"month": fields.Date.today()}
        )
        statement.action_collect()
        self.assertEqual(statement.amount_non_resident, 10000)
        self.assertEqual(statement.amount_total, 10000)
        self.assertIn(
            "'Non-residents', 'value': '10,000.00'", str(statement._print_blocks())
        )
        self.assertBalanced()

    def test_works_of_a_supplier_from_abroad(self):
        _debt, instalment = self._abroad(120000, nature="works")
        order = self._order(instalment)
        self._send(order)
        self.assertEqual(self._kept(order.payment_ids), {})

    def test_parts_add_up_in_any_order(self):
        """Also when the bank refuses one and it is paid again after the others."""
        rng = random.Random(7)
        debt, instalments = self._scheduled(99999.97, count=7, nature="studies")
        waiting = list(instalments)
        rng.shuffle(waiting)
        refused = 2
        while waiting:
            instalment = waiting.pop()
            order = self._order(instalment)
            self._send(order)
            if refused and rng.random() < 0.4:
                refused -= 1
                self._bank(order, "refused", order.payment_line_ids, reason="Rejet")
                waiting.insert(0, instalment)
            else:
                self._bank(order, "credited")
        ledger = self.env["srm.withholding"].search([("debt_id", "=", debt.id)])
        vat, ht = money(debt.amount_vat), money(debt.amount_ht)
        sums = {
            code: (total(lines.mapped("base")), total(lines.mapped("amount")))
            for code, lines in ledger.grouped("code").items()
        }
        self.assertEqual(sums["vat_75"], (vat, money(vat * 75 / 100)))
        self.assertEqual(sums["is_5"], (ht, money(ht * 5 / 100)))
        self.assertEqual(refused, 0, "the bank refused two of them")
        # Both taxes count the gross; refused payments are answered by their opposite.
        self.assertEqual(total(ledger.mapped("gross")), 2 * money(99999.97))
        self.assertEqual(self._balance("vat_75"), sums["vat_75"][1])
        self.assertEqual(self._balance("is_5"), sums["is_5"][1])
        self.assertEqual(debt.amount_settled, 99999.97)
        self.assertBalanced()

    def test_two_parts_in_one_order_add_up(self):
        debt, instalments = self._scheduled(10000.01, count=3, nature="services")
        order = self._order(instalments)
        self._send(order)
        self.assertEqual(len(order.payment_ids), 3)
        kept = total(order.payment_ids.mapped("srm_amount_withheld"))
        self.assertEqual(kept, money(money(debt.amount_vat) * 75 / 100))

    def test_a_refused_payment_owes_nothing_to_the_treasury(self):
        _debt, instalment = self._scheduled(120000, nature="services")
        order = self._order(instalment)
        self._send(order)
        self.assertEqual(self._balance("vat_75"), 15000)
        self._bank(order, "refused", order.payment_line_ids, reason="Compte clôturé")
        self.assertEqual(self._balance("vat_75"), 0)
        lines = order.payment_ids.srm_withholding_ids
        self.assertEqual(sorted(lines.mapped("amount")), [-15000, 15000])
        self.assertBalanced(debts=120000, transit=0)

    def test_a_returned_payment_gives_the_tax_back(self):
        _debt, instalment = self._scheduled(120000, nature="services")
        order = self._order(instalment)
        self._send(order)
        self._bank(order, "credited")
        self._bank(order, "refused", order.payment_line_ids, reason="Retour")
        self.assertEqual(self._balance("vat_75"), 0)
        self.assertBalanced(debts=120000, transit=0)

    def test_small_operations_up_to_fifty_thousand_a_month(self):
        debts = self._debts(
            *(self._debt_vals(5000, nature="services") for _rank in range(11))
        )
        settlement = self._settlement(debts, count=1)
        self._schedule(settlement)
        order = self._order(settlement.instalment_ids)
        self._send(order)
        lines = order.payment_ids.srm_withholding_ids
        self.assertEqual(len(lines.filtered("exempt")), 10)
        above = lines - lines.filtered("exempt")
        self.assertEqual(above.mapped("amount"), [625.0], "75 % of 833.33")

    def test_nothing_is_paid_while_the_status_is_unknown(self):
        _debt, instalment = self._scheduled(120000, nature="services")
        self.company.srm_payer_status = False
        order = self._order(instalment)
        with self.assertRefused("has not decided the status"):
            order.with_user(self.manager).draft2open()
        self.assertEqual(order.state, "draft")

    def test_cancelled_order_counts_for_nothing(self):
        _debt, instalment = self._scheduled(120000, nature="services")
        order = self._order(instalment)
        order.with_user(self.manager).draft2open()
        self.assertEqual(self._kept(order.payment_ids), {"vat_75": 15000})
        order.with_user(self.manager).action_cancel()
        again = self._order(instalment)
        self._send(again)
        self.assertEqual(self._kept(again.payment_ids), {"vat_75": 15000})
        self.assertEqual(self._balance("vat_75"), 15000)

    def test_the_rate_of_a_debt_is_frozen_by_its_certification(self):
        debt = self._debt(1100, stage="reconciled", nature="services")
        self.assertEqual(debt.vat_rate, 20)
        debt.vat_rate = 10
        self.assertEqual((debt.amount_ht, debt.amount_vat), (1000, 100))
        debt.with_user(self.certifier).action_certify()
        with self.assertRaises(UserError):
            debt.vat_rate = 20
        debt.nature = "studies"
        self.assertEqual(debt.vat_rate, 10)

    def test_a_debt_at_ten_percent(self):
        debt = self._debt(110000, stage="reconciled", nature="services")
        debt.vat_rate = 10
        debt.with_user(self.certifier).action_certify()
        debt.action_classify()
        debt.action_score()
        settlement = self._settlement(debt, count=1)
        self._schedule(settlement)
        order = self._order(settlement.instalment_ids)
        self._send(order)
        self.assertEqual(self._kept(order.payment_ids), {"vat_75": 7500})

    def test_setup_is_safe_to_repeat(self):
        taxes = self.env["account.tax"].search([("srm_withheld", "!=", False)])
        count = self.env["account.account"].search_count([])
        self.company._srm_setup_withholding()
        self.assertEqual(
            self.env["account.tax"].search([("srm_withheld", "!=", False)]), taxes
        )
        self.assertEqual(self.env["account.account"].search_count([]), count)
        mine = taxes.filtered(lambda tax: tax.company_id == self.company)
        self.assertEqual(len(mine), 5)
        codes = mine.invoice_repartition_line_ids.account_id.mapped("code")
        self.assertTrue(all(code.startswith(("4458", "44525")) for code in codes))

    def test_withheld_taxes_belong_to_the_day_of_the_payment(self):
        _debt, instalment = self._scheduled(120000, nature="services")
        order = self._order(instalment)
        order.with_user(self.manager).draft2open()
        day = fields.Date.today() - timedelta(days=40)
        order.payment_ids.write({"date": day})
        self.assertEqual(order.payment_ids.srm_withholding_ids.date, day)
