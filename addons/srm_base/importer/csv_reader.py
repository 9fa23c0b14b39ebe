"""Delimited text as a stream of rows, in constant memory."""

import csv
import io
from collections.abc import Iterator
from typing import IO

from srm_engine.errors import RuleError
from srm_engine.tabular import sniff_csv

from .cells import Cell, clean_text
from .errors import ImportFileError

#: What is looked at to recognise the encoding and the separator.
SAMPLE_SIZE = 256 * 1024


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
        try:
            reader = csv.reader(text, delimiter=self.delimiter)
            line = 1
            for cells in reader:
                yield line, [clean_text(cell) or None for cell in cells]
                line = reader.line_num + 1
        except UnicodeDecodeError as error:
            raise ImportFileError("encoding", encoding=self.encoding) from error
        except csv.Error as error:
            raise ImportFileError("damaged", detail=str(error)) from error
        finally:
            text.detach()

    def close(self) -> None:
        """Nothing is held."""
