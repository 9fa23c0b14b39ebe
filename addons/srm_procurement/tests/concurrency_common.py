from contextlib import contextmanager

from odoo import SUPERUSER_ID, Command, fields

from odoo.addons.srm_base.tests.common import ConcurrencyCase
from odoo.addons.srm_kit.guard.database import disarmed

from ..constants import stages
from .settlement_common import rib

GUARDED = (
    "srm.debt",
    "srm.debt.file",
    "srm.debt.payment",
    "srm.debt.score.log",
    "srm.debt.setoff",
    "srm.settlement",
    "srm.settlement.line",
    "srm.settlement.instalment",
    "srm.settlement.allocation",
    "srm.payment.check",
    "account.payment.order",
    "account.payment.line",
    "account.payment",
)


class DebtConcurrencyCase(ConcurrencyCase):
    """One inherited debt of 100, certified, that two people settle at once."""

    creditor = "Créancier simultané"
    account_serial = 12345

    def _create(self, env):
        self._create_debt(env)

    def _create_debt(self, env):
        partner = env["res.partner"].create(
            {
                "name": self.creditor,
                "is_company": True,
                "country_id": env.ref("base.ma").id,
                "bank_ids": [Command.create({"acc_number": rib(self.account_serial)})],
            }
        )
        file = env["srm.debt.file"].create({"partner_id": partner.id})
        debt = env["srm.debt"].create(
            {
                "file_id": file.id,
                "predecessor_id": env.ref("srm_base.predecessor_ramsa").id,
                "origin_reference": f"CONCURRENCY-{self.account_serial}",
                "invoice_date": "2024-01-01",
                "amount_claimed": 100,
                "bearer": "srm",
                "transfer_act": "Convention",
            }
        )
        debt._by_code().write(
            {
                "amount_certified": 100,
                "certified_by_id": SUPERUSER_ID,
                "certified_date": fields.Date.today(),
            }
        )
        self.partner_id, self.file_id, self.debt_id = partner.id, file.id, debt.id

    @contextmanager
    def _unguarded(self, env):
        """To take away what the test committed."""
        with disarmed(env, *GUARDED):
            yield

    def _take_to(self, debt, stage):
        """Through the declared steps, without what a person must bring."""
        for step in stages("documents", stage):
            if step not in ("proposed", "agreed"):
                debt._take_step(step)

    def _remove_debt(self, env):
        env["srm.debt"].browse(self.debt_id)._by_code().unlink()
        env["srm.debt.file"].browse(self.file_id).unlink()
        partner = env["res.partner"].browse(self.partner_id)
        partner.bank_ids.unlink()
        partner.unlink()
