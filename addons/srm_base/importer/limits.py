"""How much of a file is read before it is called damaged.

A file comes from outside: it may be broken, or made to break the server. Each bound is
far above what a register of a large company holds, and low enough for the memory and
the time of a server that others use.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any

from .errors import ImportFileError

#: Uncompressed size beyond which a workbook is refused (a zip bomb, or a mistake).
MAX_UNCOMPRESSED = 1024**3
#: Uncompressed size for each byte of the archive, beyond some size: sheets of text
#: and numbers shrink to a tenth, endless repetitions to a thousandth.
MAX_RATIO = 250
SMALL = 64 * 1024**2
#: The list of the parts of an archive.
MAX_DIRECTORY = 4 * 1024**2
MAX_SHEETS = 255
#: Lines of a sheet of Excel, and columns nobody fills.
MAX_LINES = 1_048_576
MAX_COLUMNS = 1_024
#: Text of a cell of Excel, of a line, of a sheet.
MAX_TEXT = 32_767
MAX_LINE_TEXT = 131_072
MAX_SHEET_TEXT = 256 * 1024**2
#: Bytes of XML between two lines of a sheet, or two of its strings.
MAX_BETWEEN = 2 * 1024**2
#: Bytes of a part that is read as a whole.
MAX_PART = 8 * 1024**2
MAX_STRINGS = 8_000_000
#: Styles a workbook may have, and characters of one.
MAX_STYLES = 65_536
MAX_FORMAT = 255


def damaged(place: str, reason: object) -> ImportFileError:
    """A file that is not what it says, with the place where that shows."""
    detail = f"{place}: {reason}" if place else str(reason)
    return ImportFileError("damaged", detail=detail[:200])


@contextmanager
def reading(place: str = "") -> Iterator[None]:
    """Whatever goes wrong inside is the file's fault."""
    try:
        yield
    except ImportFileError:
        raise
    except (MemoryError, Exception) as error:
        raise damaged(place, error or type(error).__name__) from error


class Metered:
    """A stream of XML that ends in an error when what is looked for does not come.

    The parser keeps what it has read since: without a bound, all of it.
    """

    def __init__(self, source: IO[bytes], most: int = MAX_BETWEEN) -> None:
        self._source = source
        self._most = most
        self._since = 0
        self.place = ""

    def read(self, size: int = -1) -> bytes:  # pylint: disable=method-required-super
        data = self._source.read(size)
        self._since += len(data)
        if self._since > self._most:
            raise damaged(self.place, "too much between two lines")
        return data

    def found(self, place: str) -> None:
        """What was looked for came: count anew."""
        self._since = 0
        self.place = place

    def close(self) -> None:
        self._source.close()


class Budget:
    """The lines of one reading of a sheet, each within its bounds."""

    def __init__(self) -> None:
        self._line = 0
        self._text = 0

    def line(self, number: int) -> int:
        """The number of a line: each one after the one before."""
        if not self._line < number <= MAX_LINES:
            raise damaged(f"line {self._line}", f"a line {number} follows")
        self._line = number
        return number

    def cells(self, cells: Sequence[Any]) -> None:
        """The cells of the line, not too many and not too long."""
        place = f"line {self._line}"
        if len(cells) > MAX_COLUMNS:
            raise damaged(place, f"more than {MAX_COLUMNS} columns")
        lengths = [len(cell) for cell in cells if isinstance(cell, str)]
        if lengths and max(lengths) > MAX_TEXT:
            raise damaged(place, f"a text of more than {MAX_TEXT} characters")
        text = sum(lengths)
        self._text += text
        if text > MAX_LINE_TEXT or self._text > MAX_SHEET_TEXT:
            raise damaged(place, "too much text")
