from psycopg2.errors import UniqueViolation

from odoo.exceptions import LockError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.srm_base.tests.common import ConcurrencyCase
from odoo.addons.srm_kit.guard.database import disarmed

YEAR = 2023
MODELS = (
    "srm.payment.delay.month",
    "srm.payment.delay.declaration",
    "srm.payment.delay.line",
    "srm.payment.delay.check",
)


@tagged("post_install", "-at_install")
class TestDelayConcurrency(ConcurrencyCase):
    """Two people, two real transactions, one declaration."""

    def _create(self, env):
        company = env["res.company"].create(
            {"name": "Déclarant simultané", "vat": "40218765"}
        )
        supplier = env["res.partner"].create(
            {
                "name": "Fournisseur simultané",
                "is_company": True,
                "country_id": env.ref("base.ma").id,
                "company_registry": "007700001000073",
                "vat": "37900001",
                "srm_trade_register": "20570",
                "city": "Agadir",
            }
        )
        file = env["srm.debt.file"].create(
            {"partner_id": supplier.id, "company_id": company.id}
        )
        debt = env["srm.debt"].create(
            {
                "company_id": company.id,
                "file_id": file.id,
                "origin_reference": "CONCURRENT-DELAY",
                "invoice_reference": "FA-1",
                "invoice_date": f"{YEAR}-07-03",
                "amount_claimed": 20000,
                "bearer": "srm",
            }
        )
        self.company_id, self.partner_id = company.id, supplier.id
        self.file_id, self.debt_id = file.id, debt.id
        self.declaration_id = self._declaration(env, 3).id

    def _declaration(self, env, quarter):
        return env["srm.payment.delay.declaration"].create(
            {
                "company_id": self.company_id,
                "year": YEAR,
                "period": str(quarter),
                "turnover": 3_000_000,
            }
        )

    def _ready(self, declaration):
        """Proposed, checked, with its file; prepared by somebody else."""
        declaration.action_propose()
        declaration.action_check()
        assert declaration.state == "checked", declaration.check_ids.mapped("code")
        declaration.action_make_file()
        declaration._by_code().write(
            {
                "prepared_by_id": declaration.env.ref("base.public_user").id,
                "filing_reference": "S",
                "filing_date": declaration.date_deadline,
            }
        )

    def _mine(self, env):
        return env["srm.payment.delay.declaration"].browse(self.declaration_id)

    def _remove(self):
        with self._transaction(commit=True) as env:
            company = (self.company_id,)
            with disarmed(env, *MODELS):
                env.cr.execute(
                    "DELETE FROM srm_payment_delay_month WHERE company_id = %s", company
                )
                env.cr.execute(
                    "DELETE FROM srm_payment_delay_declaration WHERE company_id = %s",
                    company,
                )
            env["srm.debt"].browse(self.debt_id).unlink()
            env["srm.debt.file"].browse(self.file_id).unlink()
            env["res.partner"].browse(self.partner_id).unlink()
            holder = env["res.company"].browse(self.company_id)
            partner = holder.partner_id
            holder.unlink()
            partner.unlink()

    def test_two_proposals_at_once(self):
        with self._transaction() as first:
            self._mine(first).action_propose()
            first.flush_all()
            with self._transaction() as second, self.assertRaises(LockError):
                self._mine(second).action_propose()

    def test_two_filings_at_once(self):
        with self._transaction(commit=True) as env:
            self._ready(self._mine(env))
        with self._transaction(commit=True) as first:
            self._mine(first).action_file()
            first.flush_all()
            with self._transaction() as second, self.assertRaises(LockError):
                self._mine(second).action_file()
        with self._transaction() as late:
            declaration = self._mine(late)
            declaration.action_file()  # finds it filed: nothing happens
            months = late["srm.payment.delay.month"].search_count(
                [("company_id", "=", self.company_id)]
            )
            self.assertEqual((declaration.state, months), ("filed", 1))

    def test_two_declarations_with_the_same_month(self):
        """Each is locked by its own user: the register lets one month in only."""
        with self._transaction(commit=True) as env:
            other = self._declaration(env, 4)
            for declaration in (self._mine(env), other):
                self._ready(declaration)
            other_id = other.id
        with (
            self._transaction() as second,
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
        ):
            # Reads before the first one commits, writes after.
            theirs = second["srm.payment.delay.declaration"].browse(other_id)
            self.assertFalse(theirs._declared_meanwhile())
            with self._transaction(commit=True) as first:
                self._mine(first).action_file()
            second["srm.payment.delay.month"]._enter(theirs)

    def test_two_people_open_the_same_quarter(self):
        with self._transaction() as first:
            self._declaration(first, 4)
            first.flush_all()
            first.cr.commit()
            with (
                self._transaction() as second,
                mute_logger("odoo.sql_db"),
                self.assertRaises(Exception) as caught,
            ):
                self._declaration(second, 4)
                second.flush_all()
            self.assertRegex(str(caught.exception), "already|period_unique")
