from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import HseCase


@tagged("post_install", "-at_install")
class TestSrmCampaign(HseCase):
    def setUp(self):
        super().setUp()
        self.staff = self._workers(3, "Staff")
        self.external = self._workers(
            2, "External", kind="subcontractor", employer_id=self.contractor.id
        )

    def test_list_is_computed_reviewed_and_frozen(self):
        campaign = self._campaign()
        campaign.action_compute_targets()
        self.assertEqual(campaign.state, "review")
        self.assertEqual(campaign.target_ids.worker_id, self.staff | self.external)
        target = campaign.target_ids.filtered(
            lambda one: one.worker_id == self.staff[0]
        )
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(CheckViolation),
            self.cr.savepoint(),
        ):
            target.excluded = True
            target.flush_recordset()
        target.invalidate_recordset()
        target.write({"excluded": True, "reason": "On long leave"})
        campaign.action_compute_targets()
        self.assertTrue(target.excluded)
        campaign.action_freeze()
        self.assertEqual(campaign.target_count, 4)
        late = self._workers(1, "Late")
        for change in (
            lambda: campaign.target_ids.create(
                {"campaign_id": campaign.id, "worker_id": late.id}
            ),
            lambda: target.write({"excluded": False}),
            lambda: target.unlink(),
            lambda: campaign.write({"province_ids": False}),
            lambda: campaign.action_compute_targets(),
            lambda: campaign.unlink(),
        ):
            with self.assertRaises(UserError), self.cr.savepoint():
                change()
        campaign.action_freeze()
        self.assertEqual(campaign.target_count, 4)

    def test_list_follows_the_rules_until_frozen(self):
        campaign = self._campaign()
        campaign.action_compute_targets()
        self.staff[0].end_date = "2020-01-01"
        added = self._workers(1, "Added")
        stranger = self._workers(1, "Stranger", territory_id=False)
        by_hand = self.env["srm.campaign.target"].create(
            {"campaign_id": campaign.id, "worker_id": stranger.id}
        )
        campaign.action_compute_targets()
        self.assertEqual(
            campaign.target_ids.worker_id,
            self.staff[1:] | self.external | added | stranger,
        )
        self.assertTrue(by_hand.manual)

    def test_snapshot_survives_a_change_of_employer_and_place(self):
        campaign = self._running()
        worker = self.external[0]
        other = self.env["res.partner"].create({"name": "Other firm"})
        worker.assignment_ids.date_to = "2026-01-31"
        worker.employer_id = other
        worker.territory_id = self.other_province
        target = campaign.target_ids.filtered(lambda one: one.worker_id == worker)
        self.assertEqual(worker.employer_id, other)
        self.assertEqual(target.employer_id, self.contractor)
        self.assertEqual(target.province_id, self.province)

    def test_an_empty_list_cannot_be_frozen(self):
        campaign = self._campaign(province_ids=self.other_province.ids)
        campaign.action_compute_targets()
        with self.assertRaises(UserError):
            campaign.action_freeze()

    def test_a_campaign_needs_a_subject(self):
        with self.assertRaises(ValidationError):
            self._campaign(theme_ids=[])

    def test_closing_waits_for_planned_sessions(self):
        campaign = self._running()
        session = self._session(campaign)
        with self.assertRaises(UserError), self.cr.savepoint():
            campaign.action_close()
        session.action_done()
        campaign.action_close()
        self.assertEqual(campaign.state, "closed")
        campaign.action_reopen()
        campaign.action_cancel()
        self.assertEqual(campaign.state, "cancelled")

    def test_roles(self):
        for user in (self.hse, self.hr_officer):
            campaign = self._campaign().with_user(user)
            campaign.action_compute_targets()
            campaign.action_freeze()
            self.assertEqual(campaign.state, "running")
        campaign = campaign.with_user(self.director)
        self.assertEqual(campaign.target_count, 5)
        self.assertTrue(campaign.target_ids)
        with self.assertRaises(AccessError):
            campaign.write({"name": "Changed"})
        with self.assertRaises(AccessError):
            self.env["srm.campaign"].with_user(self.doctor).search([])

    def test_provincial_officer_never_empties_another_province(self):
        campaign = self._campaign()
        elsewhere = self._workers(1, "Elsewhere", territory_id=self.other_province.id)
        campaign.action_compute_targets()
        self.hse.srm_territory_ids = self.province
        campaign.with_user(self.hse).action_compute_targets()
        campaign.invalidate_recordset()
        self.assertIn(elsewhere, campaign.target_ids.worker_id)
