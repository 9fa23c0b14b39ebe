"""Points as loggers send them: a moment and a value, or why it is neither."""

import datetime
import math
from typing import Any

from .errors import RuleError

#: Seconds from 1970: before 2000 or long after now, the clock of a logger is wrong.
FIRST = 946_684_800
AHEAD = 86_400


def moment_of(value: Any, now: int, zone: datetime.tzinfo | None = None) -> int:
    """Seconds since 1970 of a number, an ISO 8601 text or a date and time.

    :param now: seconds since 1970; later than a day ahead is refused
    :param zone: of times written without one; without it they are refused

    >>> moment_of("2026-01-01T00:00:00Z", 1_800_000_000)
    1767225600
    >>> moment_of(1767225600, 1_800_000_000), moment_of("1767225600", 1_800_000_000)
    (1767225600, 1767225600)
    """
    found = _seconds(value, zone)
    if not FIRST <= found <= now + AHEAD:
        raise RuleError("moment_outside", "the moment is before 2000 or in the future")
    return found


def _seconds(value: Any, zone: datetime.tzinfo | None) -> int:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if not math.isfinite(value):
            raise RuleError("moment_unreadable", "the moment cannot be read")
        return int(value)
    if isinstance(value, str):
        text = value.strip()
        if text.isdigit():
            return int(text)
        value = _from_text(text)
    if not isinstance(value, datetime.datetime):
        raise RuleError("moment_unreadable", "the moment cannot be read")
    if value.tzinfo is None:
        if zone is None:
            raise RuleError(
                "moment_without_zone", "the moment has no time zone: end it with Z"
            )
        value = value.replace(tzinfo=zone)
    return int(value.timestamp())


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
        value = value.strip().replace(",", ".").replace("\N{NO-BREAK SPACE}", "")
    try:
        found = float(value)
    except (TypeError, ValueError) as error:
        raise RuleError("value_unreadable", "the value is not a number") from error
    if isinstance(value, bool) or not math.isfinite(found):
        raise RuleError("value_unreadable", "the value is not a number")
    return found
