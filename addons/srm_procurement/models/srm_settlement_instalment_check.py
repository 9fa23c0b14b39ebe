from odoo import models


class SrmSettlementInstalment(models.Model):
    """A new order shows at once what stands in the way of its release."""

    _inherit = "srm.settlement.instalment"

    def action_prepare_orders(self):
        action = super().action_prepare_orders()
        self._all_orders().action_srm_check()
        return action
