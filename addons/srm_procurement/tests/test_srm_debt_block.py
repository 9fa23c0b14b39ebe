import psycopg2

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .arrears_common import ArrearsCase


@tagged("post_install", "-at_install")
class TestSrmDebtBlock(ArrearsCase):
    def block(self, reason="pledge", **values):
        return (
            self.env["srm.debt.block"]
            .with_user(self.officer)
            .create(
                {"reason_id": self.env.ref(f"srm_procurement.block_reason_{reason}").id}
                | values
            )
        )

    def test_block_knows_who_and_when(self):
        debt = self.new_debt()
        block = self.block(debt_id=debt.id, note="Notified by the bank")
        self.assertEqual(block.file_id, debt.file_id)
        self.assertEqual(block.opened_by_id, self.officer)
        self.assertTrue(block.date_opened)
        self.assertTrue(debt.blocked and self.file.blocked)
        self.assertEqual(self.file.open_block_count, 1)

    def test_closing_says_how(self):
        debt = self.new_debt()
        block = self.block(debt_id=debt.id)
        with self.assertRaisesRegex(UserError, "closing note"):
            block.action_close()
        block.closing_note = "Release received"
        block.with_user(self.manager).action_close()
        self.assertEqual(block.closed_by_id, self.manager)
        self.assertFalse(debt.blocked or self.file.blocked)
        closed_on = block.date_closed
        block.action_close()
        self.assertEqual(block.date_closed, closed_on, "a second click does nothing")

    def test_blocking_the_file_blocks_all_its_debts(self):
        debts = self.new_debt() + self.new_debt()
        block = self.block(file_id=self.file.id)
        self.assertEqual(debts.mapped("blocked"), [True, True])
        later = self.new_debt()
        self.assertTrue(later.blocked)
        block.closing_note = "Settled"
        block.action_close()
        self.assertFalse(any((debts + later).mapped("blocked")))

    def test_one_open_reason_at_a_time(self):
        debt = self.new_debt()
        first = self.block(debt_id=debt.id)
        with (
            self.assertRaises(psycopg2.IntegrityError),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self.block(debt_id=debt.id)
        self.block("budget", debt_id=debt.id)
        first.closing_note = "Released"
        first.action_close()
        self.assertTrue(self.block(debt_id=debt.id), "it may come back")

    def test_debt_of_another_file_is_refused(self):
        other = self.new_file("Autre Firme")
        with self.assertRaises(ValidationError):
            self.block(debt_id=self.new_debt().id, file_id=other.id)

    def test_court_case_needs_its_dates(self):
        debt = self.new_debt()
        with self.assertRaises(ValidationError):
            self.block("court", debt_id=debt.id)
        with self.assertRaises(ValidationError):
            self.block("court", file_id=self.file.id, court_from="2025-01-01")
        self.assertTrue(self.block("court", debt_id=debt.id, court_from="2025-01-01"))

    def test_blocks_are_history(self):
        block = self.block(debt_id=self.new_debt().id)
        with self.assertRaises(AccessError):
            block.with_user(self.manager).unlink()
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            block.sudo().unlink()

    def test_block_is_told_on_the_file(self):
        debt = self.new_debt()
        self.env["srm.debt.block"].with_context(tracking_disable=False).create(
            {
                "debt_id": debt.id,
                "reason_id": self.env.ref("srm_procurement.block_reason_budget").id,
            }
        )
        self.assertIn("Budget missing", self.file.message_ids[0].body)
