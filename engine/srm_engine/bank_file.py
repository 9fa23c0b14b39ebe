"""Transfer files of the banks: columns described by data, text made here.

A bank gives a description of its file (fixed widths, or values between separators);
it is entered as :class:`Layout` and never becomes code. Amounts are dirhams.

>>> line = Record(LINE, (
...     Column("Reference", "reference", 8),
...     Column("Amount", "amount", 10, RIGHT, "0", "centimes"),
... ))
>>> batch = Batch({}, ({"reference": "P-1", "amount": Decimal("12.5")},))
>>> render(Layout(FIXED, (line,), line_end="\\n"), batch).text
'P-1     0000001250\\n'
"""

import datetime
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NoReturn

from .errors import RuleError
from .money import HUNDRED, round_centime, total

FIXED, DELIMITED = "fixed", "delimited"
HEADER, LINE, TRAILER = "header", "line", "trailer"
LEFT, RIGHT = "left", "right"
#: Tokens of a date pattern, longest first, and what they become.
DATE_TOKENS = (("YYYY", "%Y"), ("YY", "%y"), ("MM", "%m"), ("DD", "%d"))
#: Patterns of an amount of dirhams.
CENTIMES, POINT, COMMA = "centimes", "0.00", "0,00"
RIB_MODULUS = 10**16

Value = str | int | Decimal | datetime.date | None


@dataclass(frozen=True)
class Column:
    """One value of a record.

    ``source`` names the value; ``constant`` is written instead when it is empty.
    ``width`` is the exact width in a fixed file, the greatest one (0: any) otherwise.
    A text too long is cut when ``cut``; a number never is.
    """

    name: str
    source: str = ""
    width: int = 0
    align: str = LEFT
    pad: str = " "
    pattern: str = ""
    constant: str = ""
    required: bool = False
    cut: bool = True


@dataclass(frozen=True)
class Record:
    """A kind of line: header, one per transfer, or trailer."""

    kind: str
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Layout:
    """How a bank wants its file."""

    kind: str
    records: tuple[Record, ...]
    encoding: str = "ascii"
    line_end: str = "\r\n"
    delimiter: str = ";"
    quote: str = ""
    plain: bool = True


@dataclass(frozen=True)
class Batch:
    """Values of the order, and of each transfer, by the name of their source."""

    order: Mapping[str, Value]
    lines: tuple[Mapping[str, Value], ...]


@dataclass(frozen=True)
class Rendered:
    """The file, and its control totals."""

    text: str
    data: bytes
    line_count: int
    total_amount: Decimal
    rib_sum: str


def render(layout: Layout, batch: Batch) -> Rendered:
    """Write the file of a batch.

    :raise RuleError: a value is missing, does not fit, or cannot be encoded; it names
        the column and the line
    """
    totals = control_totals(batch, layout)
    shared = {**batch.order, **totals}
    rows = [_row(layout, kind, shared, {}, 0) for kind in _of(layout, HEADER)]
    for number, values in enumerate(batch.lines, start=1):
        values = {**shared, **values, "line_number": number}
        rows += [_row(layout, kind, shared, values, number) for kind in _of(layout)]
    rows += [_row(layout, kind, shared, {}, 0) for kind in _of(layout, TRAILER)]
    text = "".join(row + layout.line_end for row in rows)
    return Rendered(
        text,
        _encode(text, layout.encoding),
        len(batch.lines),
        Decimal(totals["total_amount"]),
        str(totals["rib_sum"]),
    )


def control_totals(batch: Batch, layout: Layout) -> dict[str, Value]:
    """Totals the header and the trailer may carry.

    ``rib_sum`` adds up the account numbers, of which it keeps the 16 last digits: a
    number changed in the file after it was made no longer agrees with it.

    >>> lines = ({"amount": Decimal("1.10"), "beneficiary_rib": "9" * 24},) * 2
    >>> totals = control_totals(Batch({}, lines), Layout(FIXED, ()))
    >>> totals["line_count"], totals["total_amount"], totals["rib_sum"]
    (2, Decimal('2.20'), '9999999999999998')
    """
    amounts = [line.get("amount") for line in batch.lines]
    ribs = [str(line.get("beneficiary_rib") or "0") for line in batch.lines]
    per_line = len(_of(layout))
    around = len(_of(layout, HEADER)) + len(_of(layout, TRAILER))
    return {
        "line_count": len(batch.lines),
        "record_count": len(batch.lines) * per_line + around,
        "total_amount": total(item for item in amounts if isinstance(item, Decimal)),
        "rib_sum": f"{sum(int(rib) for rib in ribs) % RIB_MODULUS:016d}",
    }


def format_value(column: Column, value: Value) -> str:
    """Put a value in the words of its column, before padding.

    >>> format_value(Column("A", pattern=CENTIMES), Decimal("1234.5"))
    '123450'
    >>> format_value(Column("A", pattern=COMMA), Decimal("1234.5"))
    '1234,50'
    >>> format_value(Column("D", pattern="DDMMYY"), datetime.date(2026, 3, 9))
    '090326'
    """
    if value is None:
        return ""
    if isinstance(value, datetime.date):
        return _format_date(column.pattern or "YYYY-MM-DD", value)
    if isinstance(value, Decimal):
        return _format_amount(column.pattern, value)
    return str(value)


def _format_date(pattern: str, value: datetime.date) -> str:
    for token, code in DATE_TOKENS:
        pattern = pattern.replace(token, value.strftime(code))
    return pattern


def _format_amount(pattern: str, value: Decimal) -> str:
    amount = round_centime(value)
    if pattern == CENTIMES:
        return str(int(amount * HUNDRED))
    return f"{amount:.2f}".replace(".", "," if pattern == COMMA else ".")


def plain_text(text: str) -> str:
    """Take the accents and line ends off: banks read few characters.

    >>> plain_text("Société L’Été\\nœuvre")
    "Societe L'Ete oeuvre"
    """
    special = {"’": "'", "‘": "'", "œ": "oe", "Œ": "OE", "æ": "ae", "–": "-", "«": '"'}
    for old, new in special.items():
        text = text.replace(old, new)
    split = unicodedata.normalize("NFKD", text)
    kept = "".join(char for char in split if not unicodedata.combining(char))
    return " ".join(kept.split())


def _of(layout: Layout, kind: str = LINE) -> list[Record]:
    return [record for record in layout.records if record.kind == kind]


def _row(
    layout: Layout,
    record: Record,
    shared: Mapping[str, Value],
    values: Mapping[str, Value],
    number: int,
) -> str:
    cells = [
        _cell(layout, column, values or shared, number) for column in record.columns
    ]
    return (layout.delimiter if layout.kind == DELIMITED else "").join(cells)


def _cell(
    layout: Layout, column: Column, values: Mapping[str, Value], number: int
) -> str:
    value = values.get(column.source) if column.source else column.constant
    text = format_value(column, column.constant if value in (None, "") else value)
    text = plain_text(text) if layout.plain else " ".join(text.split())
    if column.required and not text:
        _refuse("bank_value_missing", "is empty", column, number)
    text = _fit(column, text, isinstance(value, int | Decimal), number)
    return _pad(column, text) if layout.kind == FIXED else _quoted(layout, text)


def _fit(column: Column, text: str, is_number: bool, number: int) -> str:
    if not column.width or len(text) <= column.width:
        return text
    if is_number or not column.cut:
        _refuse("bank_value_long", "does not fit", column, number)
    return text[: column.width]


def _pad(column: Column, text: str) -> str:
    fill = column.pad or " "
    if column.align == RIGHT:
        return text.rjust(column.width, fill)
    return text.ljust(column.width, fill)


def _quoted(layout: Layout, text: str) -> str:
    quote = layout.quote
    if quote:
        return f"{quote}{text.replace(quote, quote * 2)}{quote}"
    # Without quotes a separator inside a value would shift every column after it.
    return text.replace(layout.delimiter, " ")


def _encode(text: str, encoding: str) -> bytes:
    try:
        return text.encode(encoding)
    except UnicodeEncodeError as error:
        raise RuleError(
            "bank_character",
            "the character {character!r} does not exist in {encoding}",
            character=text[error.start],
            encoding=encoding,
        ) from error


def _refuse(code: str, words: str, column: Column, number: int) -> NoReturn:
    raise RuleError(
        code,
        "{column} " + words + " on line {line} (width {width})",
        column=column.name,
        line=number,
        width=column.width,
    )
