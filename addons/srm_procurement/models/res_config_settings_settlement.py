from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    srm_debt_journal_id = fields.Many2one(
        related="company_id.srm_debt_journal_id", readonly=False
    )
    srm_payment_mode_id = fields.Many2one(
        related="company_id.srm_payment_mode_id", readonly=False
    )

    def action_srm_settlement_setup(self):
        """Create what is missing: accounts, journal, payment mode. Safe to repeat."""
        self.company_id._srm_setup_settlement()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Accounts of inherited debts"),
            "res_model": "srm.predecessor.account",
            "view_mode": "list,form",
            "domain": [("company_id", "=", self.company_id.id)],
        }
