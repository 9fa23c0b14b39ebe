"""Renewal needs of a network: what passes its expected life, year by year."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .money import HUNDRED, ZERO, total
from .ratios import ratio


@dataclass(frozen=True)
class Pipe:
    """``metres`` of network laid in ``year``, living ``life`` years.

    ``failures_per_km``: a year, on average.
    """

    key: Any
    metres: Decimal
    year: int | None
    life: int | None
    failures_per_km: Decimal = ZERO


def renewal_year(pipe: Pipe, failure_years: int = 0) -> int | None:
    """Year in which a pipe reaches the end of its life; ``None`` when unknown.

    :param failure_years: years that one failure per km and year takes from the life; no
        published figure, so a setting of the company

    >>> renewal_year(Pipe("a", Decimal(100), 1980, 50))
    2030
    >>> renewal_year(Pipe("a", Decimal(100), 1980, 50, Decimal(2)), failure_years=5)
    2020
    """
    if pipe.year is None or pipe.life is None:
        return None
    shortened = int(pipe.failures_per_km * failure_years)
    return max(pipe.year + pipe.life - shortened, pipe.year)


def needs(
    pipes: Iterable[Pipe], first: int, last: int, failure_years: int = 0
) -> dict[int | None, Decimal]:
    """Kilometres to renew per year; what is overdue counts in ``first``.

    ``None`` holds the kilometres of unknown year or material: never left out silently.

    >>> needs([Pipe("a", Decimal(1500), 1950, 50), Pipe("b", Decimal(500), None, 50)],
    ...       2026, 2030)
    {2026: Decimal('1.5'), None: Decimal('0.5')}
    """
    found: dict[int | None, Decimal] = defaultdict(lambda: ZERO)
    for pipe in pipes:
        year = renewal_year(pipe, failure_years)
        if year is not None and year > last:
            continue
        found[year if year is None else max(year, first)] += pipe.metres / 1000
    return dict(found)


def yearly_rate(renewed_km: Decimal, network_km: Decimal) -> Decimal | None:
    """Percent of the network renewed in a year (mean 1.17 % in France, 2023)."""
    return ratio(renewed_km, network_km, "0.01", HUNDRED)


def total_km(found: dict[int | None, Decimal]) -> Decimal:
    """All the kilometres of :func:`needs`."""
    return total(found.values())
