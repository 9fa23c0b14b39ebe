"""Leak search: kilometres walked, leaks found, water saved."""

from decimal import Decimal

from .errors import RuleError
from .money import round_half_up
from .ratios import ratio

HOURS_A_DAY = 24
CUBIC = Decimal("0.1")


def volume_saved(flow: Decimal, found_to_repair_days: int, days: int) -> Decimal:
    """m3 saved by a repair over ``days``, less what ran until it was repaired.

    :param flow: estimate in m3 an hour

    >>> volume_saved(Decimal("0.5"), 2, 30)
    Decimal('336.0')
    """
    if flow < 0 or found_to_repair_days < 0:
        raise RuleError("leak_negative", "a flow and a delay are not negative")
    left = max(days - found_to_repair_days, 0)
    return round_half_up(flow * HOURS_A_DAY * left, CUBIC)


def times_a_year(inspected_km: Decimal, network_km: Decimal) -> Decimal | None:
    """How often the network was walked (Redal: 1.8 to 2 a year).

    >>> times_a_year(Decimal(1900), Decimal(1000))
    Decimal('1.90')
    """
    return ratio(inspected_km, network_km, "0.01")


def per_100_km(leaks: int, network_km: Decimal) -> Decimal | None:
    """Leaks on mains per 100 km.

    >>> per_100_km(45, Decimal(300))
    Decimal('15.00')
    """
    return ratio(Decimal(leaks), network_km, "0.01", 100)


def per_1000_connections(leaks: int, connections: int) -> Decimal | None:
    """Leaks on connections per 1,000 of them."""
    return ratio(Decimal(leaks), Decimal(connections), "0.01", 1000)
