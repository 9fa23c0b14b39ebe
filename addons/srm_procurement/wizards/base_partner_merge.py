from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """A merge gives the accounts and the claims of a partner to another one."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        partners = self.env["res.partner"].browse(partner_ids).exists()
        kept = dst_partner if dst_partner and dst_partner in partners else None
        if partners and not kept:
            kept = self._get_ordered_partner(partners.ids)[-1]
        (partners - (kept or partners))._srm_check_merged()
        accounts = partners._srm_accounts()
        accounts._srm_refuse_in_use()
        result = super()._merge(partner_ids, dst_partner, extra_checks)
        if accounts := accounts.exists():
            accounts._srm_changed()
        return result
