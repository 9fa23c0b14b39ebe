"""Opening whatever file was handed over, or saying precisely why not."""

import base64
import contextlib
import io
from collections.abc import Iterator
from typing import IO

from .cells import is_blank
from .csv_reader import CsvReader, sniff
from .errors import ImportFileError
from .limits import reading
from .xlsx_reader import XlsxReader

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: How the names of streams are written inside an OLE container.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SIGNATURES = {
    b"%PDF": "pdf",
    b"\x89PNG": "picture",
    b"\xff\xd8\xff": "picture",
    b"Rar!": "archive",
    b"7z\xbc\xaf": "archive",
    b"\x1f\x8b": "archive",
}


def identify(file: IO[bytes]) -> str:
    """``"xlsx"`` or ``"csv"``; raises :class:`ImportFileError` for anything else."""
    file.seek(0)
    head = file.read(4096)
    if not head.strip():
        raise ImportFileError("empty")
    if head.startswith(_ZIP):
        return "xlsx"
    if head.startswith(_OLE):
        raise ImportFileError("password" if _is_encrypted(file) else "xls")
    for signature, code in _SIGNATURES.items():
        if head.startswith(signature):
            raise ImportFileError(code)
    if head.lstrip()[:1] == b"<":
        raise ImportFileError("markup")
    if b"\x00" in head and not _is_wide_text(file, head):
        raise ImportFileError("not_spreadsheet")
    return "csv"


def _is_wide_text(file: IO[bytes], head: bytes) -> bool:
    """Whether bytes with zeros are UTF-16 text: random bytes have no line ends."""
    encoding = sniff(file)[0]
    return encoding.startswith("utf-16") and "\n" in head.decode(encoding, "replace")


def _is_encrypted(file: IO[bytes]) -> bool:
    """A protected workbook is an OLE container naming an encrypted package."""
    file.seek(0)
    previous = b""
    for block in iter(lambda: file.read(1 << 20), b""):
        if _ENCRYPTED in previous[-len(_ENCRYPTED) :] + block:
            return True
        previous = block
    return False


def stream_of(encoded: bytes | str) -> IO[bytes]:
    """The file a form sent in base64."""
    with reading():
        return io.BytesIO(base64.b64decode(encoded or b""))


@contextlib.contextmanager
def open_table(
    file: IO[bytes], encoding: str = "", delimiter: str = ""
) -> Iterator[XlsxReader | CsvReader]:
    """A reader with ``sheet_names``, ``row_hint(sheet)`` and ``rows(sheet)``."""
    kind = identify(file)
    file.seek(0)
    reader = (
        XlsxReader(file) if kind == "xlsx" else CsvReader(file, encoding, delimiter)
    )
    try:
        yield reader
    finally:
        reader.close()


def first_rows(
    reader: XlsxReader | CsvReader, sheet: str, last: int
) -> Iterator[tuple]:
    """The rows that hold something up to a line: nobody reads on for one below."""
    for line, cells in reader.rows(sheet):
        if line > last:
            return
        if not all(is_blank(cell) for cell in cells):
            yield line, cells


def filled_rows(reader: XlsxReader | CsvReader, sheet: str) -> Iterator[tuple]:
    """``(line number, cells)`` of the rows that hold something."""
    for line, cells in reader.rows(sheet):
        if not all(is_blank(cell) for cell in cells):
            yield line, cells
