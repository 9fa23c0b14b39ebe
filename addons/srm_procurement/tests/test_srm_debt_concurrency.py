# pylint: disable=invalid-commit  # other transactions must see the records
from contextlib import closing

from odoo import SUPERUSER_ID, api
from odoo.exceptions import LockError
from odoo.tests import TransactionCase, tagged

from .arrears_common import ice


@tagged("post_install", "-at_install")
class TestSrmDebtConcurrency(TransactionCase):
    """Two people press the same button: transactions of their own, really committed."""

    def setUp(self):
        super().setUp()
        with closing(self.registry.cursor()) as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            partner = env["res.partner"].create(
                {"name": "Course", "is_company": True, "company_registry": ice(667788)}
            )
            debt = env["srm.debt"].create(
                {
                    "file_id": env["srm.debt.file"]
                    .create({"partner_id": partner.id})
                    .id,
                    "origin_reference": "RACE-1",
                    "invoice_date": "2025-01-01",
                    "amount_claimed": 10,
                    "nature": "supplies",
                }
            )
            env["srm.debt.document"].create(
                [
                    {"debt_id": debt.id, "type_id": item.id}
                    for item in debt.missing_document_ids
                ]
            )
            cr.commit()
            self.debt_id, self.partner_id = debt.id, partner.id
        self.addCleanup(self.remove)

    def remove(self):
        with closing(self.registry.cursor()) as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            debt = env["srm.debt"].browse(self.debt_id)
            file = debt.file_id
            debt.unlink()
            file.unlink()
            env["res.partner"].browse(self.partner_id).unlink()
            cr.commit()

    def debt(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {})["srm.debt"].browse(self.debt_id)

    def test_exactly_one_moves_the_debt(self):
        with (
            closing(self.registry.cursor()) as first,
            closing(self.registry.cursor()) as second,
        ):
            winner, loser = self.debt(first), self.debt(second)
            self.assertEqual(loser.stage, "registered")
            winner.action_documents_complete()
            first.flush()
            with self.assertRaises(LockError):
                loser.action_documents_complete()
            first.commit()
            # The server tries the request again on a fresh snapshot.
            second.rollback()
            again = self.debt(second)
            again.action_documents_complete()
            self.assertEqual(again.stage, "documents")
            bodies = again.file_id.message_ids.mapped("body")
            self.assertEqual(sum("Documents complete" in body for body in bodies), 1)
