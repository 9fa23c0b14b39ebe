import base64
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .settlement_common import SettlementCase


@tagged("post_install", "-at_install")
class TestBankCreditImport(SettlementCase):
    """The bank's report records the outcomes, once, and keeps what it cannot match."""

    def setUp(self):
        super().setUp()
        self.debt = self._debt(900)
        settlement = self._settlement(self.debt, count=3)
        self._schedule(settlement)
        self.instalments = settlement.instalment_ids.sorted("date")
        self.order = self._order(self.instalments)
        self._send(self.order)
        self.today = fields.Date.today()

    def _reference(self, rank):
        payment = self.order.payment_ids.filtered(
            lambda item: (
                item.payment_line_ids.srm_instalment_id == self.instalments[rank]
            )
        )
        return payment._srm_end_to_end_reference()

    def _import(self, *rows, header="Référence;Date de crédit;Statut;Motif;Montant"):
        content = "\n".join([header, *rows]).encode()
        record = (
            self.env["srm.import"]
            .with_user(self.officer)
            .create(
                {
                    "kind": "bank_credits",
                    "file": base64.b64encode(content),
                    "file_name": "releve.csv",
                }
            )
        )
        record.action_preview()
        record.action_check()
        if record.row_ids.filtered(lambda row: row.state == "ok"):
            record.action_load()
        return record

    def _reasons(self, record):
        return {
            row.line_number: [reason["code"] for reason in row.reasons]
            for row in record.row_ids
            if row.reasons
        }

    def _facts(self):
        lines = self.order.payment_line_ids.sorted("id")
        moves = self.env["account.move"].search_count(
            [("payment_order_id", "=", self.order.id)]
        )
        return (
            lines.mapped("srm_credit_date"),
            lines.mapped("srm_refusal_reason"),
            self.debt.amount_settled,
            len(self.debt.payment_ids),
            moves,
        )

    def test_credits_and_refusals_are_recorded(self):
        record = self._import(
            f"{self._reference(0)};{self.today};Crédité;;300,00",
            f"{self._reference(1)};{self.today:%d/%m/%Y};Rejeté;Compte clôturé;300",
        )
        self.assertEqual(self._reasons(record), {})
        states = self.instalments.mapped("state")
        self.assertEqual(states, ["paid", "to_pay", "sent"])
        self.assertEqual(self.instalments[1].refusal_reason, "Compte clôturé")
        self.assertEqual(self.debt.amount_settled, 300)
        self.assertEqual(self.debt.payment_ids.date, self.today)
        self.assertBalanced(debts=600, transit=300)

    def test_twice_changes_nothing(self):
        rows = (
            f"{self._reference(0)};{self.today};Crédité;;300,00",
            f"{self._reference(1)};{self.today};Rejeté;Compte clôturé;300",
        )
        self._import(*rows)
        before = self._facts()
        again = self._import(*rows)
        self.assertEqual(self._facts(), before)
        self.assertEqual(set(again.row_ids.mapped("state")), {"unchanged"})

    def test_lines_without_a_transfer_stay_with_their_reason(self):
        record = self._import(
            f"INCONNU-1-99;{self.today};Crédité;;300,00",
            f"{self._reference(0)};{self.today};Crédité;;299,99",
            f"{self._reference(1)};{self.today + timedelta(days=3)};Crédité;;",
            f"{self._reference(2)};{self.today};Rejeté;;",
        )
        self.assertEqual(
            self._reasons(record),
            {
                2: ["transfer_unknown"],
                3: ["amount_differs"],
                4: ["date_out"],
                5: ["no_reason"],
            },
        )
        self.assertEqual(self.debt.amount_settled, 0)
        for row in record.row_ids:
            self.assertEqual(row.state, "error")

    def test_good_lines_are_loaded_beside_bad_ones(self):
        self._import(
            f"INCONNU-1-99;{self.today};Crédité;;300,00",
            f"{self._reference(2)};{self.today};;;",
        )
        self.assertEqual(self.debt.amount_settled, 300, "no status: credited")

    def test_a_recorded_outcome_is_not_changed_by_a_file(self):
        self._import(f"{self._reference(0)};{self.today};Crédité;;300")
        before = self._facts()
        record = self._import(f"{self._reference(0)};{self.today};Rejeté;Retour;300")
        self.assertEqual(self._reasons(record), {2: ["other_outcome"]})
        self.assertEqual(self._facts(), before)

    def test_transfers_not_handed_to_the_bank(self):
        debt = self._debt(100)
        settlement = self._settlement(debt, count=1)
        self._schedule(settlement)
        order = self._order(settlement.instalment_ids)
        order.with_user(self.manager).draft2open()
        reference = order.payment_ids._srm_end_to_end_reference()
        record = self._import(f"{reference};{self.today};Crédité;;")
        self.assertEqual(self._reasons(record), {2: ["not_sent"]})

    def test_arabic_headers(self):
        record = self._import(
            f"{self._reference(0)};{self.today};مقيد;;300",
            header="مرجع التحويل;تاريخ القيد;الحالة;سبب الرفض;المبلغ",
        )
        self.assertEqual(self._reasons(record), {})
        self.assertEqual(self.instalments[0].state, "paid")

    def test_finance_only(self):
        user = new_test_user(self.env, "pay_hse", groups="srm_base.group_hse_officer")
        with self.assertRaises(AccessError):
            self.env["srm.import"].with_user(user).create({"kind": "bank_credits"})
