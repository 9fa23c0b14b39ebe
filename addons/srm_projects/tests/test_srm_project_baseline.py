from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common_works import WorksCase


@tagged("post_install", "-at_install")
class TestBaseline(WorksCase):
    def test_never_changes(self):
        project = self.project()
        baseline = self.baseline(project)
        for record in (baseline, baseline.line_ids[0]):
            for user in (self.programme_manager, self.env.ref("base.user_admin")):
                with self.assertRaises(UserError):
                    record.with_user(user).write({"budget": 1})
            with self.assertRaises(UserError):
                record.sudo().write({"budget": 1})
            with self.assertRaises(UserError):
                record.sudo().unlink()
        project.srm_item_ids.write({"budget": 1})
        self.assertEqual(baseline.budget, 1000000)
        self.assertEqual(sum(baseline.line_ids.mapped("budget")), 1000000)

    def test_a_new_one_takes_force_and_both_stay(self):
        project = self.project()
        first = self.baseline(project)
        project.srm_item_ids[1].budget = 300000
        second = self.baseline(project, "After amendment 1")
        self.assertEqual(project.srm_baseline_id, second)
        self.assertEqual((first.in_force, second.in_force), (False, True))
        self.assertEqual((first.budget, second.budget), (1000000, 1100000))

    def test_what_is_promised_is_not_chosen_by_the_caller(self):
        project = self.project()
        baselines = self.env["srm.project.baseline"].with_user(self.programme_manager)
        vals = {"project_id": project.id, "name": "A", "reason": "B"}
        with self.assertRaisesRegex(UserError, "Budget"):
            baselines.create({**vals, "budget": 1})
        baseline = baselines.with_context(default_budget=1).create(vals)
        self.assertEqual(baseline.budget, 1000000)
        self.assertEqual(baseline.set_by_id, self.programme_manager)

    def test_every_item_has_its_dates(self):
        project = self.project()
        project.srm_item_ids[0].planned_finish = False
        with self.assertRaisesRegex(UserError, "dates"):
            self.baseline(project)

    def test_a_month_is_frozen_once(self):
        project = self.project()
        self.baseline(project)
        self.measure(project.srm_item_ids[0], 50)
        projects = project.with_user(self.programme_manager)
        projects.action_srm_freeze()
        projects.action_srm_freeze()
        (snapshot,) = project.srm_snapshot_ids
        self.assertEqual(snapshot.physical, 37.5)
        with self.assertRaises(UserError):
            snapshot.sudo().physical = 1
        with self.assertRaises(AccessError):
            project.with_user(self.manager).action_srm_freeze()
        self.env["project.project"]._cron_srm_freeze()
        self.assertEqual(project.srm_snapshot_ids, snapshot)

    def test_the_database_refuses_a_change_too(self):
        baseline = self.baseline(self.project())
        self.env.flush_all()
        for table, column in (
            ("srm_project_baseline", "budget"),
            ("srm_project_baseline_line", "weight"),
        ):
            with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
                with self.env.cr.savepoint():
                    self.env.cr.execute(
                        SQL(
                            "UPDATE %s SET %s = 1 WHERE id IN %s",
                            SQL.identifier(table),
                            SQL.identifier(column),
                            tuple(
                                baseline.ids
                                if table == "srm_project_baseline"
                                else baseline.line_ids.ids
                            ),
                        )
                    )
        baseline.project_id.territory_id = self.other_commune
        self.env.flush_all()
        self.assertEqual(baseline.territory_id, self.other_commune)
