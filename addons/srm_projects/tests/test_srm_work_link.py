from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_works import WorksCase


@tagged("post_install", "-at_install")
class TestSchedule(WorksCase):
    def link(self, before, after, kind="FS", lag=0):
        return self.env["srm.work.link"].create(
            {"before_id": before.id, "after_id": after.id, "kind": kind, "lag": lag}
        )

    def test_critical_path(self):
        project = self.project()
        pipes, tank = project.srm_item_ids
        self.link(pipes, tank, lag=5)
        project.action_srm_schedule()
        start = self.today - timedelta(99)
        self.assertEqual(pipes.early_start, start)
        # 200 days of pipes, 5 of waiting, 100 of tank.
        self.assertEqual(tank.early_start, start + timedelta(205))
        self.assertEqual(tank.early_finish, start + timedelta(304))
        self.assertTrue(pipes.critical and tank.critical)

    def test_float(self):
        project = self.project()
        pipes, tank = project.srm_item_ids
        project.action_srm_schedule()
        self.assertTrue(pipes.critical)
        self.assertEqual(tank.total_float, 1)

    def test_a_loop_is_refused_by_name(self):
        project = self.project()
        pipes, tank = project.srm_item_ids
        self.link(pipes, tank)
        self.link(tank, pipes)
        with self.assertRaisesRegex(UserError, "Item 1.*Item 2"):
            project.action_srm_schedule()

    def test_within_one_project(self):
        one, two = self.project(), self.project()
        with self.assertRaises(UserError):
            self.link(one.srm_item_ids[0], two.srm_item_ids[0])

    def test_without_dates_there_is_nothing_to_plan(self):
        project = self.project()
        project.srm_item_ids.write({"planned_start": False})
        with self.assertRaisesRegex(UserError, "dates"):
            project.action_srm_schedule()
