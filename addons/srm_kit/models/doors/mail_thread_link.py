import secrets

from odoo import models


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _sign_token(self, pid):
        """Without a link there is nothing to sign: the signature fits no address."""
        field = self._mail_post_token_field
        # sudo: signed for a message anybody posts; the token itself is for the staff.
        document = self.sudo()
        if field in self._fields and not document[field]:
            return secrets.token_hex(32)
        return super(MailThread, document)._sign_token(pid)
