"""XLSX sheets as a stream of rows, in constant memory.

Why a reader of our own: on a sheet of 100,000 rows by 22 columns python-calamine is
fast (1.4 s) but holds the whole sheet (200 MB, growing with the file), and openpyxl's
read-only mode streams the sheet but takes 13 s and keeps every shared string in memory.
Here rows come from an incremental parser and shared strings live in a temporary file:
5 s, and the same 40 MB whatever the size.
"""

import datetime
import mmap
import re
import tempfile
import zipfile
from array import array
from collections.abc import Iterator
from itertools import islice
from typing import IO, Any

from lxml import etree
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

from .cells import Cell, CellError, clean_text
from .errors import ImportFileError

#: Uncompressed size beyond which a workbook is refused (a zip bomb, or a mistake).
MAX_UNCOMPRESSED = 4 * 1024**3
#: Shared strings read at a time.
STRINGS_BLOCK = 10_000
_REL_ID = re.compile(r"\{.*\}id$")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_XML_OPTIONS = {"resolve_entities": False, "no_network": True, "huge_tree": True}


def _unescape(text: str) -> str:
    """Characters that XML cannot carry, as Excel writes them (``_x000D_``)."""
    if "_x" in text:
        text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return clean_text(text)


def _rich_text(element: Any) -> str:
    """The text of a string item, runs joined, phonetic hints left out."""
    parts = []
    for child in element:
        tag = child.tag.rpartition("}")[2]
        if tag == "t":
            parts.append(child.text or "")
        elif tag == "r":
            parts.extend(node.text or "" for node in child.iterfind("{*}t"))
    return _unescape("".join(parts))


def _elements(source: IO[bytes], name: str) -> Iterator[Any]:
    """Elements of one name, each freed once used, its elder siblings too."""
    for _event, element in etree.iterparse(
        source, events=("end",), tag=f"{{*}}{name}", **_XML_OPTIONS
    ):
        yield element
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


class SharedStrings:
    """The strings of a workbook, in a temporary file: 8 bytes each in memory.

    They are read as far as they are asked for: a preview needs the first ones only.
    """

    def __init__(self, source: IO[bytes] | None) -> None:
        self._file = tempfile.TemporaryFile()
        self._ends = array("Q", [0])
        self._source = source
        self._items = _elements(source, "si") if source is not None else iter(())
        self._map: mmap.mmap | bytes = b""

    def __getitem__(self, index: int) -> str:
        if index + 1 >= len(self._ends):
            self._read_up_to(index)
        return self._map[self._ends[index] : self._ends[index + 1]].decode()

    def _read_up_to(self, index: int) -> None:
        """Spool the strings up to one, and some more at the same price."""
        missing = index + 2 - len(self._ends)
        position = self._ends[-1]
        for element in islice(self._items, max(missing, STRINGS_BLOCK)):
            data = _rich_text(element).encode()
            self._file.write(data)
            position += len(data)
            self._ends.append(position)
        self._file.flush()
        self._unmap()
        if position:
            self._map = mmap.mmap(self._file.fileno(), position)

    def _unmap(self) -> None:
        if isinstance(self._map, mmap.mmap):
            self._map.close()

    def close(self) -> None:
        self._unmap()
        self._file.close()
        if self._source is not None:
            self._source.close()


def _column_index(reference: str) -> int:
    """Column of a cell reference, from 0.

    >>> _column_index("A1"), _column_index("AB12")
    (0, 27)
    """
    index = 0
    for char in reference:
        if not "A" <= char <= "Z":
            break
        index = index * 26 + ord(char) - 64
    return index - 1


class XlsxReader:
    """One workbook; :meth:`rows` streams one of its sheets.

    ``sheet_names`` lists the visible sheets, hidden ones after them.
    Raises :class:`ImportFileError` ``not_spreadsheet``, ``too_large``,
    ``damaged``, ``unknown_sheet``.
    """

    def __init__(self, file: IO[bytes]) -> None:
        try:
            self._archive = zipfile.ZipFile(file)
            self._check_content()
            self._read_workbook()
            self._date_styles = self._read_date_styles()
        except (zipfile.BadZipFile, etree.XMLSyntaxError, KeyError) as error:
            raise ImportFileError("damaged", detail=str(error)) from error
        self._strings: SharedStrings | None = None

    def _check_content(self) -> None:
        names = set(self._archive.namelist())
        if "xl/workbook.xml" not in names:
            raise ImportFileError(_other_zip(names))
        if sum(info.file_size for info in self._archive.infolist()) > MAX_UNCOMPRESSED:
            raise ImportFileError("too_large")

    def _parse(self, path: str) -> Any:
        with self._archive.open(path) as source:
            return etree.parse(source, etree.XMLParser(**_XML_OPTIONS)).getroot()

    def _read_workbook(self) -> None:
        targets = {
            rel.get("Id"): rel.get("Target").lstrip("/")
            for rel in self._parse("xl/_rels/workbook.xml.rels")
        }
        root = self._parse("xl/workbook.xml")
        properties = root.find("{*}workbookPr")
        mac = properties is not None and properties.get("date1904") in ("1", "true")
        self._epoch = MAC_EPOCH if mac else WINDOWS_EPOCH
        sheets = sorted(
            root.iterfind("{*}sheets/{*}sheet"),
            key=lambda sheet: sheet.get("state", "visible") != "visible",
        )
        self._paths = {}
        for sheet in sheets:
            rel = next(v for k, v in sheet.attrib.items() if _REL_ID.match(k))
            path = targets[rel]
            self._paths[sheet.get("name")] = (
                path if path.startswith("xl/") else f"xl/{path}"
            )
        self.sheet_names = [n for n, p in self._paths.items() if "worksheets/" in p]

    def _read_date_styles(self) -> frozenset[int]:
        if "xl/styles.xml" not in self._archive.namelist():
            return frozenset()
        root = self._parse("xl/styles.xml")
        formats = dict(BUILTIN_FORMATS)
        for item in root.iterfind("{*}numFmts/{*}numFmt"):
            formats[int(item.get("numFmtId"))] = item.get("formatCode")
        return frozenset(
            index
            for index, style in enumerate(root.iterfind("{*}cellXfs/{*}xf"))
            if is_date_format(formats.get(int(style.get("numFmtId", 0)), "General"))
        )

    def row_hint(self, sheet: str) -> int:
        """Last line according to the sheet's own header, 0 when it does not say."""
        with self._archive.open(self._path(sheet)) as source:
            head = source.read(4096)
        match = re.search(rb"<(?:\w+:)?dimension ref=\"[A-Z]+\d+:[A-Z]+(\d+)\"", head)
        return int(match[1]) if match else 0

    def _path(self, sheet: str) -> str:
        if sheet not in self._paths:
            raise ImportFileError("unknown_sheet", sheet=sheet)
        return self._paths[sheet]

    def rows(self, sheet: str) -> Iterator[tuple[int, list[Cell]]]:
        """``(line number, cells)`` of each row the sheet holds, in order."""
        strings = self._load_strings()
        line = 0
        try:
            with self._archive.open(self._path(sheet)) as source:
                for element in _elements(source, "row"):
                    line = int(element.get("r") or line + 1)
                    yield line, self._row_cells(element, strings)
        except (etree.XMLSyntaxError, zipfile.BadZipFile, IndexError) as error:
            raise ImportFileError("damaged", detail=str(error)) from error

    def _load_strings(self) -> SharedStrings:
        if self._strings is None:
            path = "xl/sharedStrings.xml"
            known = path in self._archive.namelist()
            source = self._archive.open(path) if known else None
            self._strings = SharedStrings(source)
        return self._strings

    def _row_cells(self, element: Any, strings: SharedStrings) -> list[Cell]:
        cells: list[Cell] = []
        for node in element:
            reference = node.get("r")
            column = _column_index(reference) if reference else len(cells)
            if column > len(cells):
                cells.extend([None] * (column - len(cells)))
            cells.append(self._cell(node, strings))
        return cells

    def _cell(self, node: Any, strings: SharedStrings) -> Cell:
        kind = node.get("t", "n")
        text = inline = None
        for child in node:
            if child.tag.endswith("}v"):
                text = child.text
            elif child.tag.endswith("}is"):
                inline = child
        if kind == "inlineStr":
            return None if inline is None else _rich_text(inline)
        if text is None:
            return None
        if kind == "s":
            return strings[int(text)]
        if kind == "n":
            return self._number(text, node.get("s"))
        return _special_cell(kind, text)

    def _number(self, text: str, style: str | None) -> Cell:
        try:
            value: int | float = int(text)
        except ValueError:
            value = float(text)
        if style is not None and int(style) in self._date_styles:
            return self._date(value)
        return value

    def _date(self, serial: int | float) -> Cell:
        try:
            value = from_excel(serial, self._epoch)
        except (OverflowError, ValueError):
            return CellError("#VALUE!")
        return _plain_date(value)

    def close(self) -> None:
        if self._strings is not None:
            self._strings.close()
        self._archive.close()


def _plain_date(value: Any) -> Cell:
    """A date without its midnight."""
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date()
    if isinstance(value, datetime.timedelta):
        return str(value)
    return value


def _special_cell(kind: str, text: str) -> Cell:
    if kind == "e":
        return CellError(text)
    if kind == "b":
        return text == "1"
    if kind == "d":
        return _plain_date(datetime.datetime.fromisoformat(text.removesuffix("Z")))
    return _unescape(text)


def _other_zip(names: set[str]) -> str:
    """Why a zip archive is not a workbook we read."""
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "content.xml" in names:
        return "ods"
    return "not_spreadsheet"
