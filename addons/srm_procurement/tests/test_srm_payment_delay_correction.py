from odoo.exceptions import UserError
from odoo.tests import tagged

from .delay_common import DelayCase


@tagged("post_install", "-at_install")
class TestCorrection(DelayCase):
    def _correct(self, declaration):
        action = declaration.action_correct()
        correction = self.Declaration.browse(action["res_id"])
        correction.action_propose()
        return correction

    def _shown(self, correction):
        return sorted(
            (line.correction, line.kind, line.fine, line.fine_filed, line.fine_due)
            for line in correction.line_ids
        )

    def test_nothing_to_correct(self):
        self._bill(1000, "2025-01-10")
        correction = self._correct(self._filed(2025, 1))
        self.assertEqual(correction.kind, "correction")
        self.assertFalse(correction.line_ids)

    def test_a_forgotten_invoice_is_added(self):
        self._bill(1000, "2025-01-10")
        declaration = self._filed(2025, 1)
        forgotten = self._bill(2000, "2025-01-10")
        correction = self._correct(declaration)
        self.assertEqual(
            self._shown(correction), [("added", "unpaid", 45.0, 0.0, 45.0)]
        )
        self.assertEqual(correction.line_ids.move_id, forgotten)
        self._file_declaration(correction)
        self.assertEqual(correction.fine_total, 45.0)
        # The next quarter goes on from there.
        second = self._declare(2025, 2)
        self.assertEqual(second.line_ids.mapped("months"), [3, 3])

    def test_a_payment_entered_late_replaces_the_unpaid_line(self):
        bill = self._bill(1000, "2025-01-10")
        declaration = self._filed(2025, 1)
        self._pay(bill, "2025-03-05")  # in time, after all
        correction = self._correct(declaration)
        self.assertEqual(
            self._shown(correction), [("withdrawn", "unpaid", 0.0, 22.5, -22.5)]
        )
        line = correction.line_ids
        self.assertEqual(line.corrected_line_id, declaration.line_ids)
        self.assertEqual((line.amount_unpaid, line.amount_paid_late), (0, 0))
        self._file_declaration(correction)
        again = self._correct(declaration)
        self.assertNotEqual(again, correction)
        self.assertFalse(again.line_ids)

    def test_a_partial_payment_changes_the_rest(self):
        bill = self._bill(1000, "2025-01-10")
        declaration = self._filed(2025, 1)
        self._pay(bill, "2025-03-20", 400)
        correction = self._correct(declaration)
        self.assertEqual(
            self._shown(correction),
            [
                ("added", "paid", 9.0, 0.0, 9.0),
                ("changed", "unpaid", 13.5, 22.5, -9.0),
            ],
        )
        self.assertEqual(correction.fine_total, 0)
        # The months are already in the register: entered once.
        self._file_declaration(correction)
        months = self.env["srm.payment.delay.month"].search([("move_id", "=", bill.id)])
        self.assertEqual(len(months), 1)

    def test_a_cancelled_bill_is_withdrawn(self):
        bill = self._bill(1000, "2025-01-10")
        declaration = self._filed(2025, 1)
        bill.button_draft()
        bill.button_cancel()
        correction = self._correct(declaration)
        self.assertEqual(
            self._shown(correction), [("withdrawn", "unpaid", 0.0, 22.5, -22.5)]
        )

    def test_months_caught_up_later_are_not_corrected_again(self):
        declaration = self._filed(2025, 1)
        self._bill(1000, "2025-01-10")
        self._filed(2025, 2)  # catches March up
        self.assertFalse(self._correct(declaration).line_ids)

    def test_one_correction_at_a_time(self):
        declaration = self._filed(2025, 1)
        first = declaration.action_correct()
        self.assertEqual(declaration.action_correct()["res_id"], first["res_id"])
        self.assertEqual(declaration.correction_count, 1)
        correction = self.Declaration.browse(first["res_id"])
        correction.action_propose()
        self._file_declaration(correction)
        with self.assertRefused("is a correction"):
            correction.action_correct()

    def test_the_period_of_a_correction_is_that_of_its_origin(self):
        correction = self._correct(self._filed(2025, 1))
        with self.assertRaises(UserError):
            correction.write({"period": "2"})
