from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.srm_kit.guard import Freeze, Guard


class SrmContractorDocument(models.Model):
    _name = "srm.contractor.document"
    _description = "Contractor Document"
    _order = "file_id, type_id"
    # A paper asked for stays asked for: it is received or renewed.
    _guard = Guard(freezes=(Freeze(always=True, fields=("file_id", "type_id")),))

    file_id = fields.Many2one(
        "srm.contractor.file", required=True, index=True, ondelete="cascade"
    )
    type_id = fields.Many2one(
        "srm.contractor.document.type", required=True, ondelete="restrict"
    )
    reference = fields.Char()
    received = fields.Date()
    valid_to = fields.Date(index=True)
    attachment_ids = fields.Many2many("ir.attachment")

    @api.constrains("received", "valid_to", "type_id")
    def _check_validity(self):
        for document in self:
            if document.received and document.type_id.expires and not document.valid_to:
                raise UserError(
                    self.env._(
                        "%(document)s: until when is it valid?",
                        document=document.type_id.name,
                    )
                )
