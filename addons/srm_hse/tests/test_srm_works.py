from datetime import datetime, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common_management import ManagementCase


@tagged("post_install", "-at_install")
class TestWorks(ManagementCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = cls._workers(2)
        cls.kind_free = cls.env["srm.work.kind"].create(
            {"name": "Painting", "code": "T-FREE"}
        )
        cls.file = cls.env["srm.contractor.file"].create(
            {
                "partner_id": cls.contractor.id,
                "contract_reference": "M-12",
                "works": "Pipes",
                "date_from": "2026-01-01",
            }
        )

    def _papers(self, valid_to="2099-12-31"):
        self.file.document_ids.write({"received": "2026-01-05", "valid_to": valid_to})

    def _permit(self, kind=None, **vals):
        start = datetime.now().replace(microsecond=0)
        return (
            self.env["srm.work.permit"]
            .with_user(self.second_officer)
            .create(
                {
                    "work_kind_id": (kind or self.kind_free).id,
                    "site_id": self.site.id,
                    "place": "Room 2",
                    "works": "Paint",
                    "precautions": "Barrier",
                    "start": start,
                    "end": start + timedelta(hours=4),
                    "leader_id": self.people[0].id,
                    "worker_ids": [Command.set(self.people.ids)],
                    **vals,
                }
            )
        )

    def test_file_is_accepted_with_papers_in_force(self):
        self.assertGreater(self.file.missing_count, 0)
        with self.assertRaisesRegex(UserError, "papers missing"):
            self.file.with_user(self.hse).action_accept()
        self._papers("2020-01-01")
        self.assertGreater(self.file.expired_count, 0)
        with self.assertRaisesRegex(UserError, "expired"):
            self.file.with_user(self.hse).action_accept()
        self._papers()
        self.file.with_user(self.hse).action_accept()
        self.assertEqual(self.file.state, "accepted")

    def test_expiring_paper_needs_its_date(self):
        with self.assertRaisesRegex(UserError, "until when"):
            self.file.document_ids[0].received = "2026-01-01"

    def test_permit_is_issued_by_somebody_else(self):
        permit = self._permit()
        with self.assertRaisesRegex(UserError, "somebody else"):
            permit.with_user(self.second_officer).action_issue()
        permit.with_user(self.hse).action_issue()
        with self.assertRaisesRegex(UserError, "given back"):
            permit.with_user(self.hse).action_close()
        permit.closing_note = "Clean"
        permit.with_user(self.hse).action_close()
        self.assertEqual(permit.state, "closed")

    def test_gate_stops_people_without_title(self):
        title = self.env["srm.authorisation.type"].create(
            {"name": "Height", "code": "T-HEIGHT"}
        )
        kind = self.env["srm.work.kind"].create(
            {
                "name": "Roof",
                "code": "T-ROOF",
                "requirement_ids": [Command.create({"type_id": title.id})],
            }
        )
        permit = self._permit(kind)
        self.assertIn(self.people[0].name, permit.gate_message)
        with self.assertRaisesRegex(UserError, self.people[0].name):
            permit.with_user(self.hse).action_issue()

    def test_gate_stops_a_contractor_without_file(self):
        permit = self._permit(contractor_file_id=self.file.id)
        with self.assertRaisesRegex(UserError, "not accepted"):
            permit.with_user(self.hse).action_issue()

    def test_lock_out_is_verified(self):
        permit = self._permit(isolation="Breaker Q4")
        with self.assertRaisesRegex(UserError, "absence of energy"):
            permit.with_user(self.hse).action_issue()

    def test_permit_holds_one_shift(self):
        permit = self._permit()
        with self.assertRaisesRegex(ValidationError, "twelve hours"):
            permit.end = permit.start + timedelta(hours=13)

    def test_inspection(self):
        inspection = self.env["srm.inspection"].create(
            {
                "site_id": self.site.id,
                "theme": "Chlorine room",
                "line_ids": [
                    Command.create({"name": "Mask", "result": "no", "grave": True}),
                    Command.create({"name": "Shower", "result": "yes"}),
                    Command.create({"name": "Crane", "result": "na"}),
                ],
            }
        )
        self.assertEqual((inspection.conform_rate, inspection.gap_count), (50, 1))
        with self.assertRaisesRegex(UserError, "needs an action"):
            inspection.with_user(self.hse).action_done()

    def test_equipment_wears_out(self):
        helmet = self.env["srm.ppe.item"].create({"name": "Helmet", "life_months": 36})
        issue = self.env["srm.ppe.issue"].create(
            {"worker_id": self.people[0].id, "item_id": helmet.id, "date": "2020-01-15"}
        )
        self.assertEqual(issue.valid_to, fields.Date.to_date("2023-01-15"))
        expired = self.env["srm.ppe.issue"].search([("expired", "=", True)])
        self.assertIn(issue, expired)
        issue.returned = "2023-02-01"
        self.assertFalse(issue.expired)

    def test_drill_resets_the_clock(self):
        plan = self.env["srm.emergency.plan"].create(
            {
                "name": "Chlorine",
                "scenario": "chlorine",
                "site_ids": self.site.ids,
                "review_date": "2024-01-01",
            }
        )
        plan.with_user(self.manager).action_approve()
        self.assertTrue(plan.drill_overdue)
        drill = self.env["srm.emergency.drill"].create(
            {
                "plan_id": plan.id,
                "site_id": self.site.id,
                "date": fields.Date.context_today(self.env.user),
            }
        )
        with self.assertRaisesRegex(UserError, "what was learnt"):
            drill.action_report()
        drill.write({"participants": 12, "lessons": "Second exit blocked"})
        drill.action_report()
        self.assertFalse(plan.drill_overdue)

    def test_objective_concludes_on_its_values(self):
        objective = self.env["srm.objective"].create(
            {
                "name": "Carbon",
                "indicator": "kg per month",
                "unit": "kg",
                "target": 5000,
                "direction": "down",
                "deadline": "2020-01-01",
            }
        )
        objective.action_start()
        self.assertTrue(objective.late)
        objective.value_ids = [
            Command.create({"date": "2019-12-01", "value": 4403, "source": "Statement"})
        ]
        objective.with_user(self.manager).action_conclude()
        self.assertEqual(objective.state, "met")


@tagged("post_install", "-at_install")
class TestSocialClaim(ManagementCase):
    def test_claim_to_kept_commitment(self):
        claim = (
            self.env["srm.social.claim"]
            .with_user(self.hr_officer)
            .create({"title": "Heat breaks", "description": "Summer hours"})
        )
        claim.action_talk()
        with self.assertRaisesRegex(UserError, "minutes first"):
            claim.action_agree()
        claim.round_ids = [Command.create({"minutes": "Agreed on a pause"})]
        claim.commitment_ids = [
            Command.create({"name": "Pause at noon", "deadline": "2020-06-01"})
        ]
        claim.action_agree()
        self.assertEqual(claim.late_commitment_count, 1)
        with self.assertRaisesRegex(UserError, "not kept yet"):
            claim.action_close()
        claim.commitment_ids.write({"kept_date": "2020-05-30", "proof": "Note 8"})
        claim.action_close()
        self.assertEqual(claim.state, "closed")

    def test_only_hr_and_the_director_read_claims(self):
        claim = self.env["srm.social.claim"].create({"title": "x", "description": "x"})
        self.assertEqual(claim.with_user(self.director).title, "x")
        with self.assertRaises(AccessError):
            claim.with_user(self.director).write({"title": "y"})
        for user in (self.hse, self.manager, self.committee, self.staff):
            with self.assertRaises(AccessError, msg=user.login):
                claim.with_user(user).read(["title"])
