"""Write workbooks of any length in constant memory.

>>> data = write_workbook([Sheet("Debts", [Column("Amount", kind="money")], [[12]])])
>>> data[:2]
b'PK'
"""

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NAME_LENGTH = 31
ROW_LIMIT = 1_048_575
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


@dataclass(frozen=True)
class Formula:
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
    """Build a workbook into a binary stream, row after row."""
    workbook = xlsxwriter.Workbook(
        stream,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "remove_timezone": True,
        },
    )
    try:
        formats = {
            kind: workbook.add_format({"num_format": number})
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
            last = _write_sheet(worksheet, sheet, formats, header)
            if sheet.total_label:
                _write_totals(workbook, worksheet, sheet, last)
    finally:
        workbook.close()


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


def _clean(text: str) -> str:
    return _CONTROLS.sub("", str(text))


def _write_sheet(worksheet, sheet: Sheet, formats: dict, header) -> int:
    """Write headers and rows; return the index of the last row."""
    worksheet.freeze_panes(1, 0)
    for index, column in enumerate(sheet.columns):
        worksheet.set_column(index, index, column.width)
        worksheet.write_string(0, index, _clean(column.label), header)
    kinds = [column.kind for column in sheet.columns]
    number = 0
    for number, row in enumerate(sheet.rows, start=1):
        if number > ROW_LIMIT:
            raise ValueError(f"A sheet holds at most {ROW_LIMIT} rows")
        for index, (kind, value) in enumerate(zip(kinds, row, strict=True)):
            _write_cell(worksheet, (number, index), kind, value, formats[kind])
    if sheet.filters and number:
        worksheet.autofilter(0, 0, number, len(sheet.columns) - 1)
    return number


def _write_totals(workbook, worksheet, sheet: Sheet, last: int) -> None:
    """Totals as formulas, two rows below so that sorting leaves them alone."""
    row = last + 2
    bold = workbook.add_format({"bold": True, "top": 1})
    for index, column in enumerate(sheet.columns):
        style = workbook.add_format(
            {"bold": True, "top": 1, "num_format": FORMATS[column.kind]}
        )
        if column.total == "sum" and last:
            first_cell = xl_rowcol_to_cell(1, index)
            last_cell = xl_rowcol_to_cell(last, index)
            formula = f"=SUBTOTAL(109,{first_cell}:{last_cell})"
            worksheet.write_formula(row, index, formula, style)
        elif column.total and column.total != "sum":
            formula = column.total.format(row=row + 1)
            worksheet.write_formula(row, index, formula, style)
        else:
            worksheet.write_blank(row, index, None, bold)
    worksheet.write_string(row, 0, _clean(sheet.total_label), bold)


def _write_cell(worksheet, position, kind: str, value: Any, cell_format) -> None:
    if isinstance(value, Formula):
        worksheet.write_formula(*position, value.text, cell_format, value.value)
    elif value is None or value is False or value == "":
        worksheet.write_blank(*position, None, cell_format)
    elif kind in ("date", "datetime") and isinstance(value, date | datetime):
        worksheet.write_datetime(*position, value, cell_format)
    elif kind != "text" and isinstance(value, int | float | Decimal):
        worksheet.write_number(*position, value, cell_format)
    else:
        # Never as a formula: the text may come from a supplier's file.
        worksheet.write_string(*position, _clean(value), cell_format)
