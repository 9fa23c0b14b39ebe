"""Delimited text as a stream of rows, in constant memory."""

import codecs
import csv
import io
from collections.abc import Iterator
from typing import IO

from srm_engine.errors import RuleError
from srm_engine.tabular import sniff_csv

from .cells import Cell, clean_text
from .errors import ImportFileError
from .limits import MAX_BETWEEN, Budget, damaged, reading

#: What is looked at to recognise the encoding and the separator.
SAMPLE_SIZE = 256 * 1024
#: Encodings registers come in; Python knows others, some of which take for ever.
ENCODINGS = frozenset(
    codecs.lookup(name).name
    for name in (
        *("ascii", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"),
        *("cp1250", "cp1252", "cp1254", "cp1256", "latin-1", "iso8859-6", "iso8859-15"),
        *("cp437", "cp720", "cp850", "cp858", "cp864", "mac-roman", "mac-arabic"),
    )
)


def _codec(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        return ""


def sniff(file: IO[bytes]) -> tuple[str, str]:
    """``(encoding, delimiter)`` of a delimited file, from its beginning.

    A sample cut in the middle of a character would look badly encoded: it is cut at a
    line end.
    """
    file.seek(0)
    sample = file.read(SAMPLE_SIZE)
    if len(sample) == SAMPLE_SIZE and b"\n" in sample:
        sample = sample[: sample.rindex(b"\n") + 1]
    try:
        return sniff_csv(sample)
    except RuleError as error:
        raise ImportFileError("not_spreadsheet") from error


class _Lines:
    """Lines of a text, refused when they do not end: a row may hold several."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._since = 0
        self._line = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._text.readline(MAX_BETWEEN)
        if not line:
            raise StopIteration
        self._since += len(line)
        if self._since >= MAX_BETWEEN:
            raise damaged(f"line {self._line + 1}", "it does not end")
        return line

    def begin(self, line: int) -> None:
        """A row is read: count anew."""
        self._since, self._line = 0, line


class CsvReader:
    """One delimited file. ``encoding`` and ``delimiter`` may be forced.

    Raises :class:`ImportFileError` ``encoding`` when the bytes do not fit the encoding.
    """

    sheet_names: tuple[str, ...] = ("",)

    def __init__(
        self, file: IO[bytes], encoding: str = "", delimiter: str = ""
    ) -> None:
        self._file = file
        if not (encoding and delimiter):
            found = sniff(file)
            encoding, delimiter = encoding or found[0], delimiter or found[1]
        if _codec(encoding) not in ENCODINGS:
            raise ImportFileError("encoding", encoding=encoding)
        self.encoding, self.delimiter = encoding, delimiter

    def row_hint(self, sheet: str = "") -> int:
        """Number of line ends: the lines, but for cells holding several."""
        self._file.seek(0)
        return sum(
            block.count(b"\n") for block in iter(lambda: self._file.read(1 << 20), b"")
        )

    def rows(self, sheet: str = "") -> Iterator[tuple[int, list[Cell]]]:
        """``(line number, cells)``, the number being that of the row's first line."""
        self._file.seek(0)
        text = io.TextIOWrapper(self._file, encoding=self.encoding, newline="")
        lines, budget, line = _Lines(text), Budget(), 1
        try:
            with reading():
                reader = csv.reader(lines, delimiter=self.delimiter)
            for cells in reader:
                budget.line(line)
                budget.cells(cells)
                yield line, [clean_text(cell) or None for cell in cells]
                lines.begin(line)
                line = reader.line_num + 1
        except UnicodeDecodeError as error:
            raise ImportFileError("encoding", encoding=self.encoding) from error
        except csv.Error as error:
            raise damaged(f"line {line}", error) from error
        finally:
            text.detach()

    def close(self) -> None:
        """Nothing is held."""
