"""Uncertainty of products and sums (error propagation, independent terms)."""

from math import hypot


def combined_percent(terms):
    """Relative uncertainty of a sum, in percent.

    :param terms: pairs (value, relative uncertainty in percent)
    :return: percent, 0.0 when the sum is zero

    >>> round(combined_percent([(100, 10), (100, 10)]), 2)
    7.07
    >>> combined_percent([])
    0.0
    """
    total = sum(value for value, _percent in terms)
    if not total:
        return 0.0
    return hypot(*(value * percent for value, percent in terms)) / abs(total)


def product_percent(*percents):
    """Relative uncertainty of a product, in percent.

    >>> product_percent(3, 4)
    5.0
    """
    return hypot(*percents)
