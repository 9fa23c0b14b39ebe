from odoo import api, models
from odoo.exceptions import AccessError


class SrmPortalThread(models.AbstractModel):
    """Shared records whose history belongs to the staff.

    A creditor reads the record, not what the staff says about it: neither by the
    discussion, nor by a link, nor by becoming a follower.

    Named first among the parents, so that it comes before ``mail.thread``.
    """

    _name = "srm.portal.thread"
    _inherit = ["srm.portal.shared"]
    _description = "Shared with the creditor, without its history"

    @api.model
    def _get_thread_with_access(
        self, thread_id, *, hash=None, pid=None, token=None, **kwargs
    ):
        """Neither a link nor a share user opens the discussion."""
        if self.env.user.share and not self.env.su:
            return self.browse()
        return super()._get_thread_with_access(thread_id, **kwargs)

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        """Messages are for those who may write the record."""
        if self.env.user.share and not self.env.su:
            message_operation = "write"
        return super()._mail_get_operation_for_mail_message_operation(message_operation)

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """A follower would receive what the staff writes to each other."""
        if self.env.user.share and not self.env.su:
            raise AccessError(
                self.env._("Only the staff follows the discussion of a file.")
            )
        return super().message_subscribe(partner_ids, subtype_ids)
