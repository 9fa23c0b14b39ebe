"""Exact decimal amounts, and the one rounding of the suite: half-up."""

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from .errors import RuleError

ZERO = Decimal(0)
CENTIME = Decimal("0.01")
HUNDRED = Decimal(100)
# Beyond this the 28 digits of the decimal context could lose centimes in a product.
MAX_AMOUNT = Decimal(10) ** 15

_DECIMAL = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{1,12})?", re.ASCII)


def to_decimal(value: str | int | Decimal) -> Decimal:
    """Read an exact decimal: ``1200``, ``"1200.50"``; never a float.

    >>> to_decimal("1200.50")
    Decimal('1200.50')
    >>> to_decimal("1 200,50")
    Traceback (most recent call last):
        ...
    srm_engine.errors.RuleError: '1 200,50' is not a decimal such as 1200.50
    """
    if isinstance(value, Decimal):
        number = value
    elif isinstance(value, int) and not isinstance(value, bool):
        number = Decimal(value)
    elif isinstance(value, str) and _DECIMAL.fullmatch(value.strip()):
        number = Decimal(value.strip())
    else:
        raise RuleError(
            "not_decimal", "{value!r} is not a decimal such as 1200.50", value=value
        )
    return check_size(number)


def check_size(number: Decimal) -> Decimal:
    """Refuse infinities and what no invoice of this world reaches."""
    if not number.is_finite() or abs(number) > MAX_AMOUNT:
        raise RuleError(
            "amount_too_large", "{value} is not a plausible number", value=number
        )
    return number


def round_half_up(value: Decimal, step: Decimal) -> Decimal:
    """Round half-up (away from zero) to the decimals of ``step``.

    >>> round_half_up(Decimal("1.05895"), Decimal("0.0001"))
    Decimal('1.0590')
    """
    return value.quantize(step, ROUND_HALF_UP)


def round_centime(value: Decimal) -> Decimal:
    """Round half-up to the centime.

    >>> round_centime(Decimal("25.925")), round_centime(Decimal("-0.005"))
    (Decimal('25.93'), Decimal('-0.01'))
    """
    return value.quantize(CENTIME, ROUND_HALF_UP)


def money_text(value: Decimal) -> str:
    """Write an amount with two decimals and no exponent.

    >>> money_text(Decimal("1234.5")), money_text(Decimal("-0.001"))
    ('1234.50', '0.00')
    """
    rounded = round_centime(value)
    return str(rounded if rounded else CENTIME * 0)


def clamp(value: Decimal, low: Decimal, high: Decimal) -> Decimal:
    """Bring ``value`` inside ``[low, high]``."""
    return max(low, min(value, high))


def total(values: Iterable[Decimal]) -> Decimal:
    """Sum exactly; an empty sum is ``Decimal(0)``."""
    return sum(values, ZERO)
