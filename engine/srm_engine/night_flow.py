"""Minimum night flow: what runs when nobody draws water is mostly leaks."""

import datetime
from collections.abc import Mapping
from decimal import Decimal

from .money import HUNDRED, round_half_up
from .ratios import ratio

NIGHT = (2, 4)
STEP = Decimal("0.01")
HOUR = 3600


def hours_of(day: datetime.date, zone: datetime.tzinfo) -> dict[int, int]:
    """``{start in seconds since 1970: hour of the clock}`` of the hours of a day.

    There are 23 or 25 of them when the clock is changed.

    >>> hours = hours_of(datetime.date(2026, 1, 1), datetime.UTC)
    >>> len(hours), list(hours.items())[:2]
    (24, [(1767225600, 0), (1767229200, 1)])
    """
    start, end = (
        int(datetime.datetime.combine(date, datetime.time(), zone).timestamp())
        for date in (day, day + datetime.timedelta(1))
    )
    return {
        moment: datetime.datetime.fromtimestamp(moment, zone).hour
        for moment in range(start, end, HOUR)
    }


def lowest_of_night(
    flows: Mapping[int, Decimal],
    hours: Mapping[int, int],
    night: tuple[int, int] = NIGHT,
) -> Decimal | None:
    """Lowest hourly mean of the hours of the night that the clock showed.

    :param flows: ``{start of the hour: mean}``; ``hours``: of :func:`hours_of`
    :return: ``None`` without all of them

    >>> lowest_of_night({0: Decimal(9)}, {0: 2}), lowest_of_night({}, {0: 2, 3600: 3})
    (Decimal('9.00'), None)
    """
    first, last = night
    wanted = [start for start, hour in hours.items() if first <= hour < last]
    if not wanted or not flows.keys() >= set(wanted):
        return None
    return round_half_up(min(flows[start] for start in wanted), STEP)


def pseudo_yield(night_flow: Decimal, daily_volume: Decimal) -> Decimal | None:
    """Percent left when the night flow (m3/h) ran all day; an assumed formula.

    The company's own formula is not published: 1 - night flow x 24 h / daily volume.

    >>> pseudo_yield(Decimal(10), Decimal(1000))
    Decimal('76.00')
    """
    lost = ratio(night_flow * 24, daily_volume, "0.01", HUNDRED)
    return None if lost is None else HUNDRED - lost
