from contextlib import contextmanager

from odoo import SUPERUSER_ID, Command, api, fields
from odoo.exceptions import LockError
from odoo.sql_db import db_connect
from odoo.tests import BaseCase, get_db_name, tagged

from .settlement_common import rib
from .test_srm_debt_setoff import DOCUMENT, receivable

CONTEXT = {"tracking_disable": True, "mail_notrack": True}


@tagged("post_install", "-at_install")
class TestSetoffConcurrency(BaseCase):
    """Two people, two real transactions, the same set-off: one entry."""

    def setUp(self):
        super().setUp()
        self.database = db_connect(get_db_name())
        self.addCleanup(self._remove)
        with self._transaction(commit=True) as env:
            self._create(env)

    @contextmanager
    def _transaction(self, commit=False):
        with self.database.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, CONTEXT)
            yield env
            if commit:
                env.flush_all()  # leaving the block commits
            else:
                env.clear()
                cr.rollback()

    def _create(self, env):
        partner = env["res.partner"].create(
            {
                "name": "Créancier et débiteur",
                "is_company": True,
                "country_id": env.ref("base.ma").id,
                "bank_ids": [Command.create({"acc_number": rib(54321)})],
            }
        )
        file = env["srm.debt.file"].create({"partner_id": partner.id})
        debt = env["srm.debt"].create(
            {
                "file_id": file.id,
                "predecessor_id": env.ref("srm_base.predecessor_ramsa").id,
                "origin_reference": "SETOFF-CONCURRENCY",
                "invoice_date": "2024-01-01",
                "amount_claimed": 100,
                "bearer": "srm",
                "transfer_act": "Convention",
            }
        )
        debt._write_workflow(
            {
                "amount_certified": 100,
                "certified_by_id": SUPERUSER_ID,
                "certified_date": fields.Date.today(),
                "stage": "scored",
            }
        )
        line = receivable(env, partner, 60, env.company.srm_debt_journal_id)
        setoff = env["srm.debt.setoff"].create(
            {
                "debt_id": debt.id,
                "receivable_line_id": line.id,
                "amount": 60,
                "document": DOCUMENT,
            }
        )
        setoff._set_state("agreed", agreed_by_id=SUPERUSER_ID)
        self.ids = {
            "partner": partner.id,
            "file": file.id,
            "debt": debt.id,
            "setoff": setoff.id,
            "line": line.id,
        }

    def _remove(self):
        with self._transaction(commit=True) as env:
            setoff = env["srm.debt.setoff"].browse(self.ids["setoff"])
            line = env["account.move.line"].browse(self.ids["line"])
            own = env["account.move.line"].search(
                [("srm_debt_id", "=", self.ids["debt"])]
            )
            moves = own.move_id | setoff.move_id | line.move_id
            env.flush_all()
            env.cr.execute(
                "DELETE FROM srm_debt_setoff WHERE id = %s", (self.ids["setoff"],)
            )
            env.cr.execute(
                "DELETE FROM srm_debt_payment WHERE debt_id = %s", (self.ids["debt"],)
            )
            env.cr.execute(
                """UPDATE srm_debt SET opening_line_id = NULL, amount_settled = 0,
                          amount_paid = 0, stage = 'registered' WHERE id = %s""",
                (self.ids["debt"],),
            )
            env.invalidate_all(flush=False)
            moves.line_ids.remove_move_reconcile()
            moves.button_draft()
            moves.line_ids.write({"srm_debt_id": False})
            moves.with_context(force_delete=True).unlink()
            env["srm.debt"].browse(self.ids["debt"]).unlink()
            env["srm.debt.file"].browse(self.ids["file"]).unlink()
            partner = env["res.partner"].browse(self.ids["partner"])
            partner.bank_ids.unlink()
            partner.unlink()

    def test_booked_by_one_of_two(self):
        with self._transaction() as first:
            first["srm.debt.setoff"].browse(self.ids["setoff"]).action_book()
            first.flush_all()
            with self._transaction() as second, self.assertRaises(LockError):
                second["srm.debt.setoff"].browse(self.ids["setoff"]).action_book()

    def test_the_late_one_finds_it_booked(self):
        with self._transaction(commit=True) as first:
            first["srm.debt.setoff"].browse(self.ids["setoff"]).action_book()
        with self._transaction(commit=True) as second:
            setoff = second["srm.debt.setoff"].browse(self.ids["setoff"])
            move = setoff.move_id
            setoff.action_book()
            self.assertEqual(setoff.move_id, move)
            self.assertEqual(setoff.debt_id.amount_settled, 60)
            self.assertEqual(len(setoff.debt_id.payment_ids), 1)
