"""Lengths, volumes and yields by pressure floor.

Roll-up floors group base floors: they are never added to them. Commercial sectors are
mapped to floors by percentages, brought to a sum of one per sector.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .errors import RuleError
from .money import HUNDRED, ZERO, round_half_up, total
from .ratios import ratio

Key = Any
GOOD, MEDIUM, WEAK = "good", "medium", "weak"
#: Lowest ratio of each band, best first: an exact bound belongs to the better band.
BANDS = ((GOOD, Decimal("0.80")), (MEDIUM, Decimal("0.60")))


@dataclass(frozen=True)
class Lengths:
    """Kilometres of the base floors that have a length."""

    total_km: Decimal
    floors_with_length: int
    largest_share_pct: Decimal | None


def lengths(by_floor: Mapping[Key, Decimal | None]) -> Lengths:
    """Total of the base floors; a floor without length counts for nothing.

    >>> found = lengths({"A": Decimal("410.5"), "B": Decimal("364.5"), "C": None})
    >>> found.total_km, found.floors_with_length, found.largest_share_pct
    (Decimal('775.0'), 2, Decimal('53.0'))
    """
    known = [length for length in by_floor.values() if length is not None]
    if any(length < 0 for length in known):
        raise RuleError("length_negative", "a length is negative")
    whole = total(known)
    return Lengths(
        whole, len(known), ratio(max(known, default=ZERO), whole, "0.1", HUNDRED)
    )


def share_volume(volume: Decimal, shares: Mapping[Key, Decimal]) -> dict[Key, Decimal]:
    """Volume of a commercial sector on its floors, in proportion to their shares.

    The last floor takes the residue of the thousandths, so that nothing is lost.

    >>> share_volume(Decimal(1000), {"A": Decimal("0.5"), "B": Decimal("0.5")})
    {'A': Decimal('500.000'), 'B': Decimal('500.000')}
    """
    whole = total(shares.values())
    if whole <= 0 or any(share < 0 for share in shares.values()):
        raise RuleError("shares_invalid", "the shares of a sector must be positive")
    *firsts, last = shares
    step = Decimal("0.001")
    found = {key: round_half_up(volume * shares[key] / whole, step) for key in firsts}
    return {**found, last: round_half_up(volume, step) - total(found.values())}


def band(
    value: Decimal, bands: tuple[tuple[str, Decimal], ...] = BANDS, worst: str = WEAK
) -> str:
    """Band of a yield given as a ratio; every value has exactly one.

    >>> [band(Decimal(text)) for text in ("0.80", "0.79", "0.60", "0.59")]
    ['good', 'medium', 'medium', 'weak']
    """
    return next((name for name, low in bands if value >= low), worst)


def percent(value: Decimal) -> Decimal:
    """A ratio as a percent; above 100 when the reading periods do not match.

    >>> percent(Decimal("0.7549"))
    Decimal('75.49')
    """
    return round_half_up(value * HUNDRED, Decimal("0.01"))


def mismatch(brought_in: Decimal, billed: Decimal) -> bool:
    """More billed than brought in: the periods do not match, this is no good yield."""
    return billed > brought_in
