"""From the floats of the ORM to the exact decimals the rules work with, and back."""

from decimal import Decimal

#: Decimals kept for emission factors, quantities and results, in this order.
FACTOR_DIGITS = (20, 10)
QUANTITY_DIGITS = (16, 4)
RESULT_DIGITS = (16, 6)


def decimal_of(value, digits):
    """The decimal a numeric column holds: ``value`` rounded to the column's scale."""
    return Decimal(f"{value:.{digits[1]}f}").normalize() + 0


def text_of(value, digits):
    """Plain decimal text of a column value, without exponent.

    >>> text_of(0.00014, (20, 10))
    '0.00014'
    """
    return format(decimal_of(value, digits), "f")
