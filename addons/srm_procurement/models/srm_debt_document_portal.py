from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate

from odoo.addons.srm_kit.guard import Freeze, Guard, Step

_lt = LazyTranslate(__name__)

REVIEWS = [
    ("accepted", "Accepted"),
    ("to_check", "To check"),
    ("refused", "Refused"),
]


class SrmDebtDocument(models.Model):
    """Documents the creditor sent by the portal: checked before they count.

    What a certification rests on stays, and so does what the creditor sent.
    """

    _name = "srm.debt.document"
    _inherit = ["srm.debt.document", "srm.portal.shared"]
    _guard = Guard(
        state="review",
        steps={
            "accept": Step(("to_check",), "accepted", signs="reviewed_by_id"),
            "refuse": Step(
                ("to_check",), "refused", signs="reviewed_by_id", check="_check_refusal"
            ),
        },
        freezes=(
            Freeze(
                once="certified_date",
                but=("review_note",),
                remedy=_lt("Add another document beside it."),
            ),
            Freeze(once="from_creditor", but=("review_note",)),
            Freeze(("refused",)),
        ),
        deletable=("accepted",),
        proofs={"file": "file_sha256"},
    )
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
    certified_date = fields.Date(related="debt_id.certified_date")
    file_sha256 = fields.Char(string="SHA-256", readonly=True, copy=False)
    review = fields.Selection(
        REVIEWS,
        string="Check",
        required=True,
        readonly=True,
        default="accepted",
        copy=False,
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
        documents = self.filtered(lambda item: item.review == "to_check")
        documents._take_step("accept")._log(self.env._("Document accepted: %(name)s"))
        return True

    def action_refuse(self):
        """The document does not do: the creditor reads why and sends another."""
        documents = self.filtered(lambda item: item.review == "to_check")
        documents._take_step("refuse")._log(self.env._("Document refused: %(name)s"))
        return True

    def _check_refusal(self):
        for document in self:
            if not document.review_note:
                raise UserError(
                    self.env._(
                        "Say in “Why refused” what is wrong with “%(name)s”: the "
                        "creditor reads it.",
                        name=document.type_id.name,
                    )
                )

    def _log(self, text: str) -> None:
        for document in self:
            parts = [
                text % {"name": document.type_id.name},
                document.debt_id.origin_reference,
                document.review_note if document.review == "refused" else "",
            ]
            document.file_id.message_post(body=" — ".join(filter(None, parts)))
