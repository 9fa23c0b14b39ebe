"""Declaration of payment delays to the tax administration: law 69-21.

A declaration carries the months of delay of its period (a civil quarter; the whole year
in the transitional annual regime), for each late payment and for what is still unpaid
on the last day. A month is declared once: an invoice remembers up to which day it was
declared, and the months of a period that was skipped are caught up by the next one.

The first month of delay costs the key rate, once in the life of the invoice; each
further month 0.85 %. The fine of a line is rounded half-up to the centime.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from .dates import ONE_DAY, add_days, add_months, month_end
from .errors import RuleError
from .key_rates import DEFAULT_KEY_RATES, KeyRate, key_rate_on
from .late_payment import (
    CALENDAR,
    FURTHER_MONTH_RATE,
    MAX_AGREED_DAYS,
    Court,
    Invoice,
    Part,
    charged_days,
    due_date,
    scope,
    split,
    start_date,
)
from .money import HUNDRED, ZERO, round_centime, total

ANNUAL = 5
ANNUAL_YEARS = (2024, 2025)
PAID, UNPAID, COURT = "paid", "unpaid", "court"

# Working practice of the contracts of the company, and the ceiling of the law.
DEPOSIT_DAYS = 90

VISA_TURNOVER = Decimal(50_000_000)
# Fine for a missing or late declaration, by turnover above the figure (DH HT).
SANCTIONS = (
    (Decimal(500_000_000), Decimal(250_000)),
    (Decimal(200_000_000), Decimal(125_000)),
    (Decimal(50_000_000), Decimal(50_000)),
    (Decimal(10_000_000), Decimal(12_500)),
    (Decimal(2_000_000), Decimal(5_000)),
)
#: Per invoice that is missing or wrong (note circulaire 734, page 7).
SANCTION_PER_INVOICE = Decimal(5_000)


@dataclass(frozen=True)
class Period:
    """Quarter 1 to 4 of ``year``, or the whole year (5)."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= ANNUAL:
            raise RuleError(
                "period_unknown",
                "the period is {number}, it must be a quarter 1 to 4, or 5 (annual)",
                number=self.number,
            )

    @cached_property
    def first(self) -> datetime.date:
        """First day."""
        month = 1 if self.number == ANNUAL else self.number * 3 - 2
        return datetime.date(self.year, month, 1)

    @cached_property
    def last(self) -> datetime.date:
        """Last day: what is unpaid is cut here.

        >>> Period(2026, 1).last, Period(2025, ANNUAL).last
        (datetime.date(2026, 3, 31), datetime.date(2025, 12, 31))
        """
        month = 12 if self.number == ANNUAL else self.number * 3
        return month_end(datetime.date(self.year, month, 1))

    @property
    def deadline(self) -> datetime.date:
        """Last day to declare: the month after the quarter; 31 March for a year.

        >>> Period(2026, 1).deadline, Period(2025, ANNUAL).deadline
        (datetime.date(2026, 4, 30), datetime.date(2026, 3, 31))
        """
        months = 3 if self.number == ANNUAL else 1
        return month_end(add_months(self.last, months))

    @property
    def label(self) -> str:
        """Name as in ``late_payment``: ``2026-T1``; the year alone when annual."""
        suffix = "" if self.number == ANNUAL else f"-T{self.number}"
        return f"{self.year}{suffix}"


@dataclass(frozen=True)
class Month:
    """One charged month: its first chargeable day and its percent.

    ``caught_up``: of an earlier period, that no declaration carried.
    """

    day: datetime.date
    rate: Decimal
    caught_up: bool = False


@dataclass(frozen=True)
class DeclaredLine:
    """What one declaration says of one late payment, or of the unpaid part.

    ``kind`` is ``paid``, ``unpaid``, or ``court`` (unpaid, judicial action pending on
    the last day); ``payment`` the index in ``inv.payments``; ``before`` the number of
    months that earlier declarations carried. ``months`` may be empty: a payment made
    late within the period, or an invoice in court, is declared all the same.
    """

    kind: str
    amount: Decimal
    until: datetime.date
    payment: int | None
    months: tuple[Month, ...]
    before: int
    first_rate: Decimal

    @property
    def rate(self) -> Decimal:
        """Percent of the months of this declaration."""
        return total(month.rate for month in self.months)

    @property
    def fine(self) -> Decimal:
        """Dirhams, half-up to the centime.

        >>> months = (Month(datetime.date(2026, 1, 1), FURTHER_MONTH_RATE),)
        >>> DeclaredLine(UNPAID, Decimal(3050), datetime.date(2026, 1, 31), None,
        ...              months, 1, Decimal("2.25")).fine
        Decimal('25.93')
        """
        return round_centime(self.amount * self.rate / HUNDRED)

    @property
    def caught_up(self) -> int:
        """Months of skipped periods."""
        return sum(month.caught_up for month in self.months)


@dataclass(frozen=True)
class Declared:
    """Lines of one invoice in one declaration, and the term they rest on."""

    in_scope: bool
    start_date: datetime.date
    due_date: datetime.date
    lines: tuple[DeclaredLine, ...] = ()

    @property
    def fine(self) -> Decimal:
        """Sum of the lines."""
        return total(line.fine for line in self.lines)


def declare(
    inv: Invoice,
    period: Period,
    declared_until: datetime.date | None = None,
    counting: str = CALENDAR,
    key_rates: Iterable[KeyRate] = DEFAULT_KEY_RATES,
) -> Declared:
    """Return the lines of an invoice in the declaration of a period.

    ``declared_until``: last day that filed declarations cover for this invoice; the
    months that start after it are declared now, those before the period included.
    Raises ``RuleError`` as :func:`srm_engine.late_payment.assess` does.

    >>> found = declare(Invoice(datetime.date(2025, 10, 16), Decimal(3050)),
    ...                 Period(2026, 1), declared_until=datetime.date(2025, 12, 31))
    >>> [(line.kind, len(line.months), line.fine) for line in found.lines]
    [('unpaid', 3, Decimal('77.78'))]
    """
    start, due = start_date(inv), due_date(inv)
    in_scope, _reason = scope(inv)
    if not in_scope or due >= period.last:
        return Declared(in_scope, start, due)
    days = charged_days(inv, period.last, counting)
    first_rate = key_rate_on(days[0], key_rates) if days else ZERO
    pending = _is_pending(court_on(inv, period.last), period.last)
    lines = []
    for part in split(inv, period.last):
        if part.amount and part.until > due:
            line = _line(part, period, days, declared_until, first_rate, pending)
            if line.months or _shown(line, period):
                lines.append(line)
    return Declared(in_scope, start, due, tuple(lines))


def _line(
    part: Part,
    period: Period,
    days: tuple[datetime.date, ...],
    declared_until: datetime.date | None,
    first_rate: Decimal,
    pending: bool,
) -> DeclaredLine:
    """Return the line of one part; ``days`` are those of the whole period.

    A month belongs to a part credited on or after the month's first chargeable day.
    """
    kind = PAID
    if part.payment is None:
        kind = COURT if pending else UNPAID
    before, months = 0, []
    for rank, day in enumerate(days):
        if day > part.until:
            break
        if declared_until is not None and day <= declared_until:
            before += 1
            continue
        rate = FURTHER_MONTH_RATE if rank else first_rate
        months.append(Month(day, rate, day < period.first))
    return DeclaredLine(
        kind, part.amount, part.until, part.payment, tuple(months), before, first_rate
    )


def _is_pending(court: Court | None, day: datetime.date) -> bool:
    return court is not None and (court.until is None or court.until > day)


def _shown(line: DeclaredLine, period: Period) -> bool:
    """Declared without any month: in court, or paid late within the period."""
    return line.kind == COURT or (
        line.kind == PAID and period.first <= line.until <= period.last
    )


def court_on(inv: Invoice, day: datetime.date) -> Court | None:
    """Return the judicial action a declaration names: the pending one, else the last.

    >>> old = Court(datetime.date(2025, 1, 1), datetime.date(2025, 3, 1))
    >>> new = Court(datetime.date(2025, 2, 1))
    >>> invoice = Invoice(datetime.date(2024, 1, 1), Decimal(1), court=old,
    ...                   further_courts=(new,))
    >>> court_on(invoice, datetime.date(2025, 1, 31)) == old
    True
    >>> court_on(invoice, datetime.date(2025, 6, 30)) == new
    True
    """
    if not inv.courts:
        return None
    begun = [court for court in inv.courts if court.start <= day]
    pending = [court for court in begun if court.until is None or court.until > day]
    return next(reversed(pending or begun), None)


def term_warning(agreed_days: int | None) -> bool:
    """Whether an agreed term is void beyond its ceiling of 120 days.

    >>> term_warning(120), term_warning(121), term_warning(None)
    (False, True, False)
    """
    return agreed_days is not None and agreed_days > MAX_AGREED_DAYS


def deposit_warning(
    issued: datetime.date, deposited: datetime.date | None, days: int = DEPOSIT_DAYS
) -> bool:
    """Whether paying ``days`` after the deposit goes beyond issue + 120 days.

    The law counts from the issue of the invoice, contracts from its deposit at the
    mail registry: an invoice deposited late is late before its contractual term ends.

    >>> issued = datetime.date(2026, 1, 1)
    >>> deposit_warning(issued, datetime.date(2026, 1, 31))
    False
    >>> deposit_warning(issued, datetime.date(2026, 2, 1))
    True
    """
    if deposited is None:
        return False
    return add_days(deposited, days) > add_days(issued, MAX_AGREED_DAYS)


def sanction(turnover: Decimal) -> Decimal:
    """Return the fine in DH for declaring late or not at all, by turnover HT.

    >>> sanction(Decimal(500_000_000)), sanction(Decimal(2_000_000))
    (Decimal('125000'), Decimal('0'))
    """
    for above, amount in SANCTIONS:
        if turnover > above:
            return amount
    return ZERO


def visa_required(turnover: Decimal) -> bool:
    """Whether the statutory auditor must sign (turnover of 50 MDH or more).

    >>> visa_required(Decimal("49999999.99")), visa_required(Decimal(50_000_000))
    (False, True)
    """
    return turnover >= VISA_TURNOVER


def periods_between(first: datetime.date, last: datetime.date) -> list[Period]:
    """Return the quarters that end within ``first..last``, oldest first.

    >>> [period.label for period in periods_between(
    ...     datetime.date(2025, 11, 1), datetime.date(2026, 3, 31))]
    ['2025-T4', '2026-T1']
    """
    found = []
    period = quarter_of(first)
    while period.last <= last:
        found.append(period)
        period = quarter_of(period.last + ONE_DAY)
    return found


def quarter_of(day: datetime.date) -> Period:
    """Return the civil quarter of a day.

    >>> quarter_of(datetime.date(2026, 5, 9)).label
    '2026-T2'
    """
    return Period(day.year, (day.month + 2) // 3)
