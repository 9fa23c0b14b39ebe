"""Months and quarters of plain dates."""

import calendar as _calendar
import datetime
import re

from .errors import RuleError

ONE_DAY = datetime.timedelta(days=1)
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_ISO_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)


def days_in_month(year: int, month: int) -> int:
    """Return 28 to 31."""
    return _calendar.monthrange(year, month)[1]


def month_end(day: datetime.date) -> datetime.date:
    """Return the last day of the month of ``day``.

    >>> month_end(datetime.date(2024, 2, 3))
    datetime.date(2024, 2, 29)
    """
    return day.replace(day=days_in_month(day.year, day.month))


def add_months(day: datetime.date, months: int) -> datetime.date:
    """Move by whole months; a day the month lacks becomes its last day.

    >>> add_months(datetime.date(2024, 1, 31), 1)
    datetime.date(2024, 2, 29)
    >>> add_months(datetime.date(2024, 1, 31), 2)
    datetime.date(2024, 3, 31)
    """
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not datetime.MINYEAR <= year <= datetime.MAXYEAR:
        raise RuleError("date_impossible", "the year {year} is impossible", year=year)
    return datetime.date(
        year, month0 + 1, min(day.day, days_in_month(year, month0 + 1))
    )


def add_days(day: datetime.date, days: int) -> datetime.date:
    """Move by days, with an engine error past the last date there is."""
    try:
        return day + datetime.timedelta(days=days)
    except OverflowError as error:
        raise RuleError(
            "date_impossible",
            "{day} plus {days} days is not a possible date",
            day=day,
            days=days,
        ) from error


def months_between(first: datetime.date, last: datetime.date) -> int:
    """Count month changes from ``first`` to ``last`` whatever the days are."""
    return (last.year - first.year) * 12 + last.month - first.month


def quarter_label(day: datetime.date) -> str:
    """Name the civil quarter the way the declarations do.

    >>> quarter_label(datetime.date(2025, 12, 31))
    '2025-T4'
    """
    return f"{day.year:04d}-T{(day.month + 2) // 3}"


def iso_date(text: object) -> datetime.date:
    """Read ``YYYY-MM-DD``, strictly.

    >>> iso_date("2024-02-30")
    Traceback (most recent call last):
        ...
    srm_engine.errors.RuleError: '2024-02-30' is not a date such as 2024-12-31
    """
    try:
        if isinstance(text, str) and _ISO_DATE.fullmatch(text):
            return datetime.date.fromisoformat(text)
    except ValueError:
        pass  # falls through to the one refusal below
    raise RuleError(
        "not_date", "{value!r} is not a date such as 2024-12-31", value=text
    )


def iso_month(text: object) -> datetime.date:
    """Read ``YYYY-MM`` as the first day of that month.

    >>> iso_month("2024-02")
    datetime.date(2024, 2, 1)
    """
    found = _ISO_MONTH.fullmatch(text) if isinstance(text, str) else None
    if found and 1 <= int(found[2]) <= 12 and int(found[1]):
        return datetime.date(int(found[1]), int(found[2]), 1)
    raise RuleError("not_month", "{value!r} is not a month such as 2024-12", value=text)
