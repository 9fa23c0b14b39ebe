from psycopg2.errors import UniqueViolation

from odoo import Command, fields
from odoo.exceptions import LockError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.srm_base.tests.common import ConcurrencyCase
from odoo.addons.srm_kit.guard.database import disarmed


@tagged("post_install", "-at_install")
class TestContractConcurrency(ConcurrencyCase):
    """Two people, two real transactions, one approved statement: exactly one bill."""

    def _create(self, env):
        today = fields.Date.today()
        partner = env["res.partner"].create(
            {"name": "Titulaire simultané", "is_company": True}
        )
        contract = env["srm.contract"].create(
            {
                "name": "CONCURRENCE/1",
                "title": "Essai de concurrence",
                "partner_id": partner.id,
                "regime_id": env.ref("srm_procurement.regime_own").id,
                "date_signed": today,
                "date_approved": today,
                "line_ids": [
                    Command.create(
                        {
                            "number": "1",
                            "name": "Forfait",
                            "quantity": 1000,
                            "price_unit": 1,
                        }
                    )
                ],
            }
        )
        contract.action_notify()
        contract._take_step("start", date_start=today)
        statement = env["srm.contract.statement"].create(
            {
                "contract_id": contract.id,
                "line_ids": [
                    Command.create(
                        {
                            "contract_line_id": contract.line_ids.id,
                            "quantity": 100,
                            "place": "PK 0",
                        }
                    )
                ],
                "invoice_reference": "F-CONCURRENCE",
                "invoice_date": today,
                "deposit_date": today,
            }
        )
        env.flush_all()
        env.cr.execute(
            "UPDATE srm_contract_statement SET state = 'approved' WHERE id = %s",
            [statement.id],
        )
        self.partner_id = partner.id
        self.contract_id, self.statement_id = contract.id, statement.id

    def _remove(self):
        models = ("srm.contract", "srm.contract.line", "srm.contract.statement")
        with self._transaction(commit=True) as env:
            with disarmed(env, *models, "srm.contract.statement.line"):
                statement = env["srm.contract.statement"].browse(self.statement_id)
                bills = env["account.move"].search(
                    [("srm_contract_id", "=", self.contract_id)]
                )
                statement._by_code().write({"bill_id": False})
                bills._by_code().button_draft()
                bills.write({"srm_statement_id": False, "srm_contract_id": False})
                bills.with_context(force_delete=True).unlink()
                statement._by_code().unlink()
                env["srm.contract"].browse(self.contract_id)._by_code().unlink()
            env["res.partner"].browse(self.partner_id).unlink()

    def _statement(self, env):
        return env["srm.contract.statement"].browse(self.statement_id)

    def _bill_count(self):
        with self._transaction() as env:
            return env["account.move"].search_count(
                [("srm_statement_id", "=", self.statement_id)]
            )

    def test_two_users_post_the_same_statement(self):
        with self._transaction(commit=True) as first:
            self._statement(first).action_post()
            first.flush_all()
            with self._transaction() as second, self.assertRaises(LockError):
                self._statement(second).action_post()
        self.assertEqual(self._bill_count(), 1)
        with self._transaction(commit=True) as third:
            action = self._statement(third).action_post()
            self.assertEqual(action["res_id"], self._statement(third).bill_id.id)
        self.assertEqual(self._bill_count(), 1)

    def test_the_database_refuses_a_second_bill(self):
        """Even code that takes no lock cannot bill a statement twice."""
        with self._transaction(commit=True) as first:
            self._statement(first).action_post()
        with (
            self._transaction() as second,
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
        ):
            self._statement(second)._create_bill()
            second.flush_all()
        self.assertEqual(self._bill_count(), 1)

    def test_two_statements_at_once(self):
        with self._transaction() as env:
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(UniqueViolation),
            ):
                env["srm.contract.statement"].create({"contract_id": self.contract_id})
                env.flush_all()
