"""Interruptions of supply: SAIDI, SAIFI, CAIDI (IEEE 1366).

The denominator is the number of customers served, never the customers interrupted.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from .errors import RuleError
from .money import ZERO
from .ratios import ratio

STEP = "0.01"


@dataclass(frozen=True)
class Outage:
    """``customers`` interrupted during ``minutes``."""

    customers: int
    minutes: Decimal


@dataclass(frozen=True)
class Reliability:
    """SAIDI and CAIDI in minutes, SAIFI in interruptions per customer served."""

    customers_interrupted: int
    customer_minutes: Decimal
    saidi: Decimal | None
    saifi: Decimal | None
    caidi: Decimal | None


def reliability(outages: Iterable[Outage], served: int) -> Reliability:
    """Indices of a period; ``None`` when nobody is served or nobody was interrupted.

    >>> found = reliability([Outage(100, Decimal(5)), Outage(200, Decimal(10)),
    ...                      Outage(300, Decimal(11))], 10000)
    >>> found.saidi, found.saifi, found.caidi
    (Decimal('0.58'), Decimal('0.06'), Decimal('9.67'))
    """
    interrupted, minutes = 0, ZERO
    for outage in outages:
        if outage.customers < 0 or outage.minutes < 0:
            raise RuleError("outage_negative", "an outage is not negative")
        if served and outage.customers > served:
            raise RuleError(
                "outage_too_large",
                "{count} customers interrupted of {served} served",
                count=outage.customers,
                served=served,
            )
        interrupted += outage.customers
        minutes += outage.customers * outage.minutes
    customers = Decimal(served)
    return Reliability(
        interrupted,
        minutes,
        ratio(minutes, customers, STEP),
        ratio(Decimal(interrupted), customers, STEP),
        ratio(minutes, Decimal(interrupted), STEP),
    )
