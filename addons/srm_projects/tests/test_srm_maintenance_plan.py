from datetime import timedelta
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .test_srm_network import NetworkCase


@tagged("post_install", "-at_install")
class TestMaintenancePlan(NetworkCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team = cls.env["maintenance.team"].create(
            {"name": "Team", "company_id": cls.env.company.id}
        )
        cls.done = cls.env["maintenance.stage"].search([("done", "=", True)], limit=1)

    def tank(self, code="R-1"):
        return self.section(code, kind="tank", length_m=0)

    def plan(self, **values):
        return (
            self.env["srm.maintenance.plan"]
            .with_user(self.network_officer)
            .create(
                {
                    "name": "Cleaning",
                    "section_id": self.tank().id,
                    "maintenance_team_id": self.team.id,
                    "date_start": self.today,
                    "every": 1,
                    "unit": "month",
                    **values,
                }
            )
        )

    def counter(self, value, **values):
        return self.plan(
            trigger="counter",
            counter_every=250,
            counter_last=1000,
            reading_ids=[Command.create({"date": self.today, "value": value})],
            **values,
        )

    def test_one_order_for_each_date(self):
        plan = self.plan()
        plan.action_make_orders()
        order = plan.request_ids
        self.assertEqual(order.srm_due_date, self.today)
        self.assertEqual(order.territory_id, self.commune)
        self.assertGreater(plan.date_next, self.today)
        with self.assertRaisesRegex(UserError, "Nothing is due"):
            plan.action_make_orders()
        self.assertEqual(plan.request_ids, order)

    def test_dates_missed_are_not_made_up(self):
        plan = self.plan(date_start=self.today - timedelta(200), unit="week")
        plan.action_make_orders()
        self.assertEqual(len(plan.request_ids), 1)
        late = (self.today - plan.request_ids.srm_due_date).days
        self.assertLess(late, 7)

    def test_days_ahead(self):
        plan = self.plan(date_start=self.today + timedelta(10))
        with self.assertRaises(UserError):
            plan.action_make_orders()
        plan.lead_days = 10
        plan.action_make_orders()
        self.assertEqual(plan.request_ids.srm_due_date, plan.date_start)

    def test_by_a_counter_one_order_at_a_time(self):
        plan = self.counter(1249)
        with self.assertRaises(UserError):
            plan.action_make_orders()
        plan.reading_ids.value = 1600
        plan.action_make_orders()
        with self.assertRaises(UserError):
            plan.action_make_orders()
        plan.request_ids.stage_id = self.done
        self.assertEqual((plan.counter_last, plan.counter_next), (1600, 1850))
        self.assertEqual(plan.on_time, 100)

    def test_counter_by_telecontrol(self):
        channel = self.env["srm.telemetry.channel"].create(
            {"code": "H", "name": "Hours", "quantity": "counter"}
        )
        plan = self.plan(
            trigger="counter", counter_every=10, channel_id=channel.id, reading_ids=[]
        )
        self.env["srm.telemetry.channel"].sudo()._take(
            [(1, ["H", 1_750_000_000, 12.5])], "http"
        )
        self.assertEqual(plan.counter_value, 12.5)
        plan.action_make_orders()
        self.assertEqual(len(plan.request_ids), 1)

    def test_on_time_and_late(self):
        plan = self.plan(date_start=self.today - timedelta(3))
        plan.action_make_orders()
        plan.request_ids.stage_id = self.done
        self.assertEqual(plan.on_time, 0)

    def test_the_scheduled_job_makes_each_order_once(self):
        plan = self.plan()
        cron = self.env.registry["ir.cron"]
        with patch.object(cron, "_commit_progress", return_value=60):
            for _time in range(2):
                self.env["srm.maintenance.plan"]._cron_make_orders()
        self.assertEqual(len(plan.request_ids), 1)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                copy = plan.request_ids.sudo().copy()
                copy.write({"srm_plan_id": plan.id, "srm_due_key": str(self.today)})
                copy.flush_recordset()

    def test_what_a_plan_needs(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                self.plan(section_id=False)
        with self.assertRaisesRegex(ValidationError, "first reading"):
            self.plan(
                trigger="counter", counter_every=1, section_id=self.tank("R-2").id
            )

    def test_roles_and_territory(self):
        plan = self.plan()
        plan.action_make_orders()
        for user in (self.director, self.manager):
            self.assertTrue(plan.with_user(user).name)
            self.assertTrue(plan.request_ids.with_user(user).name)
            with self.assertRaises(AccessError):
                plan.with_user(user).name = "x"
            with self.assertRaises(AccessError):
                plan.request_ids.with_user(user).name = "x"
        far = new_test_user(
            self.env, "t_far", groups="srm_projects.group_network_officer"
        )
        far.srm_territory_ids = self.other_province
        orders = self.env["maintenance.request"].with_user(far).search([])
        self.assertNotIn(plan.request_ids, orders)
