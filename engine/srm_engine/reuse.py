"""Reuse of treated wastewater against its target."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .errors import RuleError
from .money import HUNDRED, total
from .ratios import ratio


@dataclass(frozen=True)
class Reuse:
    """m3 reused by client group, and percent of the treated volume."""

    reused: Decimal
    rate: Decimal | None
    missing: Decimal | None


def reuse(treated: Decimal, by_group: Mapping[Any, Decimal], target: Decimal) -> Reuse:
    """Reuse rate, and the m3 that lack to reach ``target`` (percent).

    >>> reuse(Decimal(1000), {"golf": Decimal(300), "green": Decimal(200)}, Decimal(60))
    Reuse(reused=Decimal('500'), rate=Decimal('50.0'), missing=Decimal('100'))
    """
    reused = total(by_group.values())
    if reused > treated:
        raise RuleError(
            "reuse_too_large",
            "{reused} m3 reused of {treated} m3 treated",
            reused=reused,
            treated=treated,
        )
    rate = ratio(reused, treated, "0.1", HUNDRED)
    missing = None
    if rate is not None:
        missing = max(treated * target / HUNDRED - reused, Decimal(0))
    return Reuse(reused, rate, missing)
