from datetime import date, timedelta
from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from .arrears_common import ArrearsCase


@tagged("post_install", "-at_install")
class TestSrmDebtDialogue(ArrearsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.file.user_id = cls.officer
        cls.persons = cls.env["res.partner"].create(
            [
                {"name": name, "parent_id": cls.file.partner_id.id, "type": "contact"}
                for name in ("Naïma Oubella", "Omar Amzil")
            ]
        )

    def meeting(self, **values):
        return self.env["srm.debt.contact"].create(
            {"file_id": self.file.id, "summary": "Joint meeting"} | values
        )

    def test_a_creditor_has_several_contacts(self):
        self.assertEqual(self.file.person_ids, self.persons)
        self.file.with_user(self.officer).write(
            {"person_ids": [(0, 0, {"name": "Third", "type": "contact"})]}
        )
        self.assertEqual(len(self.file.partner_id.child_ids), 3)

    def test_minutes_attendees_and_commitments(self):
        form = Form(
            self.env["srm.debt.contact"]
            .with_user(self.officer)
            .with_context(default_file_id=self.file.id)
        )
        form.summary = "Measurement agreed"
        form.minutes = "<p>Both parties agree.</p>"
        form.attendee_ids = self.persons
        with form.commitment_ids.new() as line:
            line.promise = "Send the signed statement"
            line.promised_by = "Omar Amzil"
            line.party = "creditor"
            line.date_due = date.today() + timedelta(days=8)
        contact = form.save()
        self.assertEqual(contact.contact_name, "Naïma Oubella, Omar Amzil")
        self.assertEqual(contact.commitment_count, 1)
        self.assertEqual(self.file.commitment_ids, contact.commitment_ids)

    def test_attendees_are_people_of_the_creditor(self):
        stranger = self.new_file("Autre").partner_id
        with self.assertRaisesRegex(ValidationError, "not a contact"):
            self.meeting(attendee_ids=[(6, 0, stranger.ids)])

    def test_commitment_of_another_creditor_is_refused(self):
        other = self.new_file("Autre")
        with self.assertRaises(ValidationError):
            self.env["srm.debt.commitment"].create(
                {
                    "file_id": other.id,
                    "contact_id": self.meeting().id,
                    "promise": "x",
                    "date_due": date.today(),
                }
            )

    def test_kept_or_broken_by_whom_and_when(self):
        promise = self.commitment(5)
        promise.with_user(self.officer).action_keep()
        self.assertEqual(promise.closed_by_id, self.officer)
        self.assertEqual(promise.date_closed, date.today())
        promise.action_reopen()
        self.assertFalse(promise.closed_by_id or promise.date_closed)

    def commitment(self, days, **values):
        return self.env["srm.debt.commitment"].create(
            {
                "file_id": self.file.id,
                "promise": "Pay half",
                "date": date.today() - timedelta(days=30),
                "date_due": date.today() + timedelta(days=days),
            }
            | values
        )

    def block(self, days, **values):
        return self.env["srm.debt.block"].create(
            {
                "debt_id": self.new_debt().id,
                "reason_id": self.env.ref("srm_procurement.block_reason_budget").id,
                "date_deadline": date.today() + timedelta(days=days),
                "user_id": self.manager.id,
            }
            | values
        )

    def test_overdue_blocks_are_visible(self):
        late, coming = self.block(-1), self.block(3)
        self.assertEqual((late + coming).mapped("overdue"), [True, False])
        found = self.env["srm.debt.block"].search(
            [("overdue", "=", True), ("file_id", "=", self.file.id)]
        )
        self.assertEqual(found, late)
        self.assertEqual(self.file.overdue_block_count, 1)
        late.closing_note = "Budget voted"
        late.action_close()
        self.assertFalse(late.overdue)

    def run_alerts(self):
        def commit(_cron, processed=0, *, remaining=None, deactivate=False):
            return 60

        with patch.object(type(self.env["ir.cron"]), "_commit_progress", commit):
            self.env["srm.debt.file"]._cron_alert()

    def test_reminders_once_a_week_to_who_answers(self):
        promise = self.commitment(-2)
        block = self.block(-1)
        self.commitment(4)
        self.run_alerts()
        activities = self.file.activity_ids
        self.assertEqual(len(activities), 2)
        self.assertEqual(activities.user_id, self.officer | self.manager)
        self.assertEqual(promise.date_alerted, date.today())
        self.run_alerts()
        self.assertEqual(len(self.file.activity_ids), 2)
        promise.date_alerted = date.today() - timedelta(days=7)
        block.closing_note = "Done"
        block.action_close()
        self.run_alerts()
        self.assertEqual(len(self.file.activity_ids), 3)
