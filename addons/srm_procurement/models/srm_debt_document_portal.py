from odoo import fields, models
from odoo.exceptions import UserError

REVIEWS = [
    ("accepted", "Accepted"),
    ("to_check", "To check"),
    ("refused", "Refused"),
]


class SrmDebtDocument(models.Model):
    """Documents the creditor sent by the portal: checked before they count."""

    _name = "srm.debt.document"
    _inherit = ["srm.debt.document", "srm.portal.shared"]
    _portal_owner_path = "debt_id.partner_id"
    _portal_fields = frozenset(
        {"debt_id", "type_id", "date", "file_name", "review", "review_note"}
    )

    file_id = fields.Many2one(
        related="debt_id.file_id", string="Creditor file", store=True, index=True
    )
    partner_id = fields.Many2one(
        related="debt_id.partner_id", string="Creditor", store=True
    )
    review = fields.Selection(
        REVIEWS, string="Check", required=True, default="accepted", copy=False
    )
    review_note = fields.Char(
        string="Why refused", copy=False, help="Shown to the creditor."
    )
    reviewed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    from_creditor = fields.Boolean(
        string="Sent by the creditor", readonly=True, copy=False
    )

    _to_check_idx = models.Index("(file_id) WHERE review = 'to_check'")

    def _is_received(self) -> bool:
        return self.review == "accepted"

    def action_accept(self):
        """The document is what was asked for: it is no longer missing."""
        self._review("accepted", self.env._("Document accepted: %(name)s"))
        return True

    def action_refuse(self):
        """The document does not do: the creditor reads why and sends another."""
        for document in self:
            if not document.review_note:
                raise UserError(
                    self.env._(
                        "Say in “Why refused” what is wrong with “%(name)s”: the "
                        "creditor reads it.",
                        name=document.type_id.name,
                    )
                )
        self._review("refused", self.env._("Document refused: %(name)s"))
        return True

    def _review(self, review: str, text: str) -> None:
        self.check_access("write")
        self.lock_for_update()
        documents = self.filtered(lambda item: item.review == "to_check")
        documents.write({"review": review, "reviewed_by_id": self.env.uid})
        for document in documents:
            parts = [
                text % {"name": document.type_id.name},
                document.debt_id.origin_reference,
                document.review_note if review == "refused" else "",
            ]
            document.file_id.message_post(body=" — ".join(filter(None, parts)))
