"""Planned value over time: budgets spread evenly over the days of their activity."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .dates import add_days
from .money import ZERO, round_centime, total


@dataclass(frozen=True)
class Spread:
    """A budget in dirhams and the first and last day of its work, both included."""

    amount: Decimal
    start: date
    finish: date


def planned_value(spreads: Iterable[Spread], on: date) -> Decimal:
    """Budget of the work planned up to ``on`` included (PV), to the centime.

    >>> work = Spread(Decimal(1000), date(2026, 1, 1), date(2026, 1, 10))
    >>> planned_value([work], date(2026, 1, 5)), planned_value([work], date(2025, 1, 1))
    (Decimal('500.00'), Decimal('0.00'))
    """
    return round_centime(total(_planned(spread, on) for spread in spreads))


def _planned(spread: Spread, on: date) -> Decimal:
    if on < spread.start:
        return ZERO
    if on >= spread.finish:
        return spread.amount
    days = (spread.finish - spread.start).days + 1
    return spread.amount * ((on - spread.start).days + 1) / days


def month_ends(first: date, last: date) -> list[date]:
    """Last day of every month from that of ``first`` to that of ``last``.

    >>> month_ends(date(2026, 1, 15), date(2026, 2, 1))
    [datetime.date(2026, 1, 31), datetime.date(2026, 2, 28)]
    """
    ends = []
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        ends.append(add_days(date(year, month, 1), -1))
    return ends


def planned_curve(spreads: Iterable[Spread]) -> list[tuple[date, Decimal]]:
    """Cumulative planned value at each end of month; the last one is the budget.

    >>> [str(value) for _day, value in planned_curve([
    ...     Spread(Decimal(590), date(2026, 1, 1), date(2026, 2, 28))])]
    ['310.00', '590.00']
    """
    known = list(spreads)
    if not known:
        return []
    first = min(spread.start for spread in known)
    last = max(spread.finish for spread in known)
    return [(day, planned_value(known, day)) for day in month_ends(first, last)]
