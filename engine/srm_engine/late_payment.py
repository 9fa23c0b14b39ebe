"""Fine for late payment of suppliers: law 69-21 (commercial code, articles 78-1 ff.).

The fine goes to the Treasury: amount TTC unpaid or paid late, times the key rate of the
first month of delay plus 0.85 % per further month or fraction of a month.

How months are counted is an open point of the law, hence a setting:

* ``calendar``: the calendar months touched from the day after the due date to the day
  the supplier is credited (the reading confirmed by a statutory auditor);
* ``date_to_date``: the months started since the due date, from day to day.

A period of judicial action suspends the fine: a month is charged when at least one of
its days of delay lies outside that period. Delay before the law came into force
(2023-07-01) is never charged.

Rounding: half-up to the centime for each line (each late payment, and the unpaid
part), then the sum of the lines. Each quarter is rounded the same way because it is
declared on its own and never restated: the quarters may differ from the whole fine by
the centime of that rounding.
"""

import datetime
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from .dates import (
    ONE_DAY,
    add_days,
    add_months,
    month_end,
    months_between,
    quarter_label,
)
from .errors import RuleError
from .key_rates import DEFAULT_KEY_RATES, KeyRate, key_rate_on
from .money import HUNDRED, ZERO, round_centime, total

__all__ = [
    "CALENDAR",
    "DATE_TO_DATE",
    "DEFAULT_KEY_RATES",
    "Assessment",
    "Court",
    "Exposure",
    "Invoice",
    "KeyRate",
    "Line",
    "Part",
    "Payment",
    "assess",
    "charged_days",
    "due_date",
    "exposure",
    "scope",
    "split",
    "start_date",
    "term_days",
]

CALENDAR = "calendar"
DATE_TO_DATE = "date_to_date"
COUNTINGS = (CALENDAR, DATE_TO_DATE)

LAW_START = datetime.date(2023, 7, 1)
# Invoices of at most SMALL_AMOUNT issued before SMALL_AMOUNT_UNTIL are outside the law.
SMALL_AMOUNT = Decimal(10000)
SMALL_AMOUNT_UNTIL = datetime.date(2025, 1, 1)
DEFAULT_DAYS = 60
MAX_AGREED_DAYS = 120
MAX_SECTOR_DAYS = 180
FURTHER_MONTH_RATE = Decimal("0.85")

_DAY_BEFORE_LAW = LAW_START - ONE_DAY


@dataclass(frozen=True)
class Payment:
    """Amount TTC credited to the supplier on ``date`` (not the day of the order)."""

    date: datetime.date
    amount: Decimal


@dataclass(frozen=True)
class Court:
    """Judicial action from ``start`` to the final judgment (``None``: pending).

    Both days belong to the suspension.
    """

    start: datetime.date
    until: datetime.date | None = None


@dataclass(frozen=True)
class Invoice:
    """What the law looks at on a supplier's invoice.

    ``delivery_date`` is the day goods or services were delivered; ``periodic_month``
    any day of the month of agreed periodic transactions; ``service_date`` the
    acknowledgement of service, given only when the debtor is a public establishment.
    ``agreed_days`` and ``sector_days`` (set by decree) are terms in days. Any order of
    ``payments`` is accepted; what exceeds the invoice is not counted.
    ``further_courts`` holds judicial actions other than ``court``; they may overlap.
    """

    invoice_date: datetime.date
    amount_ttc: Decimal
    delivery_date: datetime.date | None = None
    periodic_month: datetime.date | None = None
    agreed_days: int | None = None
    sector_days: int | None = None
    payments: tuple[Payment, ...] = ()
    court: Court | None = None
    service_date: datetime.date | None = None
    further_courts: tuple[Court, ...] = ()

    @property
    def courts(self) -> tuple[Court, ...]:
        """Every judicial action, the oldest first."""
        first = (self.court,) if self.court else ()
        if not self.further_courts:
            return first
        return tuple(sorted((*first, *self.further_courts), key=_court_start))


class Part(NamedTuple):
    """Amount credited on ``until`` by ``inv.payments[payment]``; None: still unpaid."""

    amount: Decimal
    until: datetime.date
    payment: int | None


@dataclass(frozen=True)
class Line:
    """One late payment, or the part still unpaid, up to ``until``.

    ``charged`` holds the first chargeable day of each charged month. ``rate`` is in
    percent, ``fine`` in dirhams.
    """

    amount: Decimal
    until: datetime.date
    paid: bool
    charged: tuple[datetime.date, ...]
    first_rate: Decimal

    @property
    def months(self) -> int:
        """Number of months charged."""
        return len(self.charged)

    @property
    def rate(self) -> Decimal:
        """Percent of the whole delay."""
        return _rate(self.first_rate, self.months)

    @property
    def fine(self) -> Decimal:
        """Fine of the whole delay, rounded to the centime."""
        return _share(self.amount, self.rate)

    @property
    def by_quarter(self) -> dict[str, Decimal]:
        """Fine of the months that fall in each civil quarter, rounded one by one."""
        rates: dict[str, Decimal] = {}
        increment = self.first_rate
        for day in self.charged:
            quarter = quarter_label(day)
            rates[quarter] = rates.get(quarter, ZERO) + increment
            increment = FURTHER_MONTH_RATE
        return {key: _share(self.amount, rate) for key, rate in rates.items()}


@dataclass(frozen=True)
class Assessment:
    """Fine of one invoice.

    ``months`` and ``rate`` (percent) are those of the line that waited longest;
    ``fine`` is the sum of ``lines``; ``by_quarter`` maps ``"2025-T4"`` to what the
    declaration of that quarter carries.
    """

    in_scope: bool
    reason: str
    start_date: datetime.date
    due_date: datetime.date
    months: int
    rate: Decimal
    fine: Decimal
    by_quarter: dict[str, Decimal]
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Exposure:
    """What a debt costs so far and what waiting one further month would add.

    ``late_days`` counts to the reference day, or to the last payment once nothing
    remains unpaid; never negative.
    """

    due_date: datetime.date
    late_days: int
    fine_to_date: Decimal
    fine_next_month: Decimal


def start_date(inv: Invoice) -> datetime.date:
    """Return the day the payment term starts.

    The acknowledgement of service when the debtor is a public establishment; else the
    first of the month after an agreed periodic month; else the invoice date, but not
    later than the end of the month of delivery.

    >>> start_date(Invoice(datetime.date(2023, 8, 31), Decimal(1),
    ...                    delivery_date=datetime.date(2023, 7, 1)))
    datetime.date(2023, 7, 31)
    """
    if inv.service_date:
        return inv.service_date
    if inv.periodic_month:
        return add_months(inv.periodic_month.replace(day=1), 1)
    if inv.delivery_date:
        return min(inv.invoice_date, month_end(inv.delivery_date))
    return inv.invoice_date


def term_days(inv: Invoice) -> int:
    """Return the term in days, brought down to its legal ceiling.

    60 when nothing is agreed; an agreed term counts up to 120, the excess being void;
    a decree for the sector replaces both figures, up to 180.

    >>> term_days(Invoice(datetime.date(2024, 1, 1), Decimal(1), agreed_days=150))
    120
    """
    ceiling = MAX_AGREED_DAYS
    default = DEFAULT_DAYS
    if inv.sector_days is not None:
        ceiling = default = min(_days(inv.sector_days), MAX_SECTOR_DAYS)
    if inv.agreed_days is None:
        return default
    return min(_days(inv.agreed_days), ceiling)


def _days(days: int) -> int:
    if days < 0:
        raise RuleError("days_negative", "a term of {days} days is negative", days=days)
    return days


def due_date(inv: Invoice) -> datetime.date:
    """Return the last day the supplier may be credited without delay."""
    return add_days(start_date(inv), term_days(inv))


def scope(inv: Invoice) -> tuple[bool, str]:
    """Tell whether the law applies to the invoice, and why in one sentence.

    The 10,000 DH test looks at the invoice total TTC, never at an instalment.
    """
    if inv.amount_ttc < 0:
        raise RuleError(
            "amount_negative",
            "the invoice amount {amount} is negative",
            amount=inv.amount_ttc,
        )
    if inv.invoice_date < LAW_START:
        return False, "Invoice issued before 2023-07-01, when the law took effect."
    if inv.invoice_date >= SMALL_AMOUNT_UNTIL:
        return True, "Invoice issued from 2025-01-01: every amount is concerned."
    if inv.amount_ttc <= SMALL_AMOUNT:
        return False, "At most 10000 DH TTC and issued before 2025-01-01."
    return True, "More than 10000 DH TTC and issued from 2023-07-01."


def assess(
    inv: Invoice,
    as_of: datetime.date | None = None,
    counting: str = CALENDAR,
    key_rates: Iterable[KeyRate] = DEFAULT_KEY_RATES,
) -> Assessment:
    """Compute the fine of one invoice as known on ``as_of`` (default: last payment).

    Payments after ``as_of`` are still unpaid on that day. Raises ``RuleError``:
    ``as_of_missing``, ``amount_negative``, ``days_negative``, ``payment_amount``,
    ``court_dates``, ``counting_unknown``, ``key_rate_missing``.

    >>> invoice = Invoice(datetime.date(2023, 7, 20), Decimal("152542.37"),
    ...                   payments=(Payment(datetime.date(2023, 10, 18),
    ...                                     Decimal("152542.37")),))
    >>> found = assess(invoice)
    >>> found.months, found.rate, found.fine
    (2, Decimal('3.85'), Decimal('5872.88'))
    >>> assess(invoice, counting=DATE_TO_DATE).fine
    Decimal('4576.27')
    """
    start, due = start_date(inv), due_date(inv)
    in_scope, reason = scope(inv)
    _check(inv, counting)
    if not in_scope:
        return Assessment(False, reason, start, due, 0, ZERO, ZERO, {})
    day = as_of or _last_payment(inv)
    rates = tuple(key_rates)
    lines = tuple(_lines(inv, due, day, counting, rates))
    worst = max(lines, key=lambda line: line.months, default=None)
    return Assessment(
        in_scope=True,
        reason=reason,
        start_date=start,
        due_date=due,
        months=worst.months if worst else 0,
        rate=worst.rate if worst else ZERO,
        fine=total(line.fine for line in lines),
        by_quarter=_merge(line.by_quarter for line in lines),
        lines=lines,
    )


def exposure(
    inv: Invoice,
    as_of: datetime.date,
    counting: str = CALENDAR,
    key_rates: Iterable[KeyRate] = DEFAULT_KEY_RATES,
) -> Exposure:
    """Return what the invoice costs on ``as_of`` and one month later if still unpaid.

    ``fine_next_month`` is the difference between the two for the part unpaid on
    ``as_of``; an invoice outside the law costs nothing.

    >>> exposure(Invoice(datetime.date(2025, 1, 1), Decimal(1000)),
    ...          datetime.date(2025, 3, 31), CALENDAR, DEFAULT_KEY_RATES)
    ... # doctest: +NORMALIZE_WHITESPACE
    Exposure(due_date=datetime.date(2025, 3, 2), late_days=29,
             fine_to_date=Decimal('22.50'), fine_next_month=Decimal('8.50'))
    """
    due = due_date(inv)
    in_scope, _reason = scope(inv)
    _check(inv, counting)
    parts = _parts(inv, as_of)
    unpaid = parts[-1][0]
    until = as_of if unpaid or len(parts) == 1 else parts[-2][1]
    late_days = max((until - due).days, 0)
    if not in_scope:
        return Exposure(due, late_days, ZERO, ZERO)
    delay = _Delay(due, inv.courts, counting, key_rates)
    to_date = total(_share(amount, delay.rate(day)) for amount, day in parts)
    further = delay.rate(add_months(as_of, 1)) - delay.rate(as_of) if unpaid else ZERO
    return Exposure(due, late_days, to_date, _share(unpaid, further))


def charged_days(
    inv: Invoice, until: datetime.date, counting: str = CALENDAR
) -> tuple[datetime.date, ...]:
    """Return the first chargeable day of each month of delay up to ``until``.

    A longer delay only adds days at the end: this names a month once and for all.

    >>> charged_days(Invoice(datetime.date(2025, 1, 10), Decimal(1)),
    ...              datetime.date(2025, 5, 2))[:2]
    (datetime.date(2025, 3, 12), datetime.date(2025, 4, 1))
    """
    _check(inv, counting)
    return tuple(_Delay(due_date(inv), inv.courts, counting, ()).charged(until))


def _check(inv: Invoice, counting: str) -> None:
    """Refuse what would make the result meaningless."""
    if counting not in COUNTINGS:
        raise RuleError(
            "counting_unknown",
            "counting is {counting!r}, it must be calendar or date_to_date",
            counting=counting,
        )
    for court in inv.courts:
        if court.until and court.until < court.start:
            raise RuleError(
                "court_dates",
                "the final judgment ({until}) comes before the judicial action "
                "({start})",
                until=court.until,
                start=court.start,
            )
    for payment in inv.payments:
        if payment.amount <= 0:
            raise RuleError(
                "payment_amount",
                "the payment of {date} must be more than zero, not {amount}",
                date=payment.date,
                amount=payment.amount,
            )


def _last_payment(inv: Invoice) -> datetime.date:
    if not inv.payments:
        raise RuleError(
            "as_of_missing",
            "nothing is paid yet: give as_of, the day up to which delay is counted",
        )
    return max(payment.date for payment in inv.payments)


def _parts(inv: Invoice, as_of: datetime.date) -> list[tuple[Decimal, datetime.date]]:
    """Split the invoice into (amount, day credited); last comes the unpaid part.

    The unpaid part carries ``as_of`` as its day and may be zero.
    """
    return [(part.amount, part.until) for part in split(inv, as_of)]


def split(inv: Invoice, as_of: datetime.date) -> list[Part]:
    """Split the invoice by payment credited up to ``as_of``; the unpaid part is last.

    The unpaid part carries ``as_of`` as its day and may be zero.

    >>> paid = Payment(datetime.date(2025, 2, 1), Decimal(30))
    >>> invoice = Invoice(datetime.date(2025, 1, 1), Decimal(100), payments=(paid,))
    >>> [(part.amount, part.payment) for part in split(invoice, paid.date)]
    [(Decimal('30'), 0), (Decimal('70'), None)]
    """
    remaining = inv.amount_ttc
    parts = []
    for index in sorted(range(len(inv.payments)), key=_payment_date(inv.payments)):
        payment = inv.payments[index]
        if payment.date > as_of:
            break
        amount = min(payment.amount, remaining)
        if amount:
            parts.append(Part(amount, payment.date, index))
        remaining -= amount
    parts.append(Part(remaining, as_of, None))
    return parts


def _payment_date(payments: tuple[Payment, ...]) -> Callable[[int], datetime.date]:
    return lambda index: payments[index].date


def _court_start(court: Court) -> datetime.date:
    return court.start


def _lines(
    inv: Invoice,
    due: datetime.date,
    as_of: datetime.date,
    counting: str,
    key_rates: tuple[KeyRate, ...],
) -> Iterator[Line]:
    parts = _parts(inv, as_of)
    delay = _Delay(due, inv.courts, counting, key_rates)
    for position, (amount, until) in enumerate(parts, start=1):
        charged = tuple(delay.charged(until))
        if amount and charged:
            first_rate = key_rate_on(charged[0], key_rates)
            yield Line(amount, until, position < len(parts), charged, first_rate)


def _rate(first_rate: Decimal, months: int) -> Decimal:
    return first_rate + FURTHER_MONTH_RATE * (months - 1)


def _share(amount: Decimal, percent: Decimal) -> Decimal:
    return round_centime(amount * percent / HUNDRED) if percent else ZERO


def _merge(parts: Iterable[dict[str, Decimal]]) -> dict[str, Decimal]:
    """Add the quarters of all lines, oldest quarter first."""
    merged: dict[str, Decimal] = {}
    for part in parts:
        for quarter, amount in part.items():
            merged[quarter] = merged.get(quarter, ZERO) + amount
    return dict(sorted(merged.items()))


class _Delay:
    """Months charged after a due date, under one way of counting.

    ``anchor`` is the last day without delay. A month of delay is identified by its
    number, from 0; :meth:`_window` gives its days.
    """

    def __init__(
        self,
        due: datetime.date,
        courts: tuple[Court, ...],
        counting: str,
        key_rates: Iterable[KeyRate],
    ) -> None:
        self.anchor = max(due, _DAY_BEFORE_LAW)
        self.courts = courts
        self.calendar = counting == CALENDAR
        self.key_rates = tuple(key_rates)

    def rate(self, until: datetime.date) -> Decimal:
        """Return the percent charged up to ``until``; zero without delay."""
        if until <= self.anchor:
            return ZERO
        if not self.courts:
            first, months = self.anchor + ONE_DAY, self._elapsed(until)
        else:
            charged = list(self.charged(until))
            if not charged:
                return ZERO
            first, months = charged[0], len(charged)
        return _rate(key_rate_on(first, self.key_rates), months)

    def charged(self, until: datetime.date) -> Iterator[datetime.date]:
        """Yield the first chargeable day of each charged month up to ``until``."""
        for number in range(self._elapsed(until)):
            first, last = self._window(number)
            day = _outside_courts(first, min(last, until), self.courts)
            if day:
                yield day

    def _elapsed(self, until: datetime.date) -> int:
        """Count the months started after the anchor, suspended or not."""
        if until <= self.anchor:
            return 0
        if self.calendar:
            return months_between(self.anchor + ONE_DAY, until) + 1
        whole = months_between(self.anchor, until)
        return whole + (until > add_months(self.anchor, whole))

    def _window(self, number: int) -> tuple[datetime.date, datetime.date]:
        if not self.calendar:
            first = add_months(self.anchor, number) + ONE_DAY
            return first, add_months(self.anchor, number + 1)
        first = self.anchor + ONE_DAY
        if number:
            first = add_months(first.replace(day=1), number)
        return first, month_end(first)


def _outside_courts(
    first: datetime.date, last: datetime.date, courts: tuple[Court, ...]
) -> datetime.date | None:
    """Return the first day of ``first..last`` outside every judicial action.

    ``courts`` come in the order of their starts.
    """
    day = first
    for court in courts:
        if day < court.start:
            break
        if court.until is None:
            return None
        day = max(day, add_days(court.until, 1))
    return day if day <= last else None
