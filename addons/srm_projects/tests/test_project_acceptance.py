from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_works import WorksCase


@tagged("post_install", "-at_install")
class TestAcceptance(WorksCase):
    def built(self):
        project = self.project()
        self.baseline(project)
        project.action_srm_begin()
        for item in project.srm_item_ids:
            self.measure(item, item.quantity)
        return project

    def test_from_study_to_final_acceptance(self):
        project = self.built()
        self.cost(project, 900000)
        project.action_srm_accept_provisionally()
        self.assertEqual(project.srm_state, "provisional")
        costs = project.srm_asset_ids.mapped("cost")
        self.assertEqual(sorted(costs), [180000, 720000])
        self.assertEqual(project.srm_asset_ids.territory_id, self.commune)
        project.action_srm_accept_provisionally()
        self.assertEqual(len(project.srm_asset_ids), 2)
        reservation = self.env["srm.project.reservation"].create(
            {"project_id": project.id, "name": "Cover missing"}
        )
        with self.assertRaisesRegex(UserError, "Cover missing"):
            project.action_srm_accept_finally()
        with self.assertRaisesRegex(UserError, "how it was checked"):
            reservation.action_lift()
        reservation.evidence = "Visit of today"
        reservation.action_lift()
        project.action_srm_accept_finally()
        self.assertEqual(project.srm_state, "final")

    def test_no_works_without_a_baseline(self):
        with self.assertRaisesRegex(UserError, "no baseline"):
            self.project().action_srm_begin()

    def test_no_acceptance_of_unfinished_works(self):
        project = self.project()
        self.baseline(project)
        project.action_srm_begin()
        self.measure(project.srm_item_ids[0], 50)
        with self.assertRaisesRegex(UserError, "37.5 % done"):
            project.action_srm_accept_provisionally()

    def test_steps_in_order(self):
        project = self.project()
        with self.assertRaises(UserError):
            project.action_srm_accept_finally()
        project.with_user(self.programme_manager).action_srm_cancel()
        with self.assertRaises(UserError):
            project.action_srm_begin()

    def test_sheet_prints(self):
        project = self.built()
        self.assertTrue(project._render_pdf().startswith(b"%PDF-"))

    def test_dashboard(self):
        project = self.built()
        page = self.env["srm.project.dashboard"].with_user(self.director)
        data = page.get_dashboard({"project": project.id})
        cards = {card["key"]: card["value"] for card in data["cards"]}
        self.assertEqual(cards["count"], 1)
        self.assertEqual(cards["budget"], 1000000)
        self.assertEqual(data["charts"][0]["datasets"][0]["data"][-1], 1000000)
