from odoo import models
from odoo.exceptions import UserError

#: What makes a partner another one's, or one of its own.
OWNERSHIP = {"parent_id", "is_company", "company_type", "commercial_partner_id"}


class ResPartner(models.Model):
    """Owners of bank accounts: an account goes with the partner that holds it."""

    _inherit = "res.partner"

    def write(self, vals):
        if not OWNERSHIP & vals.keys():
            return super().write(vals)
        accounts = self._srm_accounts()
        owners = {item: item.partner_id.commercial_partner_id for item in accounts}
        result = super().write(vals)
        moved = accounts.filtered(
            lambda item: item.partner_id.commercial_partner_id != owners[item]
        )
        moved._srm_refuse_in_use()
        if moved:
            moved._srm_changed()
        return result

    def _srm_accounts(self):
        """Accounts of these partners and of those below them, archived ones too."""
        # sudo: an account counts whoever may read it.
        accounts = self.env["res.partner.bank"].sudo().with_context(active_test=False)
        return accounts.search([("partner_id", "child_of", self.ids)])

    def _srm_check_merged(self):
        """Claims certified for a creditor do not become another one's."""
        # sudo: a file the user does not see counts too.
        files = self.env["srm.debt.file"].sudo()
        file = files.search(
            [("partner_id", "in", self.ids), ("date_certified", "!=", False)], limit=1
        )
        if file:
            raise UserError(
                self.env._(
                    "Debts are certified for %(creditor)s (%(file)s): merge the other "
                    "contacts into it.",
                    creditor=file.partner_id.name,
                    file=file.name,
                )
            )
