"""Electrical authorisation symbols (NF C18-510) and how long a title holds.

Symbol = voltage domain + operation + optional nature + optional attribute. What a
symbol does not say is forbidden: nothing here infers one title from another. The
recommended durations are proposals: regulation sets none, the employer decides.
"""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass

from .dates import add_months
from .errors import RuleError
from .tabular import fold

DOMAINS = {"B": "low voltage", "H": "high voltage"}
OPERATIONS = {
    "0": "non-electrical work",
    "1": "executant",
    "2": "work leader",
    "C": "lock-out",
    "R": "general low-voltage intervention",
    "S": "elementary low-voltage intervention",
    "E": "specific operations",
    "P": "photovoltaic",
    "F": "excavation near buried insulated lines",
}
NATURES = {
    "T": "live work",
    "V": "reinforced vicinity",
    "N": "live cleaning",
    "X": "special",
}
ATTRIBUTES = ("Essai", "Vérification", "Mesurage", "Manoeuvre")

ORDINARY, OCCASIONAL, LIVE = "ordinary", "occasional", "live"
#: Months a title is recommended to hold, by practice.
RECOMMENDED_MONTHS = {ORDINARY: 36, OCCASIONAL: 24, LIVE: 12}

_LOW_VOLTAGE_ONLY = "RSP"
_SHAPE = re.compile(r"([BH])([012CRSEPF])([TVNX]?)")
_ATTRIBUTE_OF = {fold(word): word for word in ATTRIBUTES} | {"manœuvre": "Manoeuvre"}


@dataclass(frozen=True)
class Symbol:
    """The parts of a symbol; ``nature`` and ``attribute`` are ``""`` when absent."""

    domain: str
    operation: str
    nature: str = ""
    attribute: str = ""

    def __str__(self) -> str:
        """Write the symbol as on a title.

        >>> str(Symbol("B", "2", "V", "Essai"))
        'B2V Essai'
        """
        return f"{self.domain}{self.operation}{self.nature} {self.attribute}".rstrip()


def parse_symbol(text: str) -> Symbol:
    """Split and check one symbol, whatever its case, accents and spaces.

    Raises ``symbol_shape`` (not domain + operation + nature), ``symbol_attribute``
    (unknown word, or one this operation does not take), ``symbol_low_voltage`` (an
    operation that high voltage lacks) or ``symbol_nature``.

    >>> parse_symbol("b2v essai")
    Symbol(domain='B', operation='2', nature='V', attribute='Essai')
    >>> parse_symbol("B0V")
    Traceback (most recent call last):
        ...
    srm_engine.errors.RuleError: B0V does not exist: nature V does not go with B0
    """
    head, _, tail = " ".join(text.split()).partition(" ")
    shape = _SHAPE.fullmatch(head.upper())
    if not shape:
        raise RuleError(
            "symbol_shape",
            "{symbol!r} is not a symbol such as B2V, HC or BE Manoeuvre",
            symbol=text.strip(),
        )
    symbol = Symbol(*shape.groups(), _attribute(tail))
    _check(symbol)
    return symbol


def _attribute(word: str) -> str:
    attribute = _ATTRIBUTE_OF.get(fold(word), "") if word else ""
    if word and not attribute:
        raise RuleError(
            "symbol_attribute", "{word!r} is not an attribute of a symbol", word=word
        )
    return attribute


def _check(symbol: Symbol) -> None:
    base = symbol.domain + symbol.operation
    if symbol.domain == "H" and symbol.operation in _LOW_VOLTAGE_ONLY:
        raise RuleError(
            "symbol_low_voltage",
            "{symbol} does not exist: operation {operation} is low voltage only",
            symbol=str(symbol),
            operation=symbol.operation,
        )
    if symbol.nature and symbol.nature not in _natures_of(base):
        raise RuleError(
            "symbol_nature",
            "{symbol} does not exist: nature {nature} does not go with {base}",
            symbol=str(symbol),
            nature=symbol.nature,
            base=base,
        )
    if symbol.attribute and symbol.attribute not in _attributes_of(symbol):
        raise RuleError(
            "symbol_attribute",
            "{symbol} does not exist: {base} takes no attribute {word}",
            symbol=str(symbol),
            base=base + symbol.nature,
            word=symbol.attribute,
        )


def _natures_of(base: str) -> str:
    """Executants and work leaders take every nature; of the non-electrical symbols
    only H0V is left since B0V was withdrawn."""
    if base[1] in "12":
        return "".join(NATURES)
    return "V" if base == "H0" else ""


def _attributes_of(symbol: Symbol) -> tuple[str, ...]:
    if symbol.operation == "E":
        return ATTRIBUTES
    return ("Essai",) if symbol.operation + symbol.nature == "2V" else ()


def practice_of(symbol: Symbol, occasional: bool = False) -> str:
    """The practice that decides how long the title holds.

    >>> practice_of(parse_symbol("B1T"), occasional=True)
    'live'
    """
    if symbol.nature in ("T", "N"):
        return LIVE
    return OCCASIONAL if occasional else ORDINARY


def expiry(
    issued: datetime.date, months: int, year_end: bool = False
) -> datetime.date | None:
    """Last day of a title issued for ``months`` months, ``None`` for no limit (0).

    ``year_end``: the title also ends with the calendar year it was issued in, as some
    employers decide for live work.

    >>> expiry(datetime.date(2026, 3, 10), RECOMMENDED_MONTHS[LIVE])
    datetime.date(2027, 3, 10)
    >>> expiry(datetime.date(2026, 3, 10), 12, year_end=True)
    datetime.date(2026, 12, 31)
    """
    if months < 0:
        raise RuleError("months_negative", "{months} months is negative", months=months)
    last = add_months(issued, months) if months else None
    if not year_end:
        return last
    new_year_eve = datetime.date(issued.year, 12, 31)
    return min(last, new_year_eve) if last else new_year_eve


def satisfies(held: Iterable[str], alternatives: Iterable[str]) -> bool:
    """Whether one of the symbols asked for is written on the titles held.

    >>> satisfies(["B1V", "BR"], ["b2v", "br"]), satisfies(["B2V"], ["B1V"])
    (True, False)
    """
    held_symbols = {parse_symbol(text) for text in held}
    return any(parse_symbol(text) in held_symbols for text in alternatives)
