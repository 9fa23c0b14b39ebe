from odoo import fields, models
from odoo.exceptions import UserError

from ..models.srm_letter_mixin import LANGUAGES, LETTERS


class SrmDebtLetter(models.TransientModel):
    """Write a letter to a creditor: language, a sentence of one's own, then send."""

    _name = "srm.debt.letter"
    _description = "Letter to a Creditor"

    file_id = fields.Many2one(
        "srm.debt.file", string="Creditor file", required=True, readonly=True
    )
    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(
        model_field="res_model", required=True, readonly=True
    )
    kind = fields.Selection(LETTERS, string="Letter", required=True, readonly=True)
    lang = fields.Selection(LANGUAGES, string="Language", required=True)
    note = fields.Text(string="Add a sentence")

    def action_keep(self):
        """Keep the letter in the dialogue and download it."""
        contact = self._keep()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/srm.debt.contact/{contact.id}/document"
            f"?download=true&filename_field=document_name",
            "target": "download",
            "close": True,
        }

    def action_send(self):
        """Keep the letter, then open the mail that carries it."""
        contact = self._keep()
        # sudo: the file of a binary field is read through its record, just created.
        attachment = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", contact._name),
                    ("res_id", "=", contact.id),
                    ("res_field", "=", "document"),
                ]
            )
        )
        copy = attachment.copy(
            {
                "name": contact.document_name,
                "res_model": self.file_id._name,
                "res_id": self.file_id.id,
                "res_field": False,
            }
        )
        return self.file_id._open_composer(
            f"{contact.summary} {contact.letter_about}", self.file_id._link_body(), copy
        )

    def _keep(self):
        self.ensure_one()
        record = self.env[self.res_model].browse(self.res_id).exists()
        if not hasattr(record, f"_letter_{self.kind}"):
            raise UserError(self.env._("This record has no such letter."))
        record.check_access("read")
        if record._letter_file() != self.file_id:
            raise UserError(self.env._("This record belongs to another file."))
        return record._letter_keep(self.kind, self.lang, self.note or "")
