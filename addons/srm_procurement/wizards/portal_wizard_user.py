from odoo import models


class PortalWizardUser(models.TransientModel):
    """Invitations and withdrawals are kept in the dialogue of the creditor."""

    _inherit = "portal.wizard.user"

    def action_grant_access(self):
        result = super().action_grant_access()
        self._srm_log(self.env._("%(name)s is invited to the supplier portal"))
        return result

    def action_revoke_access(self):
        result = super().action_revoke_access()
        self._srm_log(self.env._("%(name)s may no longer log in to the portal"))
        return result

    def _srm_log(self, text: str) -> None:
        """Write in the files this user may change, and in no other."""
        files = self.env["srm.debt.file"]
        if not files.has_access("write"):
            return
        for item in self:
            firm = item.partner_id.commercial_partner_id
            for file in files.search(
                [("partner_id", "in", (item.partner_id | firm).ids)]
            ):
                file.message_post(
                    body=text % {"name": item.partner_id.display_name},
                )
