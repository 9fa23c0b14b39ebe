from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_management import ManagementCase

REVIEWS = {
    "risk_review": "Leak of chlorine gas no longer possible",
    "aspect_review": "Less transport of dangerous goods",
    "obligation_review": "Declaration to be amended",
    "training_review": "Six operators to train",
    "consulted": "CSH of 3 March",
}


@tagged("post_install", "-at_install")
class TestChange(ManagementCase):
    def _change(self, **vals):
        return (
            self.env["srm.change"]
            .with_user(self.hse)
            .create(
                {
                    "title": "Hypochlorite instead of chlorine gas",
                    "reason": "Risk at the source",
                    "planned_date": "2026-02-01",
                    "site_id": self.other_site.id,
                    **vals,
                }
            )
        )

    def test_nothing_is_approved_unreviewed(self):
        change = self._change(risk_review="Looked at")
        with self.assertRaisesRegex(UserError, "not written yet: Environmental"):
            change.with_user(self.manager).action_approve()
        change.write(REVIEWS)
        with self.assertRaises(AccessError):
            change.action_approve()
        change.with_user(self.manager).action_approve()
        self.assertEqual(change.approved_by_id, self.manager)
        with self.assertRaisesRegex(UserError, "Hazards and risks cannot change"):
            change.risk_review = "Other"

    def test_who_asks_does_not_approve(self):
        change = self._change(requester_id=self.manager.id, **REVIEWS)
        with self.assertRaisesRegex(UserError, "somebody else"):
            change.with_user(self.manager).action_approve()

    def test_done_when_checked_and_its_actions_are(self):
        change = self._change(**REVIEWS)
        change.with_user(self.manager).action_approve()
        with self.assertRaisesRegex(UserError, "what was seen"):
            change.action_done()
        change.result = "Dosing stable for a month"
        action = self.env["srm.action"].create(
            {
                "title": "Train the operators",
                "res_model": "srm.change",
                "res_id": change.id,
                "deadline": "2026-03-01",
            }
        )
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "not finished"):
            change.action_done()
        action.cancel_reason = "They know already"
        action.action_cancel()
        self.env.invalidate_all()
        change.action_done()
        self.assertEqual((change.state, change.overdue), ("done", False))

    def test_overdue_makes_the_evidence_late(self):
        change = self._change(**REVIEWS)
        evidence = self.env.ref("srm_hse.evidence_planned_changes")
        self.assertTrue(change.overdue)
        late = self.env["srm.change"].search(evidence._get_late_domain())
        self.assertIn(change, late)
        change.with_user(self.manager).action_refuse()
        self.assertFalse(change.overdue)

    def test_roles(self):
        change = self._change()
        self.assertEqual(change.with_user(self.director).title, change.title)
        with self.assertRaises(AccessError):
            change.with_user(self.director).write({"reason": "x"})
        with self.assertRaises(AccessError):
            change.with_user(self.staff).read(["title"])
        change.with_user(self.manager).unlink()
        self.assertFalse(change.exists())
