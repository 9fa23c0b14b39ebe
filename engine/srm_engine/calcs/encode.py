"""Writing of results as JSON values."""

from decimal import Decimal

from ..money import money_text


def plain(value: Decimal | None) -> str | None:
    """Write a decimal without exponent; ``None`` stays null.

    >>> plain(Decimal("1E+3")), plain(None)
    ('1000', None)
    """
    return None if value is None else f"{value:f}"


def money(value: Decimal | None) -> str | None:
    """Write an amount with two decimals; ``None`` stays null."""
    return None if value is None else money_text(value)


def rate(value: Decimal) -> str:
    """Write a percent with two decimals, or more when it has more.

    >>> rate(Decimal("3.850")), rate(Decimal("2.125"))
    ('3.85', '2.125')
    """
    short = money_text(value)
    return short if Decimal(short) == value else f"{value:f}"
