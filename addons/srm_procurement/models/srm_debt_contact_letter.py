import base64

from odoo import api, fields, models

from .srm_letter_mixin import LETTERS


class SrmDebtContact(models.Model):
    """Letters and steps of the creditor on the portal, in the dialogue."""

    _inherit = "srm.debt.contact"

    channel = fields.Selection(
        selection_add=[("portal", "Supplier portal")],
        ondelete={"portal": "set default"},
    )
    letter_kind = fields.Selection(LETTERS, string="Letter", readonly=True)
    letter_about = fields.Char(string="About", readonly=True)
    document = fields.Binary(attachment=True, copy=False)
    document_name = fields.Char(copy=False)

    @api.model
    def _record_letter(self, record, kind: str, name: str, content: bytes):
        """A letter written about ``record``, with its PDF."""
        file = record._letter_file()
        return self.create(
            {
                "file_id": file.id,
                "channel": "letter",
                "contact_name": file.partner_id.name,
                "summary": record._letter_title(kind),
                "letter_kind": kind,
                "letter_about": record._letter_reference(),
                "document": base64.b64encode(content),
                "document_name": name,
            }
        )
