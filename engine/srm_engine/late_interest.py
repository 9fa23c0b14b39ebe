"""Late interest of public contracts: decree 2-16-344, articles 8 and 9.

Due without formality from the day after the 60 days that follow the acknowledgement of
service, until the day the supplier is credited. The base is the amount TTC less the
retention; the rate is the mean of the 3-month treasury-bill auctions of the previous
quarter plus one point, so it changes with each civil quarter.

A day takes the last rate known on that day: beyond the quarter of that rate the figure
is an estimate, and says so. Days before the first known rate bear no interest and are
counted apart, never guessed. Only the total is rounded, half-up to the centime.
"""

import datetime
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from .dates import ONE_DAY, add_days, add_months
from .errors import RuleError
from .late_payment import Payment
from .money import HUNDRED, ZERO, round_centime

TERM_DAYS = 60
DAY_BASES = (360, 365)
MARGIN = Decimal(1)


@dataclass(frozen=True)
class QuarterRate:
    """Percent of the quarter that starts on ``start``, the one-point margin included."""

    start: datetime.date
    rate: Decimal


@dataclass(frozen=True)
class InterestClaim:
    """Amount that bears interest: TTC less retention and less what was rejected.

    ``service_date`` is the day the service was acknowledged. Payments beyond the base
    are not counted.
    """

    service_date: datetime.date
    base: Decimal
    payments: tuple[Payment, ...] = ()


@dataclass(frozen=True)
class InterestLine:
    """Interest from ``first`` to ``last``, both included, on one base at one rate."""

    first: datetime.date
    last: datetime.date
    base: Decimal
    rate: Decimal
    estimated: bool
    year: int

    @property
    def days(self) -> int:
        """Number of days that bear interest."""
        return (self.last - self.first).days + 1

    @property
    def exact(self) -> Decimal:
        """Interest before rounding, in dirhams."""
        return self.base * self.rate * self.days / (HUNDRED * self.year)

    @property
    def amount(self) -> Decimal:
        """Interest of the line, rounded for the reader."""
        return round_centime(self.exact)


@dataclass(frozen=True)
class Interest:
    """``total`` in dirhams; ``missing_days`` late days for which no rate is known."""

    first_day: datetime.date
    total: Decimal
    lines: tuple[InterestLine, ...]
    missing_days: int

    @property
    def estimated(self) -> bool:
        """Whether a rate was carried beyond its quarter."""
        return any(line.estimated for line in self.lines)


def quarter_start(day: datetime.date) -> datetime.date:
    """Return the first day of the civil quarter.

    >>> quarter_start(datetime.date(2025, 12, 31))
    datetime.date(2025, 10, 1)
    """
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)


def late_interest(
    claim: InterestClaim,
    as_of: datetime.date,
    rates: Iterable[QuarterRate],
    year: int = 365,
) -> Interest:
    """Compute the interest owed on ``as_of``.

    Raises ``RuleError``: ``base_negative``, ``day_basis``.

    >>> rates = [QuarterRate(datetime.date(2025, 1, 1), Decimal(3))]
    >>> paid = (Payment(datetime.date(2025, 4, 16), Decimal(1080000)),)
    >>> claim = InterestClaim(datetime.date(2025, 1, 1), Decimal(1080000), paid)
    >>> late_interest(claim, datetime.date(2025, 12, 31), rates).total
    Decimal('3994.52')
    >>> late_interest(claim, datetime.date(2025, 12, 31), rates, 360).total
    Decimal('4050.00')
    """
    if claim.base < 0:
        raise RuleError("base_negative", "the base {base} is negative", base=claim.base)
    if year not in DAY_BASES:
        raise RuleError(
            "day_basis", "a year of {year} days: it must be 360 or 365", year=year
        )
    table = sorted(rates, key=_rate_start)
    starts = [rate.start for rate in table]
    first_day = add_days(claim.service_date, TERM_DAYS + 1)
    lines: list[InterestLine] = []
    missing = 0
    for first, last, base in _steps(claim, first_day, as_of):
        for start, end in _by_quarter(first, last):
            rank = bisect_right(starts, start) - 1
            if rank < 0:
                missing += (end - start).days + 1
                continue
            known = table[rank]
            estimated = quarter_start(known.start) != quarter_start(start)
            lines.append(InterestLine(start, end, base, known.rate, estimated, year))
    total = round_centime(sum((line.exact for line in lines), ZERO))
    return Interest(first_day, total, tuple(lines), missing)


def next_month(
    claim: InterestClaim,
    as_of: datetime.date,
    rates: Iterable[QuarterRate],
    year: int = 365,
) -> Decimal:
    """Return what one further month of waiting adds to the interest.

    >>> rates = [QuarterRate(datetime.date(2025, 1, 1), Decimal(3))]
    >>> claim = InterestClaim(datetime.date(2025, 1, 1), Decimal(100000))
    >>> next_month(claim, datetime.date(2025, 4, 30), rates)
    Decimal('246.58')
    """
    table = tuple(rates)
    later = late_interest(claim, add_months(as_of, 1), table, year)
    return later.total - late_interest(claim, as_of, table, year).total


def _rate_start(rate: QuarterRate) -> datetime.date:
    return rate.start


def _steps(
    claim: InterestClaim, first_day: datetime.date, as_of: datetime.date
) -> Iterator[tuple[datetime.date, datetime.date, Decimal]]:
    """Yield (first day, last day, amount unpaid): a payment's own day still counts."""
    base, day = claim.base, first_day
    for payment in sorted(claim.payments, key=lambda item: item.date):
        if payment.date > as_of:
            break
        if payment.date >= day and base > 0:
            yield day, payment.date, base
            day = payment.date + ONE_DAY
        base -= min(payment.amount, base)
    if base > 0 and day <= as_of:
        yield day, as_of, base


def _by_quarter(
    first: datetime.date, last: datetime.date
) -> Iterator[tuple[datetime.date, datetime.date]]:
    while first <= last:
        end = min(last, add_months(quarter_start(first), 3) - ONE_DAY)
        yield first, end
        first = end + ONE_DAY
