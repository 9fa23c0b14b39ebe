import base64
from mimetypes import guess_type

from odoo import models
from odoo.exceptions import UserError

from ...guard.book import of_suite
from ...tools.pictures import PictureError, check_pixels, kind_of, redrawn


class IrAttachment(models.Model):
    """Pictures given by people: drawn anew, so that a picture is all they are.

    A file in a field of a document (a scan of a signed paper) stays as it was given,
    byte by byte: its digest is kept, and Odoo does not make it smaller.
    """

    _inherit = "ir.attachment"

    def _postprocess_contents(self, values):
        """Odoo keeps what this changes in ``values`` itself."""
        content = self._given_content(values)
        if not kind_of(content):
            if self._is_given(values) and self._says_picture(values):
                raise UserError(self._picture_text("kind"))
            return super()._postprocess_contents(values)
        values["mimetype"] = self._compute_mimetype(values)
        try:
            check_pixels(content)
            if self._is_given(values):
                return self._redraw(values, content)
        except PictureError as error:
            raise UserError(self._picture_text(error.args[0])) from error
        if self._of_suite(values) and self._place(values, "res_field"):
            return values
        return super()._postprocess_contents(values)

    def _given_content(self, values: dict) -> bytes:
        content = values.get("raw") or b""
        if not content and values.get("datas"):
            content = base64.b64decode(values["datas"])
        return content if isinstance(content, bytes) else content.encode()

    def _says_picture(self, values: dict) -> bool:
        """By its name, else by its type, which Odoo guesses from two letters."""
        guessed = guess_type(values.get("name") or "")[0]
        return (guessed or values.get("mimetype") or "").startswith("image/")

    def _redraw(self, values: dict, content: bytes) -> dict:
        picture = redrawn(content)
        values.pop("datas", None)
        kind = kind_of(picture).lower()
        values.update(raw=picture, mimetype=f"image/{kind}")
        if values.get("name"):
            stem, _dot, _extension = values["name"].rpartition(".")
            extension = "jpg" if kind == "jpeg" else kind
            values["name"] = f"{stem or values['name']}.{extension}"
        return values

    def _is_given(self, values: dict) -> bool:
        """Of somebody from outside; or of the staff, beside a document of the suite."""
        if self._place(values, "res_field"):
            return False
        outside = self.env.user.share
        return outside or (not self.env.su and self._of_suite(values))

    def _of_suite(self, values: dict) -> bool:
        model = self._place(values, "res_model")
        return model in self.env and of_suite(self.env[model]._original_module)

    def _place(self, values: dict, name: str):
        # sudo: where the file is, not what it says.
        return values.get(name) or self[:1].sudo()[name]

    def _picture_text(self, code: str) -> str:
        texts = {
            "kind": self.env._(
                "This picture cannot be opened. Take it again, or send it as JPEG or "
                "PNG."
            ),
            "pixels": self.env._(
                "This picture has too many pixels. Make it smaller, then send it again."
            ),
        }
        return texts[code]
