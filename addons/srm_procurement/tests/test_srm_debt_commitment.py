from datetime import date, timedelta

import psycopg2

from odoo.tests import tagged
from odoo.tools import mute_logger

from .arrears_common import ArrearsCase


@tagged("post_install", "-at_install")
class TestSrmDebtCommitment(ArrearsCase):
    def commitment(self, days, made=-30):
        today = date.today()
        return self.env["srm.debt.commitment"].create(
            {
                "file_id": self.file.id,
                "promise": "Send the certified amount",
                "date": today + timedelta(days=made),
                "date_due": today + timedelta(days=days),
            }
        )

    def test_late_until_kept(self):
        late, coming = self.commitment(-1), self.commitment(5)
        self.assertEqual((late + coming).mapped("late"), [True, False])
        found = self.env["srm.debt.commitment"].search(
            [("late", "=", True), ("file_id", "=", self.file.id)]
        )
        self.assertEqual(found, late)
        self.assertIn(
            self.file,
            self.env["srm.debt.file"].search([("commitment_ids.late", "=", True)]),
        )
        late.action_keep()
        self.assertFalse(late.late)
        rest = self.env["srm.debt.commitment"].search(
            [("late", "=", False), ("file_id", "=", self.file.id)]
        )
        self.assertEqual(rest, late + coming)

    def test_outcome_is_told_once_on_the_file(self):
        commitment = self.commitment(-1)
        commitment.action_break()
        count = len(self.file.message_ids)
        commitment.action_break()
        self.assertEqual(commitment.state, "broken")
        self.assertEqual(len(self.file.message_ids), count)
        self.assertIn(commitment.promise, self.file.message_ids[0].body)
        commitment.action_reopen()
        self.assertEqual(commitment.state, "open")

    def test_not_due_before_it_is_made(self):
        with (
            self.assertRaises(psycopg2.IntegrityError),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self.commitment(-40)
