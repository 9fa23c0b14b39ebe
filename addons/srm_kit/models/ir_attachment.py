import hashlib

from odoo import api, models
from odoo.exceptions import UserError

from ..guard import gate

#: What makes an attachment another one: its content, its place, its name.
IDENTITY = {
    "checksum",
    "datas",
    "db_datas",
    "mimetype",
    "name",
    "raw",
    "res_field",
    "res_id",
    "res_model",
    "store_fname",
    "type",
    "url",
}


class IrAttachment(models.Model):
    """Files that prove something stay what they are.

    A file is proof when it is the content of a field that is frozen or that code alone
    writes, when a frozen record lists it, or when all files of its record are.
    """

    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        attachments = super().create(vals_list)
        if not self.env.su:
            attachments._refuse_proof(new=True)
        return attachments

    def write(self, vals):
        named = IDENTITY & vals.keys()
        if named:
            self._refuse_proof()
        result = super().write(vals)
        if named & {"res_model", "res_id", "res_field"} and not self.env.su:
            self._refuse_proof(new=True)
        return result

    def unlink(self):
        self._refuse_proof()
        return super().unlink()

    def _to_http_stream(self):
        self._check_digest()
        return super()._to_http_stream()

    # Proofs

    def _refuse_proof(self, new=False):
        """Refuse a change of files that prove something, whoever asks but code.

        :param new: the files are being added: a frozen record may get further ones
        """
        if gate.by_code(self.env):
            return
        for model, attachments in self.sudo().grouped("res_model").items():
            if model in self.env and self.env[model]._auto:
                attachments._refuse_proof_of(self.env[model], self.env.su, new)
        if not new:
            self._refuse_listed()

    def _refuse_proof_of(self, model, system: bool, new: bool):
        rules = self.pool.guard_book[model._name]
        if rules.empty:
            return
        for attachment in self:
            record = model.sudo().browse(attachment.res_id).exists()
            if not record:
                continue
            name = attachment.res_field
            # The content of a proof is given on its record, which keeps the digest.
            if not system and (name in rules.closed or name in rules.guard.proofs):
                self._raise_proof(record)
            for freeze, names, through in rules.held():
                own_file = freeze.files and not through and not new
                held = name in names if name else own_file
                if held and gate.holds(freeze, record, through):
                    self._raise_proof(record)

    def _refuse_listed(self):
        """Files in a list of a frozen record (a measure's photos, for instance)."""
        for model_name, field_name, freeze, through in self.pool.guard_book.file_lists:
            listing = self.env[model_name].sudo().with_context(active_test=False)
            for record in listing.search([(field_name, "in", self.ids)]):
                if gate.holds(freeze, record, through):
                    self._raise_proof(record)

    def _raise_proof(self, record):
        raise UserError(
            self.env._(
                "%(file)s proves what %(record)s says: it is neither replaced nor "
                "deleted. Add another file beside it.",
                file=self.sudo()[:1].name or self.env._("This file"),
                record=gate.named(record),
            )
        )

    def _check_digest(self):
        """Refuse to serve a proof whose content is not the one that was recorded."""
        self.ensure_one()
        attachment = self.sudo()
        if attachment.res_model not in self.env:
            return
        proofs = self.pool.guard_book[attachment.res_model].guard.proofs
        record = self.env[attachment.res_model].sudo().browse(attachment.res_id)
        for name in proofs:
            if name == attachment.res_field or record._proof_link(name) == attachment:
                record._check_proof(name, attachment.raw or b"")


class Base(models.AbstractModel):
    _inherit = "base"

    def _proof(self, name: str) -> bytes:
        """Content of a proof, once found to be what was recorded.

        :raise UserError: there is none, or it is not the same any more
        """
        self.ensure_one()
        content = (self._proof_link(name) or self._proof_file(name)).raw or b""
        self._check_proof(name, content)
        return content

    def _proof_link(self, name: str):
        """Attachment a proof leads to; none where the field itself holds the file."""
        files = self.env["ir.attachment"].sudo()
        linked = self._fields[name].type == "many2one" and self.sudo()[name]
        return linked or files

    def _proof_file(self, name: str):
        domain = [
            ("res_model", "=", self._name),
            ("res_field", "=", name),
            ("res_id", "=", self.id),
        ]
        return self.env["ir.attachment"].sudo().search(domain, limit=1)

    def _check_proof(self, name: str, content: bytes) -> None:
        digest = self.pool.guard_book[self._name].guard.proofs[name]
        known = self.sudo()[digest]
        if not known or hashlib.sha256(content).hexdigest() != known:
            raise UserError(
                self.env._(
                    "%(record)s: the file “%(field)s” is not the one that was recorded "
                    "(its SHA-256 differs). Do not use it; tell the administrator.",
                    record=gate.named(self),
                    field=self._fields[name]._description_string(self.env),
                )
            )
