from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common_works import WorksCase


@tagged("post_install", "-at_install")
class TestProject(WorksCase):
    def access(self, place, water):
        self.env["srm.territory.access"].create(
            {
                "territory_id": place.id,
                "households": 100,
                "running_water_pct": water,
                "electricity_pct": 99,
            }
        )

    def test_fragile_zone_comes_from_the_least_served_commune(self):
        self.access(self.commune, 95)
        self.access(self.other_commune, 12.5)
        places = self.commune | self.other_commune
        project = self.project(srm_territory_ids=[Command.set(places.ids)])
        self.assertTrue(project.srm_fragile)
        self.assertEqual(project.srm_lowest_access, 12.5)
        project.srm_territory_ids = self.commune
        self.assertFalse(project.srm_fragile)
        project.company_id.sudo().srm_fragile_threshold = 96
        self.assertTrue(project.srm_fragile)

    def test_unknown_access_is_not_fragile(self):
        self.assertFalse(self.project().srm_fragile)

    def test_numbers_follow_each_other(self):
        one, two = self.project(), self.project()
        self.assertNotEqual(one.srm_number, two.srm_number)
        self.assertIn(one.srm_number, one.display_name)

    def test_budget_is_the_sum_of_the_breakdown(self):
        self.assertEqual(self.project().srm_budget, 1000000)

    def test_parts_carry_budgets_and_quantities(self):
        project = self.project()
        parent = project.srm_item_ids[0]
        with self.assertRaises(ValidationError):
            project.srm_item_ids.create(
                {
                    "project_id": project.id,
                    "code": "1.1",
                    "name": "Part",
                    "parent_id": parent.id,
                }
            )

    def test_an_item_is_no_part_of_itself(self):
        project = self.project()
        one, two = project.srm_item_ids
        one.write({"budget": 0, "quantity": 0})
        two.parent_id = one
        with self.assertRaises(UserError):
            one.parent_id = two

    def test_same_code_twice(self):
        project = self.project()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            project.write({"srm_item_ids": [self.item("1", 1, 1, 1, 0, 1)]})
            self.env.flush_all()

    def test_state_by_buttons_only(self):
        project = self.project()
        for context in ({}, {"srm_step": True}):
            with self.assertRaises(UserError):
                project.with_context(**context).write({"srm_state": "final"})
        with self.assertRaises(UserError):
            self.project(srm_state="works")

    def test_roles(self):
        project = self.project()
        self.assertEqual(project.with_user(self.director).name, "Test project")
        self.assertTrue(project.with_user(self.director).srm_physical == 0)
        for user in (self.director, self.network_officer):
            with self.assertRaises(AccessError):
                project.with_user(user).name = "Other"
        with self.assertRaises(AccessError):
            self.baseline(project, user=self.manager)

    def test_territory(self):
        here, there = self.project(), self.project(territory_id=self.other_commune.id)
        user = new_test_user(
            self.env, "t_provincial", groups="srm_base.group_project_manager"
        )
        user.srm_territory_ids = self.province
        found = self.env["project.project"].with_user(user).search([])
        self.assertIn(here, found)
        self.assertNotIn(there, found)
        items = self.env["srm.work.item"].with_user(user).search([])
        self.assertEqual(items & (here | there).srm_item_ids, here.srm_item_ids)


@tagged("post_install", "-at_install")
class TestProgress(WorksCase):
    def test_nothing_invented(self):
        project = self.project()
        self.assertIn("baseline", project.srm_earned_missing)
        self.baseline(project)
        self.assertIn("measured", project.srm_earned_missing)
        self.assertFalse(project.srm_cpi)
        self.assertEqual(project.srm_drift, "none")

    def test_three_measures_side_by_side(self):
        project = self.project()
        self.baseline(project)
        self.measure(project.srm_item_ids[0], 50)
        self.cost(project, 500000)
        # Pipes half done weigh three quarters: 37.5 %; half of the money is gone.
        self.assertEqual(project.srm_physical, 37.5)
        self.assertEqual(project.srm_financial, 50)
        # 100 of 200 days of the pipes, 1 of 100 of the tank: 402,000 of a million.
        self.assertAlmostEqual(project.srm_planned, 40.2)
        self.assertEqual(project.srm_ev, 375000)
        self.assertEqual(project.srm_ac, 500000)
        self.assertEqual(project.srm_cpi, 0.75)
        self.assertAlmostEqual(project.srm_spi, 0.9328, 3)
        self.assertAlmostEqual(project.srm_eac, 1333333.33, 2)
        self.assertEqual(project.srm_drift, "alert")

    def test_earned_value_uses_the_baseline_not_today_s_budget(self):
        project = self.project()
        self.baseline(project)
        self.measure(project.srm_item_ids[0], 50)
        before = project.srm_ev
        project.srm_item_ids[0].budget = 5000000
        self.assertEqual(project.srm_ev, before)
        self.assertEqual(project.srm_budget, 5200000)

    def test_who_measures_does_not_validate(self):
        project = self.project()
        measure = self.measure(project.srm_item_ids[0], 10, validate=False)
        with self.assertRaisesRegex(UserError, "somebody else"):
            measure.with_user(self.manager).action_validate()
        self.assertEqual(project.srm_item_ids[0].measured, 0)
        with self.assertRaisesRegex(UserError, "Measured by"):
            measure.with_user(self.manager).measured_by_id = self.programme_manager
        vals = {"item_id": measure.item_id.id, "quantity": 1, "evidence": "PV 2"}
        with self.assertRaisesRegex(UserError, "Measured by"):
            measure.with_user(self.manager).create(
                {**vals, "measured_by_id": self.programme_manager.id}
            )
        other = measure.with_user(self.manager).create(vals)
        self.assertEqual(other.measured_by_id, self.manager)

    def test_who_corrects_a_measure_does_not_validate_it(self):
        item = self.project().srm_item_ids[0]
        measure = self.measure(item, 10, validate=False)
        measure.with_user(self.programme_manager).quantity = 20
        with self.assertRaisesRegex(UserError, "somebody else"):
            measure.with_user(self.programme_manager).action_validate()

    def test_two_measures_of_an_item_validated_together(self):
        item = self.project().srm_item_ids[0]
        measures = self.measure(item, 60, validate=False)
        measures |= self.measure(item, 60, validate=False)
        with self.assertRaisesRegex(UserError, "would be done"):
            measures.with_user(self.programme_manager).action_validate()

    def test_no_more_than_the_item_holds(self):
        project = self.project()
        item = project.srm_item_ids[0]
        self.measure(item, 60)
        with self.assertRaisesRegex(UserError, "would be done"):
            self.measure(item, 41)
        with self.assertRaisesRegex(UserError, "would be done"):
            self.measure(item, -61)
        self.measure(item, -10)
        self.assertEqual(item.measured, 50)

    def test_a_decided_measure_stays(self):
        measure = self.measure(self.project().srm_item_ids[0], 10)
        with self.assertRaises(UserError):
            measure.quantity = 20
        with self.assertRaises(UserError):
            measure.unlink()
        with self.assertRaises(UserError):
            measure.write({"state": "draft"})
        measure.with_user(self.programme_manager).action_validate()

    def test_curve(self):
        project = self.project()
        self.baseline(project)
        points = project._srm_curve()
        self.assertEqual(points[-1]["planned"], 1000000)
        planned = [point["planned"] for point in points]
        self.assertEqual(planned, sorted(planned))
        self.assertIsNone(points[-1]["actual"])

    def test_many_projects_in_few_queries(self):
        projects = self.env["project.project"]
        for _number in range(3):
            projects |= self.project()
        for project in projects:
            self.baseline(project)
        self.env.invalidate_all()
        projects.sudo().mapped("srm_physical")
        with self.assertQueryCount(0):
            projects.sudo().mapped("srm_drift")
