"""Cells: what a file really holds, how it is kept, and how it is shown.

A cell is ``None`` (empty), ``str``, ``int``, ``float``, ``bool``, ``datetime.date``,
``datetime.datetime``, ``datetime.time`` or :class:`CellError`. The type matters: the
number cell 1.234 is one and a bit, the text "1.234" may be a thousand and more. Staged
rows therefore keep cells in a JSON form that loses nothing.
"""

import datetime
import math
from decimal import Decimal
from typing import Any

#: Digits Excel keeps and shows; beyond them a float is noise (7270.870000000001).
EXCEL_DIGITS = 15


class CellError(str):
    """An error value of a spreadsheet, such as ``#N/A``."""

    __slots__ = ()


#: How Excel shows a number that is none.
NOT_A_NUMBER = CellError("#NUM!")

Cell = None | str | int | float | bool | datetime.date | datetime.time | CellError


def clean_text(value: str) -> str:
    """Text without the characters a database refuses.

    >>> clean_text("a\\x00b"), clean_text("a\\ud800b")
    ('ab', 'a?b')
    """
    value = value.replace("\x00", "") if "\x00" in value else value
    return value if value.isascii() else value.encode("utf-8", "replace").decode()


def is_blank(cell: Cell) -> bool:
    """Whether a cell holds nothing a person would see.

    >>> is_blank("  \\u00a0"), is_blank(0), is_blank(None)
    (True, False, True)
    """
    return cell is None or (isinstance(cell, str) and not cell.strip())


def encode(cell: Cell) -> Any:
    """JSON form of a cell.

    >>> encode(datetime.date(2024, 2, 29)), encode(CellError("#N/A")), encode(1.5)
    ({'d': '2024-02-29'}, {'e': '#N/A'}, 1.5)
    >>> encode(float("inf"))
    {'e': '#NUM!'}
    """
    if isinstance(cell, float) and not math.isfinite(cell):
        cell = NOT_A_NUMBER
    if isinstance(cell, CellError):
        return {"e": str(cell)}
    if isinstance(cell, datetime.datetime):
        return {"t": cell.isoformat()}
    if isinstance(cell, datetime.date):
        return {"d": cell.isoformat()}
    if isinstance(cell, datetime.time):
        return cell.isoformat()
    return cell


def decode(value: Any) -> Cell:
    """The cell of a JSON form.

    >>> decode(encode(datetime.date(2024, 2, 29)))
    datetime.date(2024, 2, 29)
    """
    if not isinstance(value, dict):
        return value
    if "d" in value:
        return datetime.date.fromisoformat(value["d"])
    if "t" in value:
        return datetime.datetime.fromisoformat(value["t"])
    return CellError(value["e"])


def number_text(value: int | float) -> str:
    """A number as plain digits, without exponent or float noise.

    >>> number_text(7270.870000000001), number_text(120.0), number_text(1e21)
    ('7270.87', '120', '1000000000000000000000')
    """
    if isinstance(value, int):
        return str(value)
    text = f"{Decimal(f'{value:.{EXCEL_DIGITS}g}'):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def text_of(cell: Cell) -> str:
    """The text of a cell, as people read it.

    >>> text_of(datetime.date(2024, 12, 31)), text_of(3.50), text_of(None)
    ('31/12/2024', '3.5', '')
    """
    if isinstance(cell, str):
        return " ".join(cell.split())
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, datetime.datetime):
        return f"{cell:%d/%m/%Y %H:%M}"
    if isinstance(cell, datetime.date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, int | float):
        return number_text(cell)
    return cell.isoformat()
