from odoo import fields, models
from odoo.exceptions import UserError


class ResCompany(models.Model):
    """Journals and payment mode of the arrears desk."""

    _inherit = "res.company"

    srm_debt_journal_id = fields.Many2one(
        "account.journal",
        string="Journal of inherited debts",
        check_company=True,
        domain="[('type', '=', 'general'), ('company_id', '=', id)]",
        help="Certified debts enter the books through this journal.",
    )
    srm_payment_mode_id = fields.Many2one(
        "account.payment.mode",
        string="Payment mode of settlements",
        domain="[('company_id', '=', id), ('payment_type', '=', 'outbound')]",
        help="Proposed on a new settlement; gives the paying bank account.",
    )

    def _srm_get_debt_journal(self):
        self.ensure_one()
        if not self.srm_debt_journal_id:
            raise UserError(
                self.env._(
                    "Choose the journal of inherited debts of %(company)s in "
                    "Settings > Arrears before certifying.",
                    company=self.name,
                )
            )
        return self.srm_debt_journal_id
