from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common_management import ManagementCase


@tagged("post_install", "-at_install")
class TestAction(ManagementCase):
    def _action(self, **vals):
        return self.env["srm.action"].create(
            {
                "title": "Guard rails",
                "deadline": "2026-12-31",
                "control": "3_engineering",
                "user_id": self.staff.id,
                **vals,
            }
        )

    def test_done_needs_a_proof(self):
        action = self._action()
        with self.assertRaisesRegex(UserError, "proves"):
            action.with_user(self.staff).action_done()
        action.evidence = "Order 45, photos"
        action.with_user(self.staff).action_done()
        self.assertTrue(action.check_date > action.done_date)

    def test_weak_control_is_justified(self):
        action = self._action(control="5_ppe", evidence="Issue sheet")
        with self.assertRaisesRegex(ValidationError, "stronger control"):
            action.with_user(self.staff).action_done()

    def test_owner_does_not_check_the_effect(self):
        action = self._action(user_id=self.hse.id, evidence="x", check_note="Fine")
        action.with_user(self.hse).action_done()
        with self.assertRaisesRegex(UserError, "somebody else"):
            action.with_user(self.hse).action_effective()

    def test_ineffective_goes_back(self):
        action = self._action(evidence="x")
        action.with_user(self.staff).action_done()
        with self.assertRaisesRegex(UserError, "what was found"):
            action.with_user(self.hse).action_ineffective()
        action.check_note = "Rails removed by the crew"
        action.with_user(self.hse).action_ineffective()
        self.assertEqual((action.state, action.reopened_count), ("open", 1))

    def test_late_is_searchable_and_reminded_once(self):
        action = self._action(deadline="2020-01-01")
        self.assertTrue(action.late)
        self.assertIn(action, self.env["srm.action"].search([("late", "=", True)]))
        self.env["srm.action"]._cron_remind()
        self.env["srm.action"]._cron_remind()
        self.assertEqual(len(action.activity_ids), 1)

    def test_action_created_from_its_origin(self):
        incident = self.env["srm.incident"].create({"title": "Leak", "kind": "damage"})
        context = incident.action_open_actions()["context"]
        action = (
            self.env["srm.action"]
            .with_context(**context)
            .create({"title": "Valve", "deadline": "2026-12-31"})
        )
        self.assertEqual(incident.action_ids, action)
        self.assertEqual(action.origin_name, incident.display_name)

    def test_staff_see_their_own_actions_only(self):
        mine, other = self._action(), self._action(user_id=self.hse.id)
        seen = self.env["srm.action"].with_user(self.staff).search([])
        self.assertIn(mine, seen)
        self.assertNotIn(other, seen)
        with self.assertRaises(AccessError):
            other.with_user(self.director).write({"title": "x"})
