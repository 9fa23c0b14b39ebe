"""Floats of the database as exact decimals for the engine."""

from decimal import Decimal

from srm_engine.money import round_centime


def exact(value: float | None) -> Decimal:
    """Shortest decimal that a float stands for; nothing is zero.

    >>> exact(0.1)
    Decimal('0.1')
    """
    return Decimal(repr(value or 0.0))


def money(value: float | Decimal | None) -> Decimal:
    """Amount to the centime."""
    return round_centime(value if isinstance(value, Decimal) else exact(value))
