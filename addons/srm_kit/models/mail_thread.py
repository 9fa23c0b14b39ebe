from odoo import models
from odoo.exceptions import UserError


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def message_change_thread(self, new_thread, new_parent_message=False):
        """The history of a document of the suite stays with it."""
        if not self.env.su and self.pool.guard_book.keeps_history(self._name):
            raise UserError(
                self.env._(
                    "The history of %(record)s stays with it.", record=self.display_name
                )
            )
        return super().message_change_thread(new_thread, new_parent_message)

    def _check_can_update_message_content(self, messages):
        """The page of the discussion writes with the system's rights."""
        if not self.env.su:
            messages.with_env(self.env)._refuse_history_change({})
        return super()._check_can_update_message_content(messages)
