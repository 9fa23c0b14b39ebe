from odoo import api, models


class MailMessage(models.Model):
    _inherit = "mail.message"

    @api.private
    def portal_message_format(self, options=None):
        """Of pages: what it returns opens the attachments without a login."""
        return super().portal_message_format(options)
