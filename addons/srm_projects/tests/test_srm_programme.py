from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_works import WorksCase


@tagged("post_install", "-at_install")
class TestProgramme(WorksCase):
    def programme(self, **values):
        return (
            self.env["srm.programme"]
            .with_user(self.manager)
            .create(
                {
                    "name": "Test programme",
                    "year_from": 2026,
                    "year_to": 2028,
                    "line_ids": [
                        Command.create({"head": head, "year": 2026, "initial": amount})
                        for head, amount in (("water", 1000), ("common", 200))
                    ],
                    **values,
                }
            )
        )

    def approved(self):
        programme = self.programme()
        programme.with_user(self.programme_manager).action_approve()
        return programme

    def test_approval_is_of_the_programme_manager(self):
        with self.assertRaises(AccessError):
            self.programme().action_approve()

    def test_an_approved_line_changes_by_transfer(self):
        programme = self.approved()
        water, common = programme.line_ids
        if water.head != "water":
            water, common = common, water
        with self.assertRaises(UserError):
            water.initial = 5000
        transfer = self.env["srm.programme.transfer"].create(
            {
                "programme_id": programme.id,
                "from_id": water.id,
                "to_id": common.id,
                "amount": 300,
                "reason": "Common works are late",
            }
        )
        self.assertEqual(common.ceiling, 200)
        transfer.with_user(self.programme_manager).action_approve()
        self.assertEqual((water.ceiling, common.ceiling), (700, 500))
        self.assertEqual(programme.amount, 1200)

    def test_no_more_is_transferred_than_is_free(self):
        programme = self.approved()
        line, other = programme.line_ids
        transfer = self.env["srm.programme.transfer"].create(
            {
                "programme_id": programme.id,
                "from_id": line.id,
                "to_id": other.id,
                "amount": 5000,
                "reason": "Too much",
            }
        )
        with self.assertRaisesRegex(UserError, "left to give"):
            transfer.with_user(self.programme_manager).action_approve()

    def test_allocations_stay_under_the_ceiling(self):
        line = self.approved().line_ids[0]
        project = self.project()
        allocation = self.env["srm.programme.allocation"].create(
            {"line_id": line.id, "project_id": project.id, "amount": line.ceiling}
        )
        self.assertEqual(line.free, 0)
        with self.assertRaises(ValidationError):
            allocation.amount += 1
            self.env.flush_all()

    def test_a_new_version_supersedes(self):
        first = self.approved()
        action = first.action_new_version()
        second = self.env["srm.programme"].browse(action["res_id"])
        self.assertEqual((second.version, second.state), (2, "draft"))
        self.assertEqual(len(second.line_ids), 2)
        second.with_user(self.programme_manager).action_approve()
        self.assertEqual((first.state, second.state), ("superseded", "approved"))

    def test_a_line_lies_within_the_years(self):
        with self.assertRaises(ValidationError):
            self.programme(
                line_ids=[Command.create({"head": "water", "year": 2030, "initial": 1})]
            )
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.programme(year_to=2020)
