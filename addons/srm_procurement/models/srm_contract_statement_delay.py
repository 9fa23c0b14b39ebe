from odoo import models


class SrmContractStatement(models.Model):
    """What the bill of a statement carries to the payment delay declaration."""

    _inherit = "srm.contract.statement"

    def _prepare_bill_vals(self) -> dict:
        contract = self.contract_id
        return super()._prepare_bill_vals() | {
            "srm_agreed_days": contract.payment_days,
            "srm_deposit_date": self.deposit_date,
            "srm_service_date": self.date_acceptance,
            "srm_goods_nature": contract.title,
        }
