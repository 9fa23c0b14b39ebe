"""Exact arithmetic of settlements: centimes as Decimal, no Odoo import."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from srm_engine.money import round_centime

ZERO = Decimal("0.00")


def money(value: float | int | str | Decimal) -> Decimal:
    """Amount of a monetary field as an exact number of centimes.

    >>> money(1234.56), money(0.1 + 0.2)
    (Decimal('1234.56'), Decimal('0.30'))
    """
    return round_centime(Decimal(str(value or 0)))


def total(values: Iterable[float | Decimal]) -> Decimal:
    """Exact sum of amounts of monetary fields.

    >>> total([0.1, 0.2])
    Decimal('0.30')
    """
    return sum((money(value) for value in values), ZERO)


def allocate(
    payments: Sequence[Decimal], claims: Sequence[Decimal]
) -> list[tuple[int, int, Decimal]]:
    """Which part of which payment extinguishes which claim.

    Payments are used in their order and pay the claims in theirs, the oldest first
    (imputation sur la dette la plus ancienne). Both must add up to the same total.

    :param payments: amounts in MAD, all > 0, in the order of their dates
    :param claims: amounts in MAD, all > 0, in the order they are to be extinguished
    :return: ``(index of payment, index of claim, amount > 0)``
    :raise ValueError: an amount is not positive, or the totals differ

    >>> allocate([Decimal(60), Decimal(40)], [Decimal(30), Decimal(70)])
    [(0, 0, Decimal('30')), (0, 1, Decimal('30')), (1, 1, Decimal('40'))]
    >>> allocate([Decimal(1)], [Decimal(2)])
    Traceback (most recent call last):
    ...
    ValueError: payments (1) and claims (2) do not add up to the same total
    """
    if any(amount <= 0 for amount in (*payments, *claims)):
        raise ValueError("every amount must be positive")
    if sum(payments) != sum(claims):
        raise ValueError(
            f"payments ({sum(payments)}) and claims ({sum(claims)}) "
            "do not add up to the same total"
        )
    shares = []
    claim, left = 0, claims[0] if claims else ZERO
    for index, amount in enumerate(payments):
        while amount > 0:
            share = min(amount, left)
            shares.append((index, claim, share))
            amount, left = amount - share, left - share
            if not left and claim + 1 < len(claims):
                claim += 1
                left = claims[claim]
    return shares


def rate(percent: float | int | str | Decimal) -> Decimal:
    """Fraction of a rate kept in percent with four decimals.

    >>> rate(7.0), rate(0.1)
    (Decimal('0.07'), Decimal('0.001'))
    """
    return (Decimal(str(percent or 0)) / 100).normalize()


def exact(value: float | int | str | Decimal) -> Decimal:
    """Quantity or coefficient of a float field as the number a person typed.

    >>> exact(0.1) + exact(0.2)
    Decimal('0.3')
    """
    return Decimal(str(value or 0))
