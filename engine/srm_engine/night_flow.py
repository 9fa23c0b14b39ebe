"""Minimum night flow: what runs when nobody draws water is mostly leaks."""

from collections.abc import Iterable
from decimal import Decimal

from .money import HUNDRED, round_half_up
from .ratios import ratio

NIGHT = (2, 4)
STEP = Decimal("0.01")


def minimum_night_flow(
    samples: Iterable[tuple[int, Decimal]], night: tuple[int, int] = NIGHT
) -> Decimal | None:
    """Lowest hourly mean of the night, in the unit of the samples.

    :param samples: (hour of the day, flow); ``night``: first hour and the one after
    :return: ``None`` without a sample of every hour of the night

    >>> minimum_night_flow([(2, Decimal(10)), (2, Decimal(12)), (3, Decimal(9))])
    Decimal('9.00')
    """
    first, last = night
    by_hour: dict[int, list[Decimal]] = {hour: [] for hour in range(first, last)}
    for hour, flow in samples:
        if hour in by_hour:
            by_hour[hour].append(flow)
    if not all(by_hour.values()):
        return None
    means = (sum(flows) / len(flows) for flows in by_hour.values())
    return round_half_up(min(means), STEP)


def pseudo_yield(night_flow: Decimal, daily_volume: Decimal) -> Decimal | None:
    """Percent left when the night flow (m3/h) ran all day; an assumed formula.

    The company's own formula is not published: 1 - night flow x 24 h / daily volume.

    >>> pseudo_yield(Decimal(10), Decimal(1000))
    Decimal('76.00')
    """
    lost = ratio(night_flow * 24, daily_volume, "0.01", HUNDRED)
    return None if lost is None else HUNDRED - lost
