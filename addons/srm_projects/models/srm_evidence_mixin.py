import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError


class SrmEvidenceMixin(models.AbstractModel):
    """Files uploaded on a form belong to its record, whoever may read it.

    A file uploaded before the record was saved belongs to nothing: only who uploaded
    it could open it. The record keeps the SHA-256 of each of its files.
    """

    _name = "srm.evidence.mixin"
    _description = "Record with files"

    #: Many2many fields of files.
    _evidence_fields: tuple[str, ...] = ()

    evidence_sha256 = fields.Json("SHA-256 of the files", readonly=True, copy=False)

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._own_evidence()
        return records

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & set(self._evidence_fields):
            self._own_evidence()
        return result

    def _own_evidence(self):
        for record in self:
            place = {"res_model": record._name, "res_id": record.id}
            files = record._evidence()
            lost = files.filtered(lambda file: not file.res_id)
            if lost:
                lost.check_access("write")
                # sudo: who only adds a record brings the files of its own too.
                lost.sudo()._by_code().write(place)
            digests = {str(file.id): _digest(file) for file in files.sudo()}
            if digests != (record.sudo().evidence_sha256 or {}):
                record.sudo()._by_code().write({"evidence_sha256": digests})

    def _evidence(self):
        files = self.env["ir.attachment"]
        return files.union(*(self[name] for name in self._evidence_fields))


class IrAttachment(models.Model):
    """Files of records that keep their digests are compared with them when used."""

    _inherit = "ir.attachment"

    def _check_digest(self):
        super()._check_digest()
        file = self.sudo()
        if "evidence_sha256" not in self.env.get(file.res_model, self)._fields:
            return
        record = self.env[file.res_model].sudo().browse(file.res_id)
        known = (record.evidence_sha256 or {}).get(str(file.id))
        if known and known != _digest(file):
            raise UserError(
                self.env._(
                    "%(file)s is not the file that %(record)s recorded (its SHA-256 "
                    "differs). Do not use it; tell the administrator.",
                    file=file.name,
                    record=record.display_name,
                )
            )


def _digest(file) -> str:
    return hashlib.sha256(file.raw or b"").hexdigest()
