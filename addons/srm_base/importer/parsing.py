"""Cells to values: one function per kind of field, and every reason kept."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from srm_engine.errors import RuleError
from srm_engine.identifiers import check_ice, check_rib
from srm_engine.tabular import fold, parse_amount, parse_date, parse_integer

from .api import ImportField, ParsedRow
from .cells import EXCEL_DIGITS, Cell, CellError, is_blank, number_text, text_of

#: Kind -> {text of a cell: what it designates}, for the kinds the database knows.
Lookups = Mapping[str, Mapping[str, Any]]
LOOKUP_KINDS = ("territory", "predecessor")
ICE_DIGITS = 15
#: Far longer than any: the caches keep what they are asked.
LONGEST_IDENTIFIER = 64

#: Suppliers come back on many lines; the caches are bounded so that memory does not
#: follow the size of the file.
_check_ice = lru_cache(maxsize=4096)(check_ice)
_check_rib = lru_cache(maxsize=4096)(check_rib)


class Unreadable(ValueError):
    """A cell that cannot be read: ``code`` and ``params`` of the reason."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def _text(cell: Cell, _item: ImportField, _lookups: Lookups) -> str:
    return text_of(cell)


def _amount(cell: Cell, item: ImportField, _lookups: Lookups) -> Decimal:
    if isinstance(cell, bool | datetime.date | datetime.time):
        raise Unreadable("amount_not_number")
    # A number and its text are judged alike.
    return _within(parse_amount(cell if _is_number(cell) else str(cell)), item)


def _integer(cell: Cell, item: ImportField, _lookups: Lookups) -> int:
    if isinstance(cell, bool | datetime.date | datetime.time):
        raise Unreadable("integer_expected")
    return _within(parse_integer(cell if _is_number(cell) else str(cell)), item)


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _within(value: Any, item: ImportField) -> Any:
    if item.minimum is not None and value < item.minimum:
        raise Unreadable("below_minimum", minimum=item.minimum)
    if item.maximum is not None and value > item.maximum:
        raise Unreadable("above_maximum", maximum=item.maximum)
    return value


def _date(cell: Cell, _item: ImportField, _lookups: Lookups) -> datetime.date:
    if _is_number(cell):
        return parse_date(number_text(cell))
    if isinstance(cell, datetime.date | str):
        return parse_date(cell)
    raise Unreadable("date_unknown_format")


def _identifier(cell: Cell, prefix: str, check: Callable, digits: int) -> str:
    if _is_number(cell):
        cell = _numeric_identifier(cell, digits)
    result = check(text_of(cell)[:LONGEST_IDENTIFIER])
    if not result.valid:
        raise Unreadable(f"{prefix}_{result.code}")
    return result.normalized


def _numeric_identifier(cell: int | float, digits: int) -> str:
    """An identifier typed as a number has lost its leading zeros, and beyond 15 digits
    Excel has lost digits for good. The check digits vouch for the zeros put back."""
    text = number_text(cell)
    if len(text) > EXCEL_DIGITS:
        raise Unreadable("digits_lost")
    return text.zfill(digits)


def _ice(cell: Cell, _item: ImportField, _lookups: Lookups) -> str:
    return _identifier(cell, "ice", _check_ice, ICE_DIGITS)


def _rib(cell: Cell, _item: ImportField, _lookups: Lookups) -> str:
    return _identifier(cell, "rib", _check_rib, 0)


@lru_cache(maxsize=256)
def _choice_index(choices: tuple[tuple[str, tuple[str, ...]], ...]) -> dict[str, str]:
    index: dict[str, str] = {}
    for value, words in choices:
        for word in (value, *words):
            index.setdefault(fold(word), value)
    return index


def _choice(cell: Cell, item: ImportField, _lookups: Lookups) -> str:
    index = _choice_index(tuple((k, tuple(v)) for k, v in item.choices.items()))
    value = index.get(fold(text_of(cell)))
    if value is None:
        known = ", ".join(words[0] if words else k for k, words in item.choices.items())
        raise Unreadable("choice_unknown", known=known)
    return value


def _looked_up(cell: Cell, item: ImportField, lookups: Lookups) -> Any:
    value = lookups[item.kind].get(text_of(cell))
    if value is None:
        raise Unreadable(f"{item.kind}_unknown")
    return value


_PARSERS: dict[str, Callable[[Cell, ImportField, Lookups], Any]] = {
    "text": _text,
    "amount": _amount,
    "date": _date,
    "integer": _integer,
    "ice": _ice,
    "rib": _rib,
    "choice": _choice,
    "territory": _looked_up,
    "predecessor": _looked_up,
}


def parse_cell(cell: Cell, item: ImportField, lookups: Lookups) -> Any:
    """The value of a cell that is not blank; raises :class:`Unreadable`."""
    if isinstance(cell, CellError):
        raise Unreadable("cell_error")
    try:
        return _PARSERS[item.kind](cell, item, lookups)
    except RuleError as error:
        raise Unreadable(error.code, **error.params) from error
    except (ArithmeticError, ValueError, TypeError) as error:
        if isinstance(error, Unreadable):
            raise
        # A cell nobody thought of is that row's trouble, not the file's.
        raise Unreadable("unreadable") from error


class RowParser:
    """Rows of one layout to :class:`ParsedRow`.

    ``columns``: ``{field name: column index}``. ``defaults``: values of fields given
    once for the whole file, used where the cell is empty or the column absent.
    """

    def __init__(
        self,
        spec: Sequence[ImportField],
        columns: Mapping[str, int],
        defaults: Mapping[str, Any] | None = None,
    ) -> None:
        self.defaults = dict(defaults or {})
        self._items = [
            (item, columns.get(item.name, -1))
            for item in spec
            if item.name in columns or item.name in self.defaults
        ]
        self._column_of = dict(columns)

    def effective(
        self, original: Sequence[Cell], corrections: Mapping[str, Cell]
    ) -> list[Cell]:
        """The cells once corrected (``corrections`` by field name)."""
        cells = list(original)
        for name, cell in corrections.items():
            column = self._column_of.get(name)
            if column is not None:
                cells.extend([None] * (column + 1 - len(cells)))
                cells[column] = cell
        return cells

    def texts_to_look_up(self, rows: Sequence[Sequence[Cell]]) -> dict[str, set[str]]:
        """``{kind: texts}`` the database will be asked about, once for the batch."""
        wanted: dict[str, set[str]] = {kind: set() for kind in LOOKUP_KINDS}
        for item, column in self._items:
            if item.kind in wanted and column >= 0:
                wanted[item.kind].update(
                    text_of(cells[column])
                    for cells in rows
                    if column < len(cells) and not is_blank(cells[column])
                )
        return wanted

    def parse(self, row: ParsedRow, cells: Sequence[Cell], lookups: Lookups) -> None:
        """Fill ``texts``, ``values`` and ``errors`` of a row from its cells."""
        for item, column in self._items:
            cell = cells[column] if 0 <= column < len(cells) else None
            if is_blank(cell):
                self._parse_blank(row, item)
            else:
                self._parse_filled(row, item, cell, lookups)

    def _parse_blank(self, row: ParsedRow, item: ImportField) -> None:
        default = self.defaults.get(item.name)
        row.texts[item.name] = ""
        row.values[item.name] = default
        if item.required and default is None:
            del row.values[item.name]
            row.add_error(item.name, "required")

    def _parse_filled(
        self, row: ParsedRow, item: ImportField, cell: Cell, lookups: Lookups
    ) -> None:
        row.texts[item.name] = text_of(cell)
        try:
            row.values[item.name] = parse_cell(cell, item, lookups)
        except Unreadable as error:
            row.add_error(item.name, error.code, **error.params)


def to_json(value: Any) -> Any:
    """JSON form of a parsed value (:func:`from_json` needs the field to come back)."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value


def from_json(value: Any, item: ImportField) -> Any:
    """The parsed value of its JSON form."""
    if value is None:
        return None
    if item.kind == "amount":
        return Decimal(value)
    if item.kind == "date":
        return datetime.date.fromisoformat(value)
    return value
