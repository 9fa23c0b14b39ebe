"""Cells of legacy spreadsheets and CSV files: amounts, dates, integers, names.

Values arrive as people typed them (French, English or Arabic habits) or as a
spreadsheet library returns them (numbers, dates). A value that cannot be read with
certainty raises :class:`RuleError`; nothing is guessed silently.
"""

import csv
import datetime
import re
import unicodedata
from collections import Counter
from decimal import Decimal
from functools import lru_cache

from .digits import ascii_digits
from .errors import RuleError
from .money import check_size

CellNumber = str | int | float | Decimal
CellDate = str | int | float | datetime.date | datetime.datetime

# ---------------------------------------------------------------- amounts

_CURRENCY = re.compile(
    r"^(?:dhs?|mad|د\.?\s?م\.?|درهما?|دراهم)|(?:dhs?\.?|mad|د\.?\s?م\.?|درهما?|دراهم)$",
    re.IGNORECASE,
)
_MINUS = str.maketrans("\u2212\u2010\u2011\u2013\u066b\u066c\u2019'", "----,   ")
_SPACES = re.compile(r"\s+")
_PLAIN = re.compile(r"\d*(?:[.,]\d+)?", re.ASCII)
_GROUPED = re.compile(
    r"(\d{1,3})((?:([ .,])\d{3})(?:\3\d{3})*)(?:([.,])(\d+))?", re.ASCII
)


def parse_amount(value: CellNumber) -> Decimal:
    """Read an amount in dirhams, exactly.

    Accepts ``1 234,56``, ``1.234,56``, ``1,234.56``, ``1234.56``, any kind of space,
    Arabic-Indic digits and separators, a currency (DH, MAD, درهم) before or after, a
    minus sign before or after, negatives in parentheses, and numbers of a spreadsheet.

    One rule settles what is ambiguous: a single separator followed by exactly three
    digits separates thousands (``1.234`` and ``1,234`` are 1234), because amounts carry
    two decimals; it is a decimal separator when what comes before is ``0``, more than
    three digits, or already grouped.

    Raises ``RuleError``: ``amount_empty``, ``amount_not_number``, ``amount_too_large``.

    >>> parse_amount("1 234,56 DH"), parse_amount("(1.234,50)"), parse_amount("١٬٢٣٤٫٥")
    (Decimal('1234.56'), Decimal('-1234.50'), Decimal('1234.5'))
    """
    if isinstance(value, str):
        return check_size(_amount_from_text(value))
    return check_size(_amount_from_number(value))


def _amount_from_number(value: int | float | Decimal) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise _not_number(value)
    if not isinstance(value, float):
        return Decimal(value)
    # A spreadsheet keeps 15 significant digits: 0.1 + 0.2 means 0.3 there.
    number = Decimal(f"{value:.15g}")
    if not number.is_finite():
        raise _not_number(value)
    return number


def _amount_from_text(value: str) -> Decimal:
    text = _SPACES.sub(" ", ascii_digits(value).translate(_MINUS)).strip()
    if not text:
        raise RuleError("amount_empty", "the amount is empty")
    text, negative = _take_sign(_strip_currency(text))
    number = _read_number(_strip_currency(text))
    if number is None:
        raise _not_number(value)
    return -number if negative else number


def _not_number(value: object) -> RuleError:
    return RuleError("amount_not_number", "{value!r} is not an amount", value=value)


def _strip_currency(text: str) -> str:
    return _CURRENCY.sub("", text, count=1).strip()


def _take_sign(text: str) -> tuple[str, bool]:
    """Remove one sign, written in one of the three usual ways."""
    if text.startswith("(") and text.endswith(")"):
        return text[1:-1].strip(), True
    if text.startswith(("-", "+")):
        return text[1:].strip(), text[0] == "-"
    if text.endswith("-"):
        return text[:-1].strip(), True
    return text, False


def _read_number(text: str) -> Decimal | None:
    """Read an unsigned number whose separators are spaces, points and commas."""
    grouped = _GROUPED.fullmatch(text)
    if grouped and _is_grouping(grouped):
        whole = grouped[1] + re.sub(r"\D", "", grouped[2])
        return Decimal(f"{whole}.{grouped[5] or 0}") if grouped[5] else Decimal(whole)
    if text and _PLAIN.fullmatch(text):
        return Decimal(text.replace(",", "."))
    return None


def _is_grouping(found: re.Match[str]) -> bool:
    """Tell thousands from decimals: ``0,500`` and ``1.234.567.5`` are not grouped."""
    return found[1] != "0" and found[3] != found[4]


def parse_integer(value: CellNumber) -> int:
    """Read a whole number (days, counts).

    Raises ``RuleError``: ``integer_expected`` and those of :func:`parse_amount`.

    >>> parse_integer("60"), parse_integer(90.0), parse_integer("١٢٠")
    (60, 90, 120)
    """
    number = parse_amount(value)
    if number != number.to_integral_value():
        raise RuleError(
            "integer_expected", "{value!r} is not a whole number", value=value
        )
    return int(number)


# ---------------------------------------------------------------- dates

# Day 0 of the 1900 date system once its false 29 February 1900 is behind.
_EXCEL_EPOCH = datetime.date(1899, 12, 30)
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
# Two-digit years below belong to this century.
_CENTURY_PIVOT = 69
_SEPARATOR = r"\s*[/.\-\s]\s*"
_TIME = r"(?:[T\s]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
_YEAR_LAST = re.compile(
    rf"(\d{{1,2}}){_SEPARATOR}(\d{{1,2}}){_SEPARATOR}(\d{{4}}|\d{{2}}){_TIME}", re.ASCII
)
_YEAR_FIRST = re.compile(
    rf"(\d{{4}}){_SEPARATOR}(\d{{1,2}}){_SEPARATOR}(\d{{1,2}}){_TIME}", re.ASCII
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?", re.ASCII)


def parse_date(value: CellDate) -> datetime.date:
    """Read a date; day comes before month, always.

    Accepts dates, date-times, spreadsheet serial numbers (1900 system),
    ``31/12/2024``, ``31-12-2024``, ``31.12.2024``, ``31/12/24``, ``2024-12-31``,
    ``20241231``, with or without a time, in ASCII or Arabic-Indic digits. Years: 1900
    to 2199; two digits mean 1969 to 2068.

    Raises ``RuleError``: ``date_empty``, ``date_impossible`` (31/02/2024, 12/31/2024),
    ``date_unknown_format``.

    >>> parse_date("31/12/24"), parse_date(45657), parse_date("2024-12-31 00:00:00")
    ... # doctest: +NORMALIZE_WHITESPACE
    (datetime.date(2024, 12, 31), datetime.date(2024, 12, 31),
     datetime.date(2024, 12, 31))
    """
    if isinstance(value, datetime.datetime):
        return _plausible(value.date(), value)
    if isinstance(value, datetime.date):
        return _plausible(value, value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_serial(value)
    if isinstance(value, str):
        return _date_from_text(value)
    raise _unknown_date(value)


def _date_from_text(value: str) -> datetime.date:
    text = ascii_digits(value).strip()
    if not text:
        raise RuleError("date_empty", "the date is empty")
    found = _YEAR_LAST.fullmatch(text)
    if found:
        return _build(_full_year(found[3]), found[2], found[1], value)
    found = _YEAR_FIRST.fullmatch(text) or _COMPACT.fullmatch(text)
    if found:
        return _build(int(found[1]), found[2], found[3], value)
    if _SERIAL.fullmatch(text):
        return _from_serial(float(text))
    raise _unknown_date(value)


def _full_year(text: str) -> int:
    year = int(text)
    if len(text) == 4:
        return year
    return year + (2000 if year < _CENTURY_PIVOT else 1900)


def _build(year: int, month: str, day: str, value: object) -> datetime.date:
    try:
        return _plausible(datetime.date(year, int(month), int(day)), value)
    except ValueError as error:
        raise _impossible(value) from error


def _from_serial(serial: int | float) -> datetime.date:
    if serial >= 19_000_101:  # 20241231 typed in a numeric cell
        return _date_from_text(f"{serial:.0f}")
    # Serial 60 is 29 February 1900, a day that never was; 1900 itself is implausible.
    if not 61 <= serial < 110_000:
        raise _impossible(serial)
    return _plausible(_EXCEL_EPOCH + datetime.timedelta(days=int(serial)), serial)


def _plausible(day: datetime.date, value: object) -> datetime.date:
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise _impossible(value)
    return day


def _impossible(value: object) -> RuleError:
    return RuleError("date_impossible", "{value!r} is not a possible date", value=value)


def _unknown_date(value: object) -> RuleError:
    return RuleError(
        "date_unknown_format",
        "{value!r} is not written as a known kind of date (31/12/2024, 2024-12-31)",
        value=value,
    )


# ---------------------------------------------------------------- CSV files

DELIMITERS = ";\t|,"
_SAMPLE_BYTES = 65536
_SAMPLE_LINES = 200
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# Bytes that are Arabic letters in cp1256. French text in cp1252 has them too (capital
# letters with an accent), but one at a time; Arabic words are runs of them.
_ARABIC_RUN = re.compile(b"[\xc0-\xd6\xd8-\xdf\xe1\xe3-\xe6\xec\xed\xf0-\xf3]+")


def sniff_csv(data: bytes) -> tuple[str, str]:
    """Return (encoding, delimiter) of a CSV file or of its beginning.

    Encodings: utf-8, utf-8-sig, utf-16 (with or without mark), cp1252, and cp1256 for
    Arabic. Delimiters: semicolon, tab, bar, comma; semicolon when there is one column.

    >>> sniff_csv("N°;Montant\\n1;1 234,56\\n2;7,50".encode("cp1252"))
    ('cp1252', ';')
    """
    if not data.strip():
        raise RuleError("file_empty", "the file is empty")
    encoding = _sniff_encoding(data)
    text = data[:_SAMPLE_BYTES].decode(encoding, errors="replace")
    return encoding, _sniff_delimiter(text)


def _sniff_encoding(data: bytes) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return encoding
    wide = _sniff_utf16(data[:_SAMPLE_BYTES])
    if wide:
        return wide
    if _is_utf8(data):
        return "utf-8"
    if _looks_arabic(data) or not _is_cp1252(data):
        return "cp1256"
    return "cp1252"


def _sniff_utf16(sample: bytes) -> str:
    """Recognise UTF-16 without a mark by the zero halves of its ASCII characters."""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) < len(sample) // 20 or even == odd:
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _is_utf8(data: bytes) -> bool:
    """Tell whether the bytes are UTF-8, were their last character cut or not."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        # Only the beginning of a file may end inside a character; a lone accent at the
        # very end of ASCII text is another encoding.
        cut = error.reason == "unexpected end of data"
        return cut and not data[: error.start].isascii()
    return True


def _is_cp1252(data: bytes) -> bool:
    try:
        data.decode("cp1252")
    except UnicodeDecodeError:
        return False
    return True


def _looks_arabic(data: bytes) -> bool:
    runs = Counter(len(run) > 1 for run in _ARABIC_RUN.findall(data))
    return runs[True] > runs[False]


def _sniff_delimiter(text: str) -> str:
    lines = text.splitlines()[:_SAMPLE_LINES]
    if len(lines) > 1 and not text.endswith(("\n", "\r")):
        lines = lines[:-1]  # the last line may be cut
    agreeing = {mark: _agreeing_lines(lines, mark) for mark in DELIMITERS}
    # Decimal commas can be as regular as the real separator: the order of DELIMITERS,
    # comma last, settles equality because max() keeps the first.
    return max(DELIMITERS, key=lambda mark: agreeing[mark])


def _agreeing_lines(lines: list[str], mark: str) -> int:
    """Count the lines that agree on one number of columns, two or more."""
    rows = csv.reader(lines, delimiter=mark)
    try:
        widths = Counter(len(row) for row in rows if len(row) > 1)
    except csv.Error:
        return 0
    return max(widths.values(), default=0)


# ---------------------------------------------------------------- names

_NOT_WORD = re.compile(r"[\W_]+")
# What decomposition leaves: letters that people and keyboards exchange freely.
_LETTERS = str.maketrans(
    {
        "\u0640": "",  # tatweel
        "\u0671": "\u0627",  # alef wasla -> alef
        "\u0649": "\u064a",  # alef maksura -> ya
        "\u06cc": "\u064a",  # Persian ya -> ya
        "\u0629": "\u0647",  # ta marbuta -> ha
        "\u06a9": "\u0643",  # Persian kaf -> kaf
        "\u0621": "",  # hamza alone
        "œ": "oe",
        "æ": "ae",
        "ø": "o",
        "ł": "l",
    }
)


# Longer texts are no names: a file full of them would fill the memory.
_REMEMBERED = 256


def fold(text: str) -> str:
    """Reduce a name to what two spellings of it share.

    Case, accents, Arabic vowels and tatweel, forms of alef, ya and ta marbuta, digits,
    and everything between words (one space) no longer count.

    >>> fold("  N° d'Été_ÉLECTRICITÉ "), fold("أكَادِير")
    ('n d ete electricite', 'اكادير')
    >>> fold("إنـزكّان") == fold("انزكان")
    True
    """
    return _folded(text) if len(text) <= _REMEMBERED else _folded.__wrapped__(text)


@lru_cache(maxsize=65536)
def _folded(text: str) -> str:
    if text.isascii():
        return _NOT_WORD.sub(" ", text.lower()).strip()
    decomposed = unicodedata.normalize("NFKD", ascii_digits(text).casefold())
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _NOT_WORD.sub(" ", letters.translate(_LETTERS)).strip()
