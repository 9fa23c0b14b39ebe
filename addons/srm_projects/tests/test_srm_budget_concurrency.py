from psycopg2 import OperationalError

from odoo.exceptions import LockError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.srm_base.tests.common import ConcurrencyCase
from odoo.addons.srm_kit.guard.database import disarmed


@tagged("post_install", "-at_install")
class TestBudgetConcurrency(ConcurrencyCase):
    """Two commitments confirmed at once by two people never exceed the credits."""

    def _create(self, env):
        project = env["project.project"].create(
            {"name": "Two at once", "company_id": env.company.id}
        )
        line = env["srm.budget.line"].create(
            {"project_id": project.id, "name": "Works", "credits": 100}
        )
        entries = env["srm.budget.entry"].create(
            [
                {"line_id": line.id, "document": document, "amount": 80}
                for document in ("One", "Other")
            ]
        )
        self.project, self.line, self.entries = project.id, line.id, entries.ids

    def _remove(self):
        with self._transaction(commit=True) as env:
            with disarmed(env, "srm.budget.entry"):
                entries = env["srm.budget.entry"].browse(self.entries)
                entries._by_code().unlink()
            env["srm.budget.line"].browse(self.line)._by_code().unlink()
            env["project.project"].browse(self.project).exists().unlink()

    def confirm(self, env, number):
        env["srm.budget.entry"].browse(self.entries[number]).action_confirm()
        env.flush_all()

    @mute_logger("odoo.sql_db")
    def test_two_at_once(self):
        with self._transaction(commit=True) as first:
            self.confirm(first, 0)
            with self._transaction() as second:
                with self.assertRaises((LockError, OperationalError)):
                    self.confirm(second, 1)
        with self._transaction() as later:
            with self.assertRaisesRegex(UserError, "available"):
                self.confirm(later, 1)
            line = later["srm.budget.line"].browse(self.line)
            self.assertEqual((line.committed, line.available), (80, 20))

    def test_the_same_click_twice(self):
        for _time in range(2):
            with self._transaction(commit=True) as env:
                self.confirm(env, 0)
        with self._transaction() as env:
            self.assertEqual(env["srm.budget.line"].browse(self.line).committed, 80)
