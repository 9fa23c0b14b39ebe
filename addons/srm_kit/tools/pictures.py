"""Pictures from outside, drawn anew: what comes out is a picture and nothing else.

A file from a phone or from the portal may hold more than the picture: where it was
taken and by which device, a program behind the last pixel, or dimensions that fill the
memory of who opens it.
"""

from __future__ import annotations

import io
import re
import warnings

from PIL import (
    Image,
    ImageOps,
    WebPImagePlugin,  # noqa: F401 - Odoo loads no other formats than the oldest
)

#: How the pictures that are drawn anew begin, by name of the format.
SIGNATURES = {
    "JPEG": re.compile(rb"\xff\xd8\xff"),
    "PNG": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "GIF": re.compile(rb"GIF8[79]a"),
    "BMP": re.compile(rb"BM.{4}\x00{4}", re.DOTALL),
    "WEBP": re.compile(rb"RIFF.{4}WEBP", re.DOTALL),
}
#: An A4 page at 600 dots an inch has 35 million.
MOST_PIXELS = 50_000_000
MOST_SIDE = 4_096
QUALITY = 88


class PictureError(ValueError):
    """Not a picture that can be opened; ``args[0]`` is ``kind`` or ``pixels``."""


def kind_of(content: bytes) -> str:
    """Name of the format, by the first bytes; empty when it is no picture.

    >>> kind_of(b"GIF89a"), kind_of(b"BMCE Bank;1"), kind_of(b"%PDF-1.7")
    ('GIF', '', '')
    """
    return next((k for k, begin in SIGNATURES.items() if begin.match(content)), "")


def check_pixels(content: bytes) -> None:
    """Refuse dimensions nobody can open, without opening.

    :raise PictureError: ``pixels``
    """
    kind = kind_of(content)
    if not kind:
        return
    try:
        with _opened(content, kind) as picture:
            width, height = picture.size
    except PictureError as error:
        if error.args[0] == "pixels":
            raise
        return  # what is no picture has no dimensions
    if width * height > MOST_PIXELS:
        raise PictureError("pixels")


def redrawn(content: bytes, side: int = MOST_SIDE) -> bytes:
    """The picture drawn anew, upright, without anything else the file held.

    A photograph stays a JPEG; what else there is becomes a PNG.

    :param side: pixels of the longer side at most
    :raise PictureError: ``kind`` or ``pixels``
    """
    kind = kind_of(content)
    if not kind:
        raise PictureError("kind")
    check_pixels(content)
    try:
        with _opened(content, kind) as picture:
            picture.draft("RGB", (side, side))  # a large JPEG is read at a fraction
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((side, side))
            return _written(upright, kind)
    except PictureError:
        raise
    except (MemoryError, Exception) as error:
        raise PictureError("kind") from error


def _opened(content: bytes, kind: str) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            return Image.open(io.BytesIO(content), formats=[kind])
    except Image.DecompressionBombError as error:
        raise PictureError("pixels") from error
    except (MemoryError, Exception) as error:
        raise PictureError("kind") from error


def _written(picture: Image.Image, kind: str) -> bytes:
    target = io.BytesIO()
    if kind == "JPEG":
        plain = Image.new("RGB", picture.size)
        plain.paste(picture.convert("RGB"))
        plain.save(target, "JPEG", quality=QUALITY, optimize=True)
    else:
        drawn = picture.convert("RGBA" if _is_clear(picture) else "RGB")
        plain = Image.new(drawn.mode, drawn.size)
        plain.paste(drawn)
        plain.save(target, "PNG", optimize=True)
    return target.getvalue()


def _is_clear(picture: Image.Image) -> bool:
    """Whether something shows through."""
    return "A" in picture.getbands() or "transparency" in picture.info
