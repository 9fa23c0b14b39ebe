from odoo import fields, models

from odoo.addons.srm_base.models.res_partner import ACCOUNT_READERS


class ResPartner(models.Model):
    _inherit = "res.partner"

    bank_ids = fields.One2many(
        groups=f"{ACCOUNT_READERS},account.group_account_invoice,"
        "account.group_account_readonly"
    )
    srm_debt_file_ids = fields.One2many(
        "srm.debt.file", "partner_id", string="Creditor files"
    )

    def _srm_of_suppliers(self):
        return super()._srm_of_suppliers() | self.filtered(
            lambda partner: (
                partner.supplier_rank or partner.commercial_partner_id.supplier_rank
            )
        )

    def action_view_debt_file(self):
        """Open the creditor file of this supplier."""
        self.ensure_one()
        file = self.srm_debt_file_ids.filtered(
            lambda item: item.company_id == self.env.company
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "srm.debt.file",
            "views": [[False, "form"]],
            "res_id": file[:1].id,
            "context": {"default_partner_id": self.id},
        }
