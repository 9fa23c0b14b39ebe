"""Instalments of a settlement agreement."""

import datetime
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from .dates import add_months
from .errors import RuleError
from .money import CENTIME, ZERO, round_centime


@dataclass(frozen=True)
class Instalment:
    """Amount in dirhams to be credited on ``date``."""

    date: datetime.date
    amount: Decimal


def schedule(
    total: Decimal,
    count: int,
    first: datetime.date,
    every_months: int = 1,
    down_payment: Decimal = ZERO,
) -> list[Instalment]:
    """Split ``total`` (dirhams, whole centimes) into dated instalments.

    Without a down payment the first of ``count`` equal instalments falls on ``first``.
    With one, it falls on ``first`` and the ``count`` instalments follow it. Dates stay
    on the day of the month of ``first`` (or the last day of a shorter month). Amounts
    are rounded down and the last one takes the rest: they sum exactly to ``total``.
    Raises ``RuleError``: ``total_not_positive``, ``not_centimes``, ``count_invalid``,
    ``period_invalid``, ``down_payment_invalid``, ``instalment_too_small``.

    >>> for part in schedule(Decimal(100), 3, datetime.date(2025, 1, 31)):
    ...     print(part.date, part.amount)
    2025-01-31 33.33
    2025-02-28 33.33
    2025-03-31 33.34
    """
    _check_terms(total, count, every_months, down_payment)
    amounts = _split(total - down_payment, count)
    if down_payment:
        amounts.insert(0, round_centime(down_payment))
    return [
        Instalment(add_months(first, position * every_months), amount)
        for position, amount in enumerate(amounts)
    ]


def _split(amount: Decimal, count: int) -> list[Decimal]:
    part = (amount / count).quantize(CENTIME, ROUND_DOWN)
    if not part:
        raise RuleError(
            "instalment_too_small",
            "{amount} cannot be split into {count} instalments of a centime or more",
            amount=amount,
            count=count,
        )
    return [part] * (count - 1) + [round_centime(amount - part * (count - 1))]


def _check_terms(
    total: Decimal, count: int, every_months: int, down_payment: Decimal
) -> None:
    if total <= 0:
        raise RuleError(
            "total_not_positive", "the total {total} must be above zero", total=total
        )
    for amount in (total, down_payment):
        if amount != round_centime(amount):
            raise RuleError(
                "not_centimes",
                "{amount} has more decimals than the centime",
                amount=amount,
            )
    if count < 1:
        raise RuleError(
            "count_invalid", "{count} instalments: at least one is needed", count=count
        )
    if every_months < 1:
        raise RuleError(
            "period_invalid",
            "a period of {months} months: at least one is needed",
            months=every_months,
        )
    if not 0 <= down_payment < total:
        raise RuleError(
            "down_payment_invalid",
            "the down payment {down} must be zero or more and below the total {total}",
            down=down_payment,
            total=total,
        )
