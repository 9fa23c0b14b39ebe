"""Arrears as public-finance assessments read them (PEFA, indicator PI-22).

Stock of arrears as a share of yearly spending: at most 2 % is A, 6 % B, 10 % C, more D.
Monitoring: the quarter's figures are known within four weeks of its end.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from .money import HUNDRED

#: Highest share of spending, in percent, for each grade.
GRADES: tuple[tuple[str, Decimal], ...] = (
    ("A", Decimal(2)),
    ("B", Decimal(6)),
    ("C", Decimal(10)),
)
LAST_GRADE = "D"
WEEKS_TO_REPORT = 4
_CENT = Decimal("0.01")


def stock_ratio(stock: Decimal, spending: Decimal) -> Decimal | None:
    """Stock of arrears in percent of spending, two decimals; None without spending.

    >>> stock_ratio(Decimal("1500000"), Decimal("40000000"))
    Decimal('3.75')
    >>> stock_ratio(Decimal(1), Decimal(0)) is None
    True
    """
    if spending <= 0:
        return None
    return (stock / spending * HUNDRED).quantize(_CENT, ROUND_HALF_UP)


def stock_grade(stock: Decimal, spending: Decimal) -> str | None:
    """Grade of the stock; judged on the exact share, before any rounding.

    >>> [stock_grade(Decimal(n), Decimal(100)) for n in (2, 6, 10)]
    ['A', 'B', 'C']
    >>> stock_grade(Decimal("2.001"), Decimal(100)), stock_grade(Decimal(11), HUNDRED)
    ('B', 'D')
    """
    if spending <= 0:
        return None
    share = stock / spending * HUNDRED
    return next((grade for grade, limit in GRADES if share <= limit), LAST_GRADE)


def quarter_end(day: date) -> date:
    """Last day of the quarter of ``day``.

    >>> quarter_end(date(2025, 2, 3)), quarter_end(date(2025, 12, 31))
    (datetime.date(2025, 3, 31), datetime.date(2025, 12, 31))
    """
    month = (day.month - 1) // 3 * 3 + 3
    start_of_next = date(day.year + month // 12, month % 12 + 1, 1)
    return start_of_next - timedelta(days=1)


def last_closed_quarter(today: date) -> date:
    """End of the last quarter that is over.

    >>> last_closed_quarter(date(2026, 1, 1)), last_closed_quarter(date(2025, 12, 31))
    (datetime.date(2025, 12, 31), datetime.date(2025, 9, 30))
    """
    month = (today.month - 1) // 3 * 3 + 1
    return date(today.year, month, 1) - timedelta(days=1)


def reported_in_time(quarter: date, taken: date) -> bool:
    """Whether the figures of a quarter were taken within four weeks of its end.

    >>> reported_in_time(date(2025, 9, 30), date(2025, 10, 28))
    True
    >>> reported_in_time(date(2025, 9, 30), date(2025, 10, 29))
    False
    """
    return taken <= quarter + timedelta(weeks=WEEKS_TO_REPORT)


def mean_delay(payments: Iterable[tuple[Decimal, int]]) -> Decimal | None:
    """Mean payment delay in days, weighted by the amounts, two decimals.

    :param payments: (amount paid in MAD, days from the service or invoice to the
        credit of the creditor's account)

    >>> mean_delay([(Decimal(900), 30), (Decimal(100), 130)])
    Decimal('40.00')
    >>> mean_delay([]) is None
    True
    """
    rows = list(payments)
    paid = sum((amount for amount, _days in rows), Decimal(0))
    if not paid:
        return None
    weighted = sum((amount * days for amount, days in rows), Decimal(0))
    return (weighted / paid).quantize(_CENT, ROUND_HALF_UP)
