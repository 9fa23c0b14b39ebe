from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_management import ManagementCase


@tagged("post_install", "-at_install")
class TestCommunication(ManagementCase):
    def _complaint(self, **vals):
        return (
            self.env["srm.communication"]
            .with_user(self.hse)
            .create(
                {
                    "subject": "Odour around the plant",
                    "direction": "received",
                    "kind": "complaint",
                    "date": "2026-01-05",
                    "answer_due": "2026-01-20",
                    "site_id": self.other_site.id,
                    **vals,
                }
            )
        )

    def test_complaint_is_late_until_it_is_answered(self):
        complaint = self._complaint()
        evidence = self.env.ref("srm_hse.evidence_communications")
        self.assertTrue(complaint.late)
        late = self.env["srm.communication"].search([("late", "=", True)])
        self.assertIn(complaint, late)
        with self.assertRaisesRegex(UserError, "write the answer"):
            complaint.action_done()
        complaint.answer = "Biofilter changed on 12 January, letter sent"
        complaint.action_done()
        complaint.action_done()
        self.assertEqual((complaint.state, complaint.late), ("done", False))
        self.assertTrue(complaint.answer_date)
        found = self.env["srm.communication"].search(evidence._get_domain())
        self.assertIn(complaint, found)

    def test_done_message_is_evidence(self):
        message = self._complaint(answer="Answered by letter 12")
        message.action_done()
        with self.assertRaisesRegex(UserError, "is evidence"):
            message.answer = "Other"
        with self.assertRaisesRegex(UserError, "is kept"):
            message.with_user(self.manager).unlink()

    def test_roles(self):
        message = self._complaint()
        self.assertEqual(message.with_user(self.director).subject, message.subject)
        self.assertEqual(message.with_user(self.committee).subject, message.subject)
        for user in (self.director, self.committee):
            with self.assertRaises(AccessError):
                message.with_user(user).write({"channel": "Letter"})
        with self.assertRaises(AccessError):
            message.with_user(self.staff).read(["subject"])

    def test_provincial_officer_sees_the_province(self):
        message = self._complaint()
        self.second_officer.srm_territory_ids = self.province
        seen = self.env["srm.communication"].with_user(self.second_officer)
        self.assertFalse(seen.search([("id", "=", message.id)]))
        self.second_officer.srm_territory_ids = self.other_province
        self.assertTrue(seen.search([("id", "=", message.id)]))
