from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import email_normalize

from ..guard import gate

#: A message may be dated this far from when it is written: clocks differ.
DATED_WITHIN = timedelta(hours=1)

#: What a line of history says, of whom and when.
SAID = {
    "attachment_ids",
    "author_guest_id",
    "author_id",
    "body",
    "create_uid",
    "date",
    "email_from",
    "message_type",
    "model",
    "parent_id",
    "record_name",
    "res_id",
    "subject",
    "subtype_id",
    "tracking_value_ids",
}


class MailMessage(models.Model):
    """History of the suite's documents: lines stay, in the name of who wrote them."""

    _inherit = "mail.message"

    @api.model_create_multi
    def create(self, vals_list):
        messages = super().create(vals_list)
        messages._refuse_false_name()
        messages._refuse_false_date()
        return messages

    def write(self, vals):
        if SAID & vals.keys():
            self._refuse_history_change(vals)
        result = super().write(vals)
        if {"author_id", "email_from", "model", "res_id"} & vals.keys():
            self._refuse_false_name()
        return result

    def unlink(self):
        self._refuse_history_change({})
        return super().unlink()

    def _of_suite(self):
        """Messages on documents of the suite, or whose steps it declares."""
        book = self.pool.guard_book
        return self.filtered(
            lambda message: (
                message.model in self.env and book.keeps_history(message.model)
            )
        )

    def _refuse_false_name(self):
        """Nobody writes on a document in another's name."""
        if self.env.su or gate.by_code(self.env):
            return
        for message in self.sudo()._of_suite():
            if false := message._false_name(self.env.user.partner_id):
                raise AccessError(
                    self.env._(
                        "A message is written in one's own name, not in that of "
                        "%(author)s.",
                        author=false,
                    )
                )

    def _false_name(self, own) -> str:
        """Whose name a message bears that is not its writer's; empty when none."""
        if self.author_id and self.author_id != own:
            return self.author_id.name
        if self.author_guest_id:
            return self.author_guest_id.name
        address = self.email_from or ""
        # Odoo shows who has no e-mail address by that of the company, for instance.
        foreign = email_normalize(address) != email_normalize(own.email or "")
        return address if foreign and (own.email or not self.author_id) else ""

    def _refuse_false_date(self):
        """What is written today is not dated otherwise."""
        if self.env.su or gate.by_code(self.env):
            return
        now = fields.Datetime.now()
        for message in self.sudo()._of_suite():
            if abs(message.date - now) > DATED_WITHIN:
                raise AccessError(
                    self.env._("A message is dated on the day it is written.")
                )

    def _refuse_history_change(self, vals):
        """What the suite recorded stays; a comment may be corrected by who wrote it."""
        if self.env.su or gate.by_code(self.env):
            return
        for message in self.sudo()._of_suite():
            comment = message.message_type == "comment" and not (
                message.tracking_value_ids
            )
            own = message.author_id == self.env.user.partner_id
            if (
                not comment
                or not own
                or vals.get("message_type", "comment") != "comment"
            ):
                raise UserError(
                    self.env._(
                        "This line is part of the history of %(record)s: it is neither "
                        "changed nor deleted. Write another one below it.",
                        record=message.record_name or message.model,
                    )
                )
