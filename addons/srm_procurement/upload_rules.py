"""What a creditor may send: kinds of files, size, and bytes that match. No Odoo."""

import re
import unicodedata

#: Extension -> (media type, first bytes). Nothing a browser could run is in it.
KINDS = {
    "pdf": ("application/pdf", b"%PDF-"),
    "jpg": ("image/jpeg", b"\xff\xd8\xff"),
    "jpeg": ("image/jpeg", b"\xff\xd8\xff"),
    "png": ("image/png", b"\x89PNG\r\n\x1a\n"),
}
MAX_BYTES = 10 * 1024 * 1024
MAX_NAME = 80
#: What browsers declare when they do not know.
UNDECLARED = ("", "application/octet-stream")


class UploadRefusedError(ValueError):
    """The file cannot be taken; ``args[0]`` is ``empty``, ``size`` or ``kind``."""


def media_type(name: str, declared: str, content: bytes) -> str:
    """Media type of an acceptable file.

    The extension, the type the browser declares and the first bytes must agree.

    :param name: file name given by the sender
    :param declared: content type given by the sender
    :raise UploadRefusedError: ``empty``, ``size`` or ``kind``

    >>> media_type("facture.PDF", "application/pdf", b"%PDF-1.7 ...")
    'application/pdf'
    """
    if not content:
        raise UploadRefusedError("empty")
    if len(content) > MAX_BYTES:
        raise UploadRefusedError("size")
    _stem, dot, extension = name.rpartition(".")
    kind, start = KINDS.get(extension.lower() if dot else "", ("", b""))
    plain = (declared or "").partition(";")[0].strip().lower()
    if not kind or plain not in (kind, *UNDECLARED) or not content.startswith(start):
        raise UploadRefusedError("kind")
    return kind


def clean_name(name: str) -> str:
    """File name without folders, control characters or quotes, shortened.

    >>> clean_name("a/b/Facture n° 12.pdf"), len(clean_name("x" * 200 + ".pdf"))
    ('Facture n° 12.pdf', 80)
    """
    base = re.split(r"[\\/]", name or "")[-1]
    text = "".join(c for c in base if unicodedata.category(c)[0] != "C")
    text = re.sub(r"[\"'<>;:|?*]", "_", text).strip(" .") or "document"
    stem, dot, extension = text.rpartition(".")
    return stem[: MAX_NAME - len(extension) - 1] + dot + extension
