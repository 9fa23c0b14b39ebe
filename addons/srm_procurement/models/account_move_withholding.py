from decimal import Decimal

from odoo import models

from ..amounts import money
from .srm_withholding import Claim


class AccountMove(models.Model):
    """A bill as the rules of withholding see it."""

    _inherit = "account.move"

    def _srm_supply(self) -> str:
        """What the bill is for; hook for documents that know it better."""
        self.ensure_one()
        return self.commercial_partner_id.srm_supply_nature or ""

    def _srm_claim(self, paid: Decimal, supply: str) -> Claim:
        """
        :param paid: part of the total paid now, in MAD
        :param supply: what is paid, chosen on the payment
        """
        self.ensure_one()
        return Claim(
            self,
            self.commercial_partner_id,
            abs(money(self.amount_untaxed_signed)),
            abs(money(self.amount_tax_signed)),
            abs(money(self.amount_total_signed)),
            supply,
            paid,
        )
