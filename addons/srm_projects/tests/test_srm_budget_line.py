from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_works import WorksCase


@tagged("post_install", "-at_install")
class TestBudgetLine(WorksCase):
    def line(self, credits=403.9, **values):
        return self.env["srm.budget.line"].create(
            {
                "project_id": self.project().id,
                "name": "Works",
                "credits": credits,
                **values,
            }
        )

    def entry(self, line, amount, kind="commitment", parent=None, confirm=True):
        entry = (
            self.env["srm.budget.entry"]
            .with_user(self.manager)
            .create(
                {
                    "line_id": line.id,
                    "kind": kind,
                    "amount": amount,
                    "document": f"Doc {kind}",
                    "parent_id": parent.id if parent else False,
                }
            )
        )
        if confirm:
            entry.action_confirm()
        return entry

    def test_fin_01_rates_chain(self):
        """The emission rate is on the commitments, not on the credits."""
        line = self.line()
        commitment = self.entry(line, 153.5)
        self.entry(line, 107.45, "emission", commitment)
        self.assertAlmostEqual(line.commitment_rate, 38, 1)
        self.assertEqual(line.emission_rate, 70)
        self.assertEqual(line.payment_rate, 0)

    def test_beyond_the_credits_is_refused(self):
        line = self.line(100)
        self.entry(line, 60)
        with self.assertRaisesRegex(UserError, "available"):
            self.entry(line, 41)
        self.assertEqual(line.available, 40)

    def test_or_only_warned_about(self):
        line = self.line(100, control="warn")
        self.entry(line, 150)
        self.assertEqual(line.available, -50)

    def test_each_link_rests_on_the_one_before(self):
        line = self.line(100)
        commitment = self.entry(line, 60)
        order = self.entry(line, 50, "emission", commitment)
        with self.assertRaisesRegex(UserError, "left of"):
            self.entry(line, 11, "emission", commitment)
        with self.assertRaisesRegex(UserError, "wrong kind"):
            self.entry(line, 5, "payment", commitment)
        payment = self.entry(line, 50, "payment", order)
        self.assertEqual((line.issued, line.paid), (50, 50))
        with self.assertRaisesRegex(UserError, "cancel that first"):
            order.action_cancel()
        payment.action_cancel()
        order.action_cancel()
        self.assertEqual((line.issued, line.paid, line.committed), (0, 0, 60))

    def test_a_confirmed_entry_stays(self):
        entry = self.entry(self.line(100), 60)
        with self.assertRaises(UserError):
            entry.amount = 1
        with self.assertRaises(UserError):
            entry.unlink()
        entry.action_confirm()
        self.assertEqual(entry.line_id.committed, 60)

    def test_orders_to_pay_are_the_actual_cost(self):
        line = self.line(100)
        self.entry(line, 50, "emission", self.entry(line, 60))
        self.assertEqual(line.project_id.srm_ac, 50)
