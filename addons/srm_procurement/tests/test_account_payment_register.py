from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ..amounts import money, total
from .settlement_common import SettlementCase
from .test_srm_withholding import CASES

SUPPLIES = {"services": "services", "studies": "fees"}


@tagged("post_install", "-at_install")
class TestPaymentRegister(SettlementCase):
    """Taxes kept when a vendor bill is paid by Odoo's own wizard."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.file.partner_id
        cls.vat_20 = cls._vat(20)
        cls.vat_10 = cls._vat(10)

    @classmethod
    def _vat(cls, rate):
        return cls.env["account.tax"].search(
            [
                ("company_id", "=", cls.company.id),
                ("type_tax_use", "=", "purchase"),
                ("amount", "=", rate),
                ("amount_type", "=", "percent"),
            ],
            limit=1,
        )

    def _bill(self, ht=100000, tax=None, partner=None):
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": (partner or self.partner).id,
                "invoice_date": fields.Date.today(),
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Prestation",
                            "price_unit": ht,
                            "tax_ids": [Command.set((tax or self.vat_20).ids)],
                        }
                    )
                ],
            }
        )
        bill.action_post()
        return bill

    def _wizard(self, bills, **values):
        return (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=bills.ids)
            .create(values)
        )

    def _pay(self, bill, **values):
        return self._wizard(bill, **values)._create_payments()

    def _taxes(self, wizard):
        return {
            line.tax_id.srm_withheld: line.amount
            for line in wizard.withholding_line_ids
        }

    def test_published_cases(self):
        for row, (nature, status, taxes, net) in CASES.items():
            with self.subTest(row):
                self.partner.srm_legal_status = status
                self.partner.srm_supply_nature = SUPPLIES[nature]
                bill = self._bill()
                wizard = self._wizard(bill)
                self.assertEqual(self._taxes(wizard), taxes)
                self.assertEqual(wizard.withholding_net_amount, net)
                payment = wizard._create_payments()
                self.assertEqual(payment.srm_amount_net, net)
                self.assertEqual(bill.amount_residual, 0, "the gross is extinguished")
                self._check_entry(payment, taxes, net)

    def _check_entry(self, payment, taxes, net):
        lines = payment.move_id.line_ids
        self.assertEqual(total(lines.mapped("debit")), total(lines.mapped("credit")))
        liquidity, counterpart, _others = payment._seek_for_lines()
        self.assertEqual(liquidity.credit, net)
        self.assertEqual(counterpart.debit, payment.amount)
        found = {
            line.tax_line_id.srm_withheld: line.credit
            for line in lines.filtered("tax_line_id")
        }
        self.assertEqual(found, taxes)
        kept = {line.code: line.amount for line in payment.srm_withholding_ids}
        self.assertEqual(kept, taxes)
        self.assertEqual(
            payment.srm_withholding_ids.move_id, payment.reconciled_bill_ids
        )

    def test_the_form_follows_what_is_paid(self):
        self.partner.srm_supply_nature = "works"
        bill = self._bill()
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=bill.ids
        )
        with Form(wizard) as form:
            self.assertFalse(len(form.withholding_line_ids))
            form.srm_supply = "services"
            self.assertEqual(len(form.withholding_line_ids), 1)
            form.amount = 60000
        found = form.record
        self.assertEqual(self._taxes(found), {"vat_75": 7500})
        self.assertEqual(found._create_payments().srm_amount_net, 52500)

    def test_works_without_certificate(self):
        self.partner.srm_supply_nature = "works"
        self.assertEqual(self._taxes(self._wizard(self._bill())), {})
        self._drop_certificates(self.partner)
        self.assertEqual(self._taxes(self._wizard(self._bill())), {"vat_100": 20000})
        self.company.srm_payer_status = "public_body"
        self.assertEqual(self._taxes(self._wizard(self._bill())), {})

    def test_a_bill_at_ten_percent(self):
        self.partner.srm_supply_nature = "services"
        wizard = self._wizard(self._bill(tax=self.vat_10))
        self.assertEqual(self._taxes(wizard), {"vat_75": 7500})

    def test_excluded_supplies_and_foreigners_bear_nothing(self):
        self.partner.srm_supply_nature = "excluded"
        self.assertEqual(self._taxes(self._wizard(self._bill())), {})
        foreign = self.env["res.partner"].create(
            {
                "name": "Fournisseur étranger",
                "is_company": True,
                "country_id": self.env.ref("base.fr").id,
                "srm_supply_nature": "services",
            }
        )
        wizard = self._wizard(self._bill(partner=foreign))
        self.assertFalse(wizard.srm_ruled)
        self.assertEqual(self._taxes(wizard), {})

    def test_small_bills_until_the_ceiling_of_the_month(self):
        self.partner.srm_supply_nature = "services"
        for _rank in range(10):
            payment = self._pay(self._bill(4000))
            self.assertEqual(payment.srm_amount_withheld, 0)
            self.assertTrue(payment.srm_withholding_ids.exempt)
        # 11 x 4,800 = 52,800 DH: the eleventh goes above 50,000.
        eleventh = self._pay(self._bill(4000))
        self.assertEqual(eleventh.srm_amount_withheld, 600)
        self.assertFalse(eleventh.srm_withholding_ids.exempt)

    def test_partial_payments_add_up(self):
        self.partner.srm_supply_nature = "fees"
        bill = self._bill(33333.35)
        kept = []
        for amount in (10000.01, 0.03, 20000.02):
            kept.append(self._pay(bill, amount=amount).srm_amount_withheld)
        kept.append(self._pay(bill).srm_amount_withheld)
        vat, ht = money(bill.amount_tax), money(bill.amount_untaxed)
        expected = money(vat * 75 / 100) + money(ht * 5 / 100)
        self.assertEqual(total(kept), expected)
        self.assertEqual(bill.amount_residual, 0)

    def test_several_bills_in_one_payment(self):
        self.partner.srm_supply_nature = "services"
        bills = self._bill(10000) | self._bill(20000)
        payment = self._pay(bills, group_payment=True)
        self.assertEqual(payment.srm_amount_withheld, 4500)
        self.assertEqual(payment.srm_withholding_ids.move_id, bills)
        with self.assertRefused("one supplier at a time"):
            self._pay(self._bill(10000) | self._bill(20000), group_payment=False)

    def test_the_payment_asks_for_the_status_and_the_supply(self):
        self.partner.srm_supply_nature = False
        bill = self._bill()
        with self.assertRefused("say what is paid"):
            self._pay(bill)
        self.company.srm_payer_status = False
        wizard = self._wizard(bill, srm_supply="services")
        self.assertTrue(wizard.srm_status_missing)
        with self.assertRefused("is not decided"):
            wizard._create_payments()
        self.assertEqual(bill.amount_residual, bill.amount_total)

    def test_unticking_does_not_avoid_the_tax(self):
        self.partner.srm_supply_nature = "services"
        wizard = self._wizard(self._bill())
        wizard.should_withhold_tax = False
        self.assertEqual(wizard._create_payments().srm_amount_withheld, 15000)

    def test_a_rejected_payment_gives_the_tax_back(self):
        self.partner.srm_supply_nature = "services"
        payment = self._pay(self._bill())
        payment.action_reject()
        self.assertEqual(total(payment.srm_withholding_ids.mapped("amount")), 0)
        payment.action_reject()
        self.assertEqual(len(payment.srm_withholding_ids), 2)

    def test_nobody_writes_the_withheld_taxes_by_hand(self):
        self.partner.srm_supply_nature = "services"
        payment = self._pay(self._bill())
        with self.assertRaises(UserError):
            payment.srm_withholding_ids.with_user(self.manager).write({"amount": 1})

    def test_the_amount_does_not_move_under_the_tax(self):
        self.partner.srm_supply_nature = "services"
        payment = self._pay(self._bill())
        payment.action_draft()
        with self.assertRefused("Cancel the payment and pay again"):
            payment.amount = 60000
        payment.amount = payment.amount
        payment.action_post()
        self.assertEqual(payment.srm_amount_net, 105000)

    def test_a_remitted_tax_keeps_its_payment(self):
        self.partner.srm_supply_nature = "services"
        payment = self._pay(self._bill())
        statement = self.env["srm.withholding.statement"].create(
            {
                "month": fields.Date.today(),
                "date_remitted": fields.Date.today(),
                "remittance_reference": "QUIT-9",
            }
        )
        statement.action_remit()
        for action in ("action_draft", "action_cancel"):
            with self.assertRefused("is remitted"):
                getattr(payment, action)()
        payment.action_reject()
        lines = payment.srm_withholding_ids
        self.assertEqual(total(lines.mapped("amount")), 0)
        self.assertEqual(lines.filtered("statement_id").mapped("amount"), [15000])
