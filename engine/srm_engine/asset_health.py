"""Health of an asset by age and condition, 0.5 (new) to 10 (end of life).

Ofgem's Common Network Asset Indices Methodology (CNAIM v2.1). Ageing is an exponential:
binary floats are enough, no money is involved; results are rounded decimals.
"""

import math
from dataclasses import dataclass
from decimal import Decimal

from .errors import RuleError
from .money import clamp

NEW, END_OF_NORMAL_LIFE, WORST = Decimal("0.5"), Decimal("5.5"), Decimal(10)
STEP = Decimal("0.01")
RATE_STEP = Decimal("0.000000001")
#: The initial health says nothing worse than this; only observations do.
INITIAL_CAP = Decimal("5.5")


def expected_life(normal: Decimal, duty: Decimal, location: Decimal) -> Decimal:
    """Years an asset lives where it is, for what it does.

    >>> expected_life(Decimal(1), Decimal(2), Decimal(5))
    Decimal('0.1')
    """
    if min(normal, duty, location) <= 0:
        raise RuleError("factor_not_positive", "life and factors must be above 0")
    return normal / (duty * location)


def initial_ageing_rate(life: Decimal) -> Decimal:
    """Ageing rate: from 0.5 to 5.5 over the expected life (years).

    >>> initial_ageing_rate(Decimal(10))
    Decimal('0.239789527')
    """
    if life <= 0:
        raise RuleError("life_not_positive", "the expected life must be above 0")
    rate = math.log(END_OF_NORMAL_LIFE / NEW) / float(life)
    return Decimal(rate).quantize(RATE_STEP)


def initial_health(age: Decimal, life: Decimal) -> Decimal:
    """Health that age alone tells.

    >>> [str(initial_health(Decimal(age), Decimal(40))) for age in (0, 40)]
    ['0.50', '5.50']
    """
    if age < 0:
        raise RuleError("age_negative", "an age is not negative")
    grown = Decimal(float(NEW) * math.exp(float(initial_ageing_rate(life) * age)))
    return min(grown, INITIAL_CAP).quantize(STEP)


def current_health(
    initial: Decimal, factor: Decimal, reliability: Decimal = Decimal(1)
) -> Decimal:
    """Health that observations correct, within 0.5 and 10.

    >>> current_health(Decimal(2), Decimal(3))
    Decimal('6')
    >>> current_health(Decimal(200), Decimal(300))
    Decimal('10')
    """
    return clamp(initial * factor * reliability, NEW, WORST)


@dataclass(frozen=True)
class Health:
    """Years, health now and in the year asked."""

    life: Decimal
    initial: Decimal
    current: Decimal


def health(
    age: Decimal,
    normal_life: Decimal,
    duty: Decimal = Decimal(1),
    location: Decimal = Decimal(1),
    factor: Decimal = Decimal(1),
    reliability: Decimal = Decimal(1),
) -> Health:
    """Health of an asset of this age (years)."""
    life = expected_life(normal_life, duty, location)
    first = initial_health(age, life)
    now = current_health(first, factor, reliability).quantize(STEP)
    return Health(life, first, now)
