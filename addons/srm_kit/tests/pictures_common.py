"""Pictures as phones make them, and as nobody should."""

import io
import struct
import zlib

from PIL import Image

PLACE = b"31.6295 N, 7.9811 W"
PROGRAM = b"<script>alert(document.cookie)</script>"


def photo(size=(64, 48), kind="JPEG", orientation=1, **options) -> bytes:
    """A photo that says where it was taken, with a program behind its last pixel."""
    picture = Image.new("RGB", size, (10, 120, 200))
    picture.paste((250, 10, 10), (0, 0, size[0] // 4, size[1] // 4))
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = PLACE.decode()
    exif.get_ifd(0x8825)[1] = "N"
    stream = io.BytesIO()
    picture.save(stream, kind, exif=exif, comment=PLACE, **options)
    return stream.getvalue() + PROGRAM


def endless(width=100_000, height=100_000) -> bytes:
    """A PNG of a few bytes that says it has ten thousand million pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\x00" * 100))
    return b"\x89PNG\r\n\x1a\n" + data + chunk(b"IEND", b"")
