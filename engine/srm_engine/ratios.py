"""Ratios that may not exist: an empty denominator is "not computable", never zero."""

from decimal import Decimal

from .money import round_half_up


def ratio(
    part: Decimal | None, whole: Decimal | None, step: str, factor: Decimal | int = 1
) -> Decimal | None:
    """Return part / whole x factor at the decimals of ``step``, or ``None``.

    >>> ratio(Decimal(1), Decimal(16450), "0.01", 1000000)
    Decimal('60.79')
    >>> ratio(Decimal(1), Decimal(0), "0.01") is None
    True
    """
    if part is None or not whole:
        return None
    return round_half_up(part * factor / whole, Decimal(step))


def difference(left: Decimal | None, right: Decimal | None) -> Decimal | None:
    """Return left - right, or ``None`` when one is unknown."""
    return None if left is None or right is None else left - right
