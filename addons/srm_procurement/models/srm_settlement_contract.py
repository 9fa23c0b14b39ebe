from odoo import models


class SrmSettlement(models.Model):
    """A pledged contract is paid to its lender only."""

    _inherit = "srm.settlement"

    def _check_payable(self):
        result = super()._check_payable()
        self._check_not_pledged()
        return result

    def _srm_check_release(self, user):
        result = super()._srm_check_release(user)
        self._check_not_pledged()
        return result

    def _check_not_pledged(self):
        """The pledge may be notified after the agreement: checked again at release."""
        for settlement in self:
            debts = settlement.line_ids.debt_id
            debts._check_not_pledged(settlement.partner_bank_id)
