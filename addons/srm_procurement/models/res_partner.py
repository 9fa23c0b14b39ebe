from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    srm_debt_file_ids = fields.One2many(
        "srm.debt.file", "partner_id", string="Creditor files"
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
