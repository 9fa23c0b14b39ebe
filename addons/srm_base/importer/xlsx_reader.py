"""XLSX sheets as a stream of rows, in constant memory.

Why a reader of our own: on a sheet of 100,000 rows by 22 columns python-calamine is
fast (1.4 s) but holds the whole sheet (200 MB, growing with the file), and openpyxl's
read-only mode streams the sheet but takes 13 s and keeps every shared string in memory.
Here rows come from an incremental parser and shared strings live in a temporary file:
5 s, and the same 40 MB whatever the size.
"""

import datetime
import math
import mmap
import re
import struct
import tempfile
import zipfile
from array import array
from collections.abc import Collection, Iterator
from functools import lru_cache
from itertools import islice
from typing import IO, Any

from lxml import etree
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

from . import limits
from .cells import NOT_A_NUMBER, Cell, CellError, clean_text, is_blank
from .errors import ImportFileError
from .limits import Budget, Metered, damaged, reading

#: Shared strings read at a time.
STRINGS_BLOCK = 10_000
#: Elements of the styles that are many; those not used only show that one goes on.
STYLE_ELEMENTS = ("numFmt", "xf", "font", "fill", "border", "dxf", "cellStyle")
SHEET_ELEMENTS = ("row", "sheetData")
CELL_KINDS = frozenset({"b", "d", "e", "inlineStr", "n", "s", "str"})
_REL_ID = re.compile(r"\{.*\}id$")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LETTERS = re.compile(r"[A-Z]{1,3}")
# Without ``huge_tree`` the parser bounds depth, attributes and entities by itself.
_XML_OPTIONS = {"resolve_entities": False, "no_network": True, "huge_tree": False}
_END_RECORD = b"PK\x05\x06"
_END_SIZE = 22
_END64 = b"PK\x06\x06"
_LOCATOR = b"PK\x06\x07"
_LOCATOR_SIZE = 20


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


def _elements(source: Metered, names: Collection[str], what: str) -> Iterator[Any]:
    """Elements of some names, each freed once used, its elder siblings too."""
    tags = [f"{{*}}{name}" for name in names]
    for number, (_event, element) in enumerate(
        etree.iterparse(source, events=("end",), tag=tags, **_XML_OPTIONS), 1
    ):
        source.found(f"{what} {number}")
        yield element
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def _name(element: Any) -> str:
    return element.tag.rpartition("}")[2]


class SharedStrings:
    """The strings of a workbook, in a temporary file: 8 bytes each in memory.

    They are read as far as they are asked for: a preview needs the first ones only.
    """

    def __init__(self, source: IO[bytes] | None) -> None:
        self._file = tempfile.TemporaryFile()
        self._ends = array("Q", [0])
        self._source = source
        self._items = (
            _elements(Metered(source), ["si"], "shared string")
            if source is not None
            else iter(())
        )
        self._map: mmap.mmap | bytes = b""

    def __getitem__(self, index: int) -> str:
        if index + 1 >= len(self._ends):
            self._read_up_to(index)
        return self._map[self._ends[index] : self._ends[index + 1]].decode()

    def _read_up_to(self, index: int) -> None:
        """Spool the strings up to one, and some more at the same price."""
        missing = min(index, limits.MAX_STRINGS) + 2 - len(self._ends)
        position = self._ends[-1]
        for element in islice(self._items, max(missing, STRINGS_BLOCK)):
            text = _rich_text(element)
            if len(text) > limits.MAX_TEXT:
                raise damaged(f"shared string {len(self._ends)}", "too long a text")
            data = text.encode()
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


@lru_cache(maxsize=4096)
def _column_index(letters: str) -> int:
    """Column of the letters of a cell's reference, from 0; below 0 for none.

    >>> _column_index("A"), _column_index("AB"), _column_index("ZZZZ")
    (0, 27, -1)
    """
    if not _LETTERS.fullmatch(letters):
        return -1
    index = 0
    for char in letters:
        index = index * 26 + ord(char) - 64
    return index - 1


def _directory_size(file: IO[bytes]) -> int:
    """Bytes of the list of parts that an archive announces.

    Python reads all of it at once, and keeps an object for each part.
    """
    size = file.seek(0, 2)
    file.seek(max(size - _END_SIZE - 65_536, 0))
    tail = file.read()
    end = tail.rfind(_END_RECORD)
    if end < 0 or len(tail) - end < _END_SIZE:
        raise damaged("", "the archive has no end")
    (announced,) = struct.unpack_from("<I", tail, end + 12)
    locator = tail[max(end - _LOCATOR_SIZE, 0) : end]
    if locator.startswith(_LOCATOR):  # a large archive has a second, larger end
        (offset,) = struct.unpack_from("<Q", locator, 8)
        file.seek(offset if offset <= size else 0)
        record = file.read(56)
        if record.startswith(_END64) and len(record) == 56:
            (announced,) = struct.unpack_from("<Q", record, 40)
    return announced


class XlsxReader:
    """One workbook; :meth:`rows` streams one of its sheets.

    ``sheet_names`` lists the visible sheets, hidden ones after them.
    Raises :class:`ImportFileError` ``not_spreadsheet``, ``too_large``,
    ``damaged``, ``unknown_sheet``.
    """

    def __init__(self, file: IO[bytes]) -> None:
        with reading():
            if _directory_size(file) > limits.MAX_DIRECTORY:
                raise damaged("", "too many parts")
            self._archive = zipfile.ZipFile(file)
            self._parts = _parts(self._archive)
            self._check_content()
            self._read_workbook()
            self._date_styles = self._read_date_styles()
        self._strings: SharedStrings | None = None

    def _check_content(self) -> None:
        if "xl/workbook.xml" not in self._parts:
            raise ImportFileError(_other_zip(self._parts.keys()))
        opened = sum(info.file_size for info in self._archive.infolist())
        packed = sum(info.compress_size for info in self._archive.infolist())
        bomb = opened > limits.SMALL and opened > limits.MAX_RATIO * packed
        if bomb or opened > limits.MAX_UNCOMPRESSED:
            raise ImportFileError("too_large")

    def _open(self, path: str) -> IO[bytes]:
        """A part, by its name: case does not tell parts apart."""
        info = self._parts[path.casefold()]
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise damaged(path, "packed in a way workbooks are not")
        return self._archive.open(info)

    def _small_part(self, path: str) -> Any:
        """The root of a part that is small in every workbook."""
        with self._open(path) as source:
            metered = Metered(source, limits.MAX_PART)
            metered.place = path
            return etree.parse(metered, etree.XMLParser(**_XML_OPTIONS)).getroot()

    def _read_workbook(self) -> None:
        targets = {
            rel.get("Id"): (rel.get("Target") or "").replace("\\", "/").lstrip("/")
            for rel in self._small_part("xl/_rels/workbook.xml.rels").iterfind("{*}*")
        }
        root = self._small_part("xl/workbook.xml")
        properties = root.find("{*}workbookPr")
        mac = properties is not None and properties.get("date1904") in ("1", "true")
        self._epoch = MAC_EPOCH if mac else WINDOWS_EPOCH
        sheets = sorted(
            root.iterfind("{*}sheets/{*}sheet"),
            key=lambda sheet: sheet.get("state", "visible") != "visible",
        )
        if len(sheets) > limits.MAX_SHEETS:
            raise damaged("xl/workbook.xml", "too many sheets")
        self._paths = {}
        for sheet in sheets:
            rel = [v for k, v in sheet.attrib.items() if _REL_ID.match(k)]
            path = targets[rel[0]]
            self._paths[sheet.attrib["name"][: limits.MAX_FORMAT]] = (
                path if path.casefold().startswith("xl/") else f"xl/{path}"
            )
        self.sheet_names = [n for n, p in self._paths.items() if "worksheets/" in p]

    def _read_date_styles(self) -> frozenset[int]:
        """Numbers of the styles that show a number as a date."""
        if "xl/styles.xml" not in self._parts:
            return frozenset()
        formats = dict(BUILTIN_FORMATS)
        shown: list[int] = []
        with self._open("xl/styles.xml") as source:
            for item in _elements(Metered(source), STYLE_ELEMENTS, "style"):
                if _name(item) == "numFmt":
                    code = item.get("formatCode", "General")[: limits.MAX_FORMAT]
                    formats[int(item.get("numFmtId"))] = code
                elif _name(item) == "xf" and _name(item.getparent()) == "cellXfs":
                    shown.append(int(item.get("numFmtId", 0)))
                if len(shown) + len(formats) > limits.MAX_STYLES:
                    raise damaged("xl/styles.xml", "too many styles")
        return frozenset(
            index
            for index, number in enumerate(shown)
            if is_date_format(formats.get(number, "General"))
        )

    def row_hint(self, sheet: str) -> int:
        """Last line according to the sheet's own header, 0 when it does not say."""
        with reading(sheet), self._open(self._path(sheet)) as source:
            head = source.read(4096)
        match = re.search(rb"<(?:\w+:)?dimension ref=\"[A-Z]+\d+:[A-Z]+(\d+)\"", head)
        return min(int(match[1]), limits.MAX_LINES) if match else 0

    def _path(self, sheet: str) -> str:
        if sheet not in self._paths:
            raise ImportFileError("unknown_sheet", sheet=sheet)
        return self._paths[sheet]

    def rows(self, sheet: str) -> Iterator[tuple[int, list[Cell]]]:
        """``(line number, cells)`` of each row the sheet holds, in order."""
        path = self._path(sheet)
        with reading(sheet):
            strings = self._load_strings()
            budget, line = Budget(), 0
            with self._open(path) as source:
                for element in _elements(Metered(source), SHEET_ELEMENTS, "line"):
                    if _name(element) == "sheetData":
                        return  # what follows the lines is of no use here
                    line = budget.line(_line_number(element, line))
                    cells = self._row_cells(element, strings, line)
                    budget.cells(cells)
                    yield line, cells

    def _load_strings(self) -> SharedStrings:
        if self._strings is None:
            known = "xl/sharedstrings.xml" in self._parts
            source = self._open("xl/sharedStrings.xml") if known else None
            self._strings = SharedStrings(source)
        return self._strings

    def _row_cells(self, element: Any, strings: SharedStrings, line: int) -> list[Cell]:
        """The cells of a row, each where its reference says, whatever their order."""
        cells: list[Cell] = []
        for node in element:
            column = _column_of(node, len(cells), line)
            cell = self._cell_or_error(node, strings, line)
            if column >= limits.MAX_COLUMNS:
                if is_blank(cell):
                    continue
                raise damaged(_place(node, line), "beyond the columns of a register")
            if column >= len(cells):
                cells.extend([None] * (column + 1 - len(cells)))
            elif cells[column] is not None:
                raise damaged(_place(node, line), "the same cell twice")
            cells[column] = cell
        return cells

    def _cell_or_error(self, node: Any, strings: SharedStrings, line: int) -> Cell:
        """A cell that is not what it says is an error in its place, not of the file."""
        if node.get("t", "n") not in CELL_KINDS:
            raise damaged(_place(node, line), f"a cell of type {node.get('t')}")
        try:
            return self._cell(node, strings)
        except ImportFileError:
            raise
        except IndexError as error:
            raise damaged(_place(node, line), "no such text") from error
        except (ValueError, OverflowError):
            return CellError("#VALUE!")

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
            if not text.isdecimal():
                raise ValueError(text)
            return strings[int(text)]
        if kind == "n":
            return self._number(text, node.get("s"))
        return _special_cell(kind, text)

    def _number(self, text: str, style: str | None) -> Cell:
        if "_" in text:  # Python reads 1_000, Excel does not write it
            raise ValueError(text)
        try:
            value: int | float = int(text)
        except ValueError:
            value = float(text)
        if isinstance(value, float) and not math.isfinite(value):
            return NOT_A_NUMBER
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


def _parts(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The parts of an archive by their names, as every program compares them."""
    return {
        info.filename.replace("\\", "/").lstrip("/").casefold(): info
        for info in archive.infolist()
    }


def _line_number(element: Any, before: int) -> int:
    number = element.get("r")
    if number is None:
        return before + 1
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise damaged(f"line {before}", f"a line {number[:20]!r} follows")
    return int(number)


def _column_of(node: Any, following: int, line: int) -> int:
    """Column of a cell: that of its reference, else the one after the last."""
    reference = node.get("r")
    if reference is None:
        return following
    letters = reference.rstrip("0123456789")
    column = _column_index(letters) if len(letters) < len(reference) < 12 else -1
    if column < 0:
        raise damaged(f"line {line}", f"a cell {reference[:20]!r}")
    return column


def _place(node: Any, line: int) -> str:
    return f"cell {node.get('r')}" if node.get("r") else f"line {line}"


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


def _other_zip(names: Collection[str]) -> str:
    """Why a zip archive is not a workbook we read."""
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "content.xml" in names:
        return "ods"
    return "not_spreadsheet"
