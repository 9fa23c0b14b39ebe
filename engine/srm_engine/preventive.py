"""When preventive maintenance falls due, by the calendar or by a counter."""

import datetime
from decimal import Decimal

from .dates import add_days, add_months
from .errors import RuleError

DAY, WEEK, MONTH, YEAR = "day", "week", "month", "year"
DAYS = {DAY: 1, WEEK: 7}
MONTHS = {MONTH: 1, YEAR: 12}


def occurrence(
    start: datetime.date, every: int, unit: str, number: int
) -> datetime.date:
    """Date number ``number`` of a plan, 0 being its start.

    Counted from the start, so that a plan of the 31st stays at the end of the month.

    >>> first = datetime.date(2026, 1, 31)
    >>> [occurrence(first, 1, "month", n).isoformat() for n in (1, 2)]
    ['2026-02-28', '2026-03-31']
    """
    if every < 1:
        raise RuleError("interval_not_positive", "an interval is one or more")
    if unit in DAYS:
        return add_days(start, DAYS[unit] * every * number)
    if unit in MONTHS:
        return add_months(start, MONTHS[unit] * every * number)
    raise RuleError("unit_unknown", "{unit} is no unit of a plan", unit=unit)


def next_after(
    start: datetime.date, every: int, unit: str, after: datetime.date
) -> datetime.date:
    """First date of a plan after a day; dates missed meanwhile are not made up.

    >>> next_after(datetime.date(2026, 1, 1), 3, "month", datetime.date(2026, 7, 15))
    datetime.date(2026, 10, 1)
    """
    low, high = 0, 1
    while occurrence(start, every, unit, high) <= after:
        low, high = high, high * 2
    if occurrence(start, every, unit, low) > after:
        return occurrence(start, every, unit, low)
    while high - low > 1:
        middle = (low + high) // 2
        if occurrence(start, every, unit, middle) <= after:
            low = middle
        else:
            high = middle
    return occurrence(start, every, unit, high)


def counter_due(last: Decimal, every: Decimal, value: Decimal) -> Decimal | None:
    """Threshold that a counter has passed since the last maintenance; else ``None``.

    >>> counter_due(Decimal(1000), Decimal(500), Decimal(1620))
    Decimal('1500')
    """
    if every <= 0:
        raise RuleError("interval_not_positive", "an interval is above 0")
    return last + every if value >= last + every else None
