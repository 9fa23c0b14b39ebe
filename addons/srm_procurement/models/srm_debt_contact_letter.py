import base64

from odoo import api, fields, models
from odoo.tools import LazyTranslate

from odoo.addons.srm_kit.guard import Freeze, Guard

from .srm_letter_mixin import LETTERS

_lt = LazyTranslate(__name__)


class SrmDebtContact(models.Model):
    """Letters and steps of the creditor on the portal, in the dialogue.

    What the suite wrote itself stays as it was sent or received.
    """

    _inherit = "srm.debt.contact"
    _guard = Guard(
        freezes=(
            Freeze(
                once="source",
                but=("commitment_ids",),
                database=True,
                remedy=_lt("Note another exchange below it."),
            ),
        ),
        deletable=(),
        proofs={"document": "document_sha256"},
    )

    channel = fields.Selection(
        selection_add=[("portal", "Supplier portal")],
        ondelete={"portal": "set default"},
    )
    letter_kind = fields.Selection(LETTERS, string="Letter", readonly=True)
    letter_about = fields.Char(string="About", readonly=True)
    source = fields.Selection(
        [("letter", "Letter of the company"), ("portal", "Step of the creditor")],
        readonly=True,
        copy=False,
        help="Set on what the suite wrote in the dialogue by itself.",
    )
    document_sha256 = fields.Char(
        string="SHA-256 of the document", readonly=True, copy=False
    )

    @api.model
    def _record_letter(self, record, kind: str, name: str, content: bytes):
        """A letter written about ``record``, with its PDF."""
        file = record._letter_file()
        return self._by_code().create(
            {
                "file_id": file.id,
                "source": "letter",
                "channel": "letter",
                "contact_name": file.partner_id.name,
                "summary": record._letter_title(kind),
                "letter_kind": kind,
                "letter_about": record._letter_reference(),
                "document": base64.b64encode(content),
                "document_name": name,
            }
        )
