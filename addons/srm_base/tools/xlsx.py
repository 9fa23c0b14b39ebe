"""Write workbooks of any length in constant memory.

>>> data = write_workbook([Sheet("Debts", [Column("Amount", kind="money")], [[12]])])
>>> data[:2]
b'PK'
"""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from html import escape
from typing import Any, NamedTuple

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NAME_LENGTH = 31
ROW_LIMIT = 1_048_575
TEXT_LIMIT = 32_767
DEFAULT_WIDTH = 18
FORMATS = {
    "text": "@",
    "integer": "#,##0",
    "decimal": "#,##0.00",
    "money": "#,##0.00",
    "percent": "0.0",
    "date": "dd/mm/yyyy",
    "datetime": "dd/mm/yyyy hh:mm",
}
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
# Characters that XML 1.0 cannot hold: a workbook with one of them does not open.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# What a spreadsheet would read as the code of a character.
_ESCAPES = re.compile(r"(_x[0-9a-fA-F]{4}_)")
_DIMENSION = re.compile(r"<dimension [^>]*/>")
_STYLE = re.compile(r'<c r="([A-Z]+[23])" s="(\d+)"')
_ORIGIN = date(1899, 12, 30).toordinal()


@dataclass(frozen=True)
class Column:
    """One column.

    :param label: header, in the language of the reader
    :param width: in characters
    :param kind: a key of :data:`FORMATS`; percents are given in points (``97.9``)
    :param total: what the row of totals shows: ``sum`` (of the rows the reader's
        filter leaves), or a formula where ``{row}`` is the number of that row
    """

    label: str
    width: int = DEFAULT_WIDTH
    kind: str = "text"
    total: str = ""


class Formula(NamedTuple):
    """A cell computed by the spreadsheet; ``value`` is what it shows until then.

    :param text: the formula in English, with its equal sign
    """

    text: str
    value: int | float | Decimal = 0


@dataclass(frozen=True)
class Sheet:
    """One sheet: headers on the first row, frozen, then the rows as they come.

    :param total_label: ends the sheet with a row of totals under this label
    :param filters: lets the reader filter the rows by their headers
    """

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]] = field(default_factory=list)
    total_label: str = ""
    filters: bool = False


@dataclass(frozen=True)
class Report:
    """What a method ``_xlsx_report_<name>`` returns.

    :param filename: without extension
    """

    filename: str
    sheets: Sequence[Sheet]


def is_right_to_left(lang: str | None) -> bool:
    """Whether sheets in this language code start on the right.

    >>> is_right_to_left("ar_001"), is_right_to_left("fr_FR"), is_right_to_left(None)
    (True, False, False)
    """
    return (lang or "").partition("_")[0] in {"ar", "fa", "he", "ur"}


def write_workbook(sheets: Iterable[Sheet], lang: str | None = None) -> bytes:
    """Build a workbook and return its bytes.

    :param lang: language code of the reader: Arabic sheets read from the right
    """
    stream = io.BytesIO()
    write_workbook_to(stream, sheets, lang)
    return stream.getvalue()


def write_workbook_to(stream, sheets: Iterable[Sheet], lang: str | None = None) -> None:
    """Build a workbook into a binary stream, row after row.

    xlsxwriter makes the workbook without its rows (styles, widths, headers); the rows
    are then streamed into it, several times faster than cell by cell through its API.
    """
    sheets = list(sheets)
    with (
        zipfile.ZipFile(_skeleton(sheets, lang)) as skeleton,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as target,
    ):
        rows = {
            f"xl/worksheets/sheet{number}.xml": sheet
            for number, sheet in enumerate(sheets, start=1)
            if sheet.columns
        }
        for entry in skeleton.namelist():
            content = skeleton.read(entry)
            if entry not in rows:
                target.writestr(entry, content)
                continue
            with target.open(entry, "w", force_zip64=True) as member:
                _write_rows(member, content.decode(), rows[entry])


def _skeleton(sheets: Sequence[Sheet], lang: str | None) -> io.BytesIO:
    """The workbook with the header of each sheet and two rows of empty, styled cells.

    The second row has the styles of the rows, the third those of the totals.
    """
    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream, {"in_memory": True})
    formats = {
        kind: workbook.add_format({"num_format": number})
        for kind, number in FORMATS.items()
    }
    totals = {
        kind: workbook.add_format({"num_format": number, "bold": True, "top": 1})
        for kind, number in FORMATS.items()
    }
    header = workbook.add_format(
        {"bold": True, "bg_color": "#DCE6F1", "bottom": 1, "text_wrap": True}
    )
    used: set[str] = set()
    for sheet in sheets:
        worksheet = workbook.add_worksheet(sheet_name(sheet.name, used))
        if is_right_to_left(lang):
            worksheet.right_to_left()
        worksheet.freeze_panes(1, 0)
        for index, column in enumerate(sheet.columns):
            worksheet.set_column(index, index, column.width)
            worksheet.write_string(0, index, _clean(column.label), header)
            worksheet.write_blank(1, index, None, formats[column.kind])
            worksheet.write_blank(2, index, None, totals[column.kind])
    workbook.close()
    stream.seek(0)
    return stream


def sheet_name(label: str, used: set[str]) -> str:
    """A name Excel accepts (31 characters, none forbidden) and not used before.

    >>> used = set()
    >>> sheet_name("By province/year", used), sheet_name("By province/year", used)
    ('By province year', 'By province year 2')
    """
    base = _FORBIDDEN.sub(" ", _clean(label)).strip() or "Sheet"
    name, number = base[:NAME_LENGTH], 1
    while name.casefold() in used:
        number += 1
        suffix = f" {number}"
        name = base[: NAME_LENGTH - len(suffix)] + suffix
    used.add(name.casefold())
    return name


def _clean(text: Any) -> str:
    text = str(text)
    return text if text.isprintable() else _CONTROLS.sub("", text)


def _write_rows(member, skeleton: str, sheet: Sheet) -> None:
    """Write a sheet: the skeleton, its empty styled rows replaced by the rows."""
    skeleton = _DIMENSION.sub("", skeleton)  # optional, and no longer true
    before, _models, rest = skeleton.partition('<row r="2"')
    styles = dict(_STYLE.findall(rest))
    cells = [
        (letter, column.kind, styles[f"{letter}2"])
        for letter, column in zip(_letters(sheet), sheet.columns, strict=True)
    ]
    member.write(before.encode())
    count = 0
    for count, row in enumerate(sheet.rows, start=1):
        if count > ROW_LIMIT:
            raise ValueError(f"A sheet holds at most {ROW_LIMIT} rows")
        member.write(_row(count + 1, cells, row).encode())
    if sheet.total_label:
        member.write(_totals(sheet, count, styles).encode())
    after = rest.rpartition("</sheetData>")[2]
    member.write(f"</sheetData>{_filter(sheet, count)}{after}".encode())


def _letters(sheet: Sheet) -> list[str]:
    return [xl_col_to_name(index) for index in range(len(sheet.columns))]


def _filter(sheet: Sheet, count: int) -> str:
    if not sheet.filters or not count:
        return ""
    return f'<autoFilter ref="A1:{_letters(sheet)[-1]}{count + 1}"/>'


def _totals(sheet: Sheet, count: int, styles: dict[str, str]) -> str:
    """Totals as formulas, two rows below so that sorting leaves them alone."""
    number = count + 3
    parts = [f'<row r="{number}">']
    for letter, column in zip(_letters(sheet), sheet.columns, strict=True):
        opening = f'<c r="{letter}{number}" s="{styles[f"{letter}3"]}"'
        if letter == "A":
            parts.append(f"{opening}{_cell('text', sheet.total_label)}</c>")
        elif column.total == "sum" and count:
            formula = Formula(f"=SUBTOTAL(109,{letter}2:{letter}{count + 1})")
            parts.append(f"{opening}{_cell(column.kind, formula)}</c>")
        elif column.total and column.total != "sum":
            formula = Formula(column.total.format(row=number))
            parts.append(f"{opening}{_cell(column.kind, formula)}</c>")
        else:
            parts.append(f"{opening}/>")
    parts.append("</row>")
    return "".join(parts)


def _row(number: int, cells: Sequence[tuple[str, str, str]], row: Sequence[Any]) -> str:
    parts = [f'<row r="{number}">']
    for (letter, kind, style), value in zip(cells, row, strict=True):
        if value is None or value is False or value == "":
            continue
        kind_and_body = _cell(kind, value)
        parts.append(f'<c r="{letter}{number}" s="{style}"{kind_and_body}</c>')
    parts.append("</row>")
    return "".join(parts)


def _cell(kind: str, value: Any) -> str:
    """The end of a cell's opening tag, and its content.

    >>> _cell("money", Decimal("1.50")), _cell("text", "a<b")
    ('><v>1.50</v>', ' t="inlineStr"><is><t xml:space="preserve">a&lt;b</t></is>')
    """
    if isinstance(value, Formula):
        text = escape(value.text.removeprefix("="), quote=False)
        return f"><f>{text}</f><v>{_number(value.value)}</v>"
    if kind in ("date", "datetime") and isinstance(value, date):
        return f"><v>{_serial(value)}</v>"
    if kind != "text" and isinstance(value, int | float | Decimal):
        return f"><v>{_number(value)}</v>"
    # Never as a formula: the text may come from a supplier's file.
    text = _clean(value)[:TEXT_LIMIT]
    if "_x" in text:
        text = _ESCAPES.sub(r"_x005F\1", text)
    text = escape(text, quote=False)
    return f' t="inlineStr"><is><t xml:space="preserve">{text}</t></is>'


def _number(value: int | float | Decimal) -> str:
    """A number as the format writes it: a point, no sign of grouping.

    >>> _number(True), _number(0.1 + 0.2), _number(Decimal("1E+3"))
    ('1', '0.3', '1000')
    """
    if isinstance(value, float):
        return f"{value:.15g}"
    return f"{value:f}" if isinstance(value, Decimal) else str(int(value))


def _serial(day: date) -> str:
    """Days since the origin of spreadsheets; time zones are dropped.

    >>> _serial(date(2026, 1, 1)), _serial(datetime(2026, 1, 1, 12))
    ('46023', '46023.5')
    """
    if not isinstance(day, datetime):
        return str(day.toordinal() - _ORIGIN)
    seconds = day.hour * 3600 + day.minute * 60 + day.second
    return f"{day.toordinal() - _ORIGIN + seconds / 86400:.15g}"
