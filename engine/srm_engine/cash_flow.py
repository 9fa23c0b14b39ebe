"""Cash of projects month by month: what came in and went out, what will."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from .dates import month_end
from .money import ZERO

Movement = tuple[datetime.date, Decimal]


@dataclass(frozen=True)
class Month:
    """``end``: last day; amounts in dirhams; ``balance``: since the beginning."""

    end: datetime.date
    received: Decimal
    paid: Decimal
    expected: Decimal
    planned: Decimal
    balance: Decimal


def cash_flow(
    received: Iterable[Movement],
    paid: Iterable[Movement],
    expected: Iterable[Movement] = (),
    planned: Iterable[Movement] = (),
    today: datetime.date | None = None,
) -> list[Month]:
    """Months in order, each with its balance.

    :param expected: instalments not received yet; those that are late are expected now
    :param planned: works still to pay; those of the past are no forecast and left out

    >>> day = datetime.date
    >>> found = cash_flow([(day(2026, 1, 5), Decimal(100))],
    ...     [(day(2026, 2, 1), Decimal(30))], [(day(2026, 1, 9), Decimal(50))],
    ...     [(day(2026, 3, 2), Decimal(90))], day(2026, 2, 10))
    >>> [(month.end.month, str(month.balance)) for month in found]
    [(1, '100'), (2, '120'), (3, '30')]
    """
    now = month_end(today) if today else None
    columns = (
        _by_month(received),
        _by_month(paid),
        _by_month(expected, not_before=now),
        _by_month(item for item in planned if not today or item[0] > today),
    )
    balance, months = ZERO, []
    for end in sorted(set().union(*columns)):
        came, went, coming, going = (column.get(end, ZERO) for column in columns)
        balance += came - went + coming - going
        months.append(Month(end, came, went, coming, going, balance))
    return months


def _by_month(
    movements: Iterable[Movement], not_before: datetime.date | None = None
) -> dict[datetime.date, Decimal]:
    found: dict[datetime.date, Decimal] = {}
    for day, amount in movements:
        end = month_end(day)
        if not_before and end < not_before:
            end = not_before
        found[end] = found.get(end, ZERO) + amount
    return found


def lowest(months: Iterable[Month]) -> Month | None:
    """Month in which the cash is lowest; ``None`` without any month."""
    return min(months, key=lambda month: (month.balance, month.end), default=None)
