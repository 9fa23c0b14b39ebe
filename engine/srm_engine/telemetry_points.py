"""Points as loggers send them: a moment and a value, or why it is neither."""

import datetime
import re
from collections.abc import Mapping, Sequence
from typing import Any

from .errors import RuleError

#: Seconds from 1970: before 2000 or long after now, the clock of a logger is wrong.
FIRST = 946_684_800
AHEAD = 86_400
#: Beyond it no sensor measures, and the sums of a day overflow.
LARGEST = 1e12
_SECONDS = re.compile(r"[0-9]{1,12}")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_GROUPING = str.maketrans(
    {"\N{NO-BREAK SPACE}": None, "\N{NARROW NO-BREAK SPACE}": None}
)
LONGEST = 40

Point = tuple[int, float]


def moment_of(value: Any, now: int, zone: datetime.tzinfo | None = None) -> int:
    """Seconds since 1970 of a number, an ISO 8601 text or a date and time.

    :param now: seconds since 1970; later than a day ahead is refused
    :param zone: of times written without one; without it they are refused

    >>> moment_of("2026-01-01T00:00:00Z", 1_800_000_000)
    1767225600
    >>> moment_of(1767225600, 1_800_000_000), moment_of("1767225600", 1_800_000_000)
    (1767225600, 1767225600)
    """
    found = _seconds(value)
    if isinstance(found, datetime.datetime):
        found = _since_epoch(_zoned(found, zone))
    return _within(found, now)


def local_time_of(value: Any) -> datetime.datetime | None:
    """The time of a point written without a zone, ``None`` for any other moment.

    >>> local_time_of("02/03/2026 00:15"), local_time_of("2026-03-02T00:15:00Z")
    (datetime.datetime(2026, 3, 2, 0, 15), None)
    """
    found = _seconds(value)
    naive = isinstance(found, datetime.datetime) and found.tzinfo is None
    return found if naive else None


def local_moments(
    times: Mapping[int, datetime.datetime], zone: datetime.tzinfo, now: int
) -> tuple[dict[int, int], dict[int, str]]:
    """``({number: seconds since 1970}, {number: reason})`` of the local times of one
    channel, in the order of the sending.

    When the clock goes back an hour is lived twice. The order tells which of the two a
    point is of, as long as the sending holds both; otherwise nothing does, and the
    point is refused. When the clock goes forward an hour is not lived at all.
    """
    moments: dict[int, int] = {}
    refused: dict[int, str] = {}
    twice: dict[datetime.date, dict[int, datetime.datetime]] = {}
    for number, time in times.items():
        try:
            moment = _within(_since_epoch(_zoned(time, zone)), now)
            if _is_ambiguous(time, zone):
                twice.setdefault(time.date(), {})[number] = time
            else:
                moments[number] = moment
        except RuleError as error:
            refused[number] = error.code
    for lived in twice.values():
        folds = passes(list(lived.values()))
        if folds is None:
            refused.update(dict.fromkeys(lived, "moment_ambiguous"))
            continue
        for (number, time), fold in zip(lived.items(), folds, strict=True):
            moments[number] = _since_epoch(time.replace(tzinfo=zone, fold=fold))
    return moments, refused


def passes(times: Sequence[datetime.datetime]) -> list[int] | None:
    """Which times of an hour lived twice are of its first and of its second pass.

    :return: ``None`` when the order does not tell

    >>> two = datetime.datetime(2026, 2, 15, 2)
    >>> half = two.replace(minute=30)
    >>> passes([two, half, two, half]), passes([two, half])
    ([0, 0, 1, 1], None)
    """
    folds, fold = [], 0
    for position, time in enumerate(times):
        if position and time <= times[position - 1]:
            fold += 1
        folds.append(fold)
    return folds if fold == 1 else None


def _is_ambiguous(time: datetime.datetime, zone: datetime.tzinfo) -> bool:
    first, second = (time.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    # Clocks that went forward differ as well, the other way round.
    return _offset(first) > _offset(second)


def _offset(time: datetime.datetime) -> datetime.timedelta:
    try:
        return time.utcoffset() or datetime.timedelta()
    except (OverflowError, ValueError) as error:
        raise _outside() from error


def _zoned(time: datetime.datetime, zone: datetime.tzinfo | None) -> datetime.datetime:
    if time.tzinfo is not None:
        return time
    if zone is None:
        raise RuleError(
            "moment_without_zone", "the moment has no time zone: end it with Z"
        )
    first, second = (time.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if _offset(first) < _offset(second):
        raise RuleError("moment_skipped", "the clock went forward over this moment")
    return first


def _since_epoch(time: datetime.datetime) -> int:
    try:
        return int(time.timestamp())
    except (OverflowError, ValueError) as error:
        raise _outside() from error


def _within(found: int, now: int) -> int:
    if not FIRST <= found <= now + AHEAD:
        raise _outside()
    return found


def _outside() -> RuleError:
    return RuleError("moment_outside", "the moment is before 2000 or in the future")


def _unreadable() -> RuleError:
    return RuleError("moment_unreadable", "the moment cannot be read")


def _seconds(value: Any) -> int | datetime.datetime:
    """Seconds since 1970, or the date and time as written."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if not -LARGEST < value < LARGEST:  # no number is neither
            raise _outside() if value == value else _unreadable()
        return int(value)
    if isinstance(value, str):
        text = value.strip()
        if _SECONDS.fullmatch(text):
            return int(text)
        value = _from_text(text) if len(text) <= LONGEST else None
    if isinstance(value, datetime.datetime):
        return value
    if isinstance(value, datetime.date):  # a spreadsheet drops the hours of midnight
        return datetime.datetime.combine(value, datetime.time())
    raise _unreadable()


def _from_text(text: str) -> datetime.datetime | None:
    """ISO 8601, or the day first as loggers of the region write it.

    >>> _from_text("31/12/2025 23:45")
    datetime.datetime(2025, 12, 31, 23, 45)
    """
    try:
        return datetime.datetime.fromisoformat(text)
    except ValueError:
        pass
    for pattern in ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M"):
        try:
            return datetime.datetime.strptime(text, pattern)
        except ValueError:
            continue
    return None


def value_of(value: Any) -> float:
    """Finite number of a cell; a decimal comma is read.

    >>> value_of("12,5"), value_of(3)
    (12.5, 3.0)
    """
    if isinstance(value, str):
        value = _number_text(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _not_number()
    if not -LARGEST <= value <= LARGEST:
        raise _not_number() if value != value else _too_large()
    return float(value)


def _number_text(text: str) -> float:
    text = text.strip().replace(",", ".").translate(_GROUPING)
    if len(text) > LONGEST or not _NUMBER.fullmatch(text):
        raise _not_number()
    return float(text)


def _not_number() -> RuleError:
    return RuleError("value_unreadable", "the value is not a number")


def _too_large() -> RuleError:
    return RuleError("value_outside", "no sensor measures such a value")


def distinct(points: Mapping[int, Point]) -> tuple[list[Point], list[int]]:
    """``(points, numbers of those refused)`` of one channel: a sending that gives two
    values for one moment says nothing for the second.

    >>> distinct({1: (0, 1.0), 2: (0, 99.0), 3: (0, 1.0)})
    ([(0, 1.0), (0, 1.0)], [2])
    """
    known: dict[int, float] = {}
    kept, refused = [], []
    for number, (moment, value) in points.items():
        if known.setdefault(moment, value) == value:
            kept.append((moment, value))
        else:
            refused.append(number)
    return kept, refused
