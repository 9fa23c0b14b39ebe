"""Life of a works contract around its statements: orders, term, limits, release.

Sources: CCAG-T (decree 2-14-394) as applied by a 2026 works contract of an SRM: service
orders (art. 11), stops (art. 48), extra works (art. 57 to 59), retention (art. 64).
Amounts are dirhams, rates are fractions, days are calendar days.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from .dates import add_days, add_months
from .errors import RuleError
from .money import ZERO, clamp, round_centime, round_half_up, total

DEEMED_DAYS = 3
DAYS, MONTHS = "days", "months"
RATE_STEP = Decimal("0.0001")


def deemed_date(sent: datetime.date, days: int = DEEMED_DAYS) -> datetime.date:
    """Return the day a service order counts as received without an answer.

    >>> deemed_date(datetime.date(2026, 3, 30))
    datetime.date(2026, 4, 2)
    """
    return add_days(sent, days)


def reception_date(
    sent: datetime.date,
    acknowledged: datetime.date | None,
    as_of: datetime.date,
    days: int = DEEMED_DAYS,
) -> datetime.date | None:
    """Return the day a service order was received: signed back, or deemed received.

    A signature after the deemed date does not put the reception back.

    >>> sent = datetime.date(2026, 3, 1)
    >>> reception_date(sent, None, datetime.date(2026, 3, 3))
    >>> reception_date(sent, None, datetime.date(2026, 3, 9))
    datetime.date(2026, 3, 4)
    >>> reception_date(sent, datetime.date(2026, 3, 2), datetime.date(2026, 3, 9))
    datetime.date(2026, 3, 2)
    """
    if acknowledged and acknowledged < sent:
        raise RuleError("order_dates", "an order cannot be received before it is sent")
    deemed = deemed_date(sent, days)
    received = min(acknowledged, deemed) if acknowledged else deemed
    return received if received <= as_of else None


@dataclass(frozen=True)
class Term:
    """State of the term of a contract on a date.

    ``end`` is the last day in time, ``suspended`` the days stopped so far and
    ``late_days`` the days of delay, stops not counted.
    """

    end: datetime.date
    suspended: int
    late_days: int

    @property
    def late(self) -> bool:
        """Whether the term is over."""
        return self.late_days > 0


def contract_term(
    start: datetime.date,
    duration: int,
    unit: str,
    stops: Sequence[tuple[datetime.date, datetime.date | None]],
    as_of: datetime.date,
    extra_days: int = 0,
) -> Term:
    """Count the term of a contract over its stops.

    The day of the start is not counted; months run from date to date. A stop runs from
    its order to the order to resume (to ``as_of`` while there is none) and puts the end
    off by as many days; a stop after the end only stops the delay.

    :param stops: (stop, resume) pairs in their order, the last one maybe open
    :param extra_days: granted by amendments

    >>> d = datetime.date
    >>> contract_term(d(2026, 1, 10), 4, "months", [(d(2026, 2, 1), d(2026, 2, 11))],
    ...               d(2026, 5, 25))
    Term(end=datetime.date(2026, 5, 20), suspended=10, late_days=5)
    """
    if duration <= 0 or extra_days < 0:
        raise RuleError("term_invalid", "the term must be longer than zero")
    if unit not in (DAYS, MONTHS):
        raise RuleError("not_choice", "{value!r} is not a unit of a term", value=unit)
    end = add_months(start, duration) if unit == MONTHS else add_days(start, duration)
    end = add_days(end, extra_days)
    suspended = stopped_late = 0
    last = start
    for stop, resume in stops:
        until = min(resume or as_of, as_of)
        if stop < last or (resume and resume < stop):
            raise RuleError("order_dates", "stops and resumptions must follow in time")
        last = resume or stop
        length = max((until - stop).days, 0)
        suspended += length
        if stop <= end:
            end = add_days(end, length)
        else:
            stopped_late += length
    late = (as_of - end).days - stopped_late
    return Term(end, suspended, max(late, 0))


@dataclass(frozen=True)
class AmendmentCheck:
    """Change of a contract by its amendments, as a share of the initial amount."""

    share: Decimal
    too_high: bool
    too_low: bool


def check_amendments(
    initial: Decimal,
    changes: Iterable[Decimal],
    increase_limit: Decimal,
    decrease_limit: Decimal,
) -> AmendmentCheck:
    """Compare all amendments together with the limits of the contract.

    >>> check_amendments(Decimal(1000), [Decimal(60), Decimal(50)],
    ...                  Decimal("0.10"), Decimal("0.25"))
    AmendmentCheck(share=Decimal('0.1100'), too_high=True, too_low=False)
    """
    if initial <= 0:
        raise RuleError("amount_invalid", "the initial amount must be above zero")
    change = total(changes)
    return AmendmentCheck(
        share=round_half_up(change / initial, RATE_STEP),
        too_high=change > initial * increase_limit,
        too_low=-change > initial * decrease_limit,
    )


def subcontracting_left(
    contract_ttc: Decimal, amounts: Iterable[Decimal], limit: Decimal
) -> Decimal:
    """Return what may still be subcontracted; negative when the limit is passed.

    >>> subcontracting_left(Decimal(1000), [Decimal(300)], Decimal("0.50"))
    Decimal('200.00')
    """
    return round_centime(contract_ttc * limit) - total(amounts)


def retention_release(
    held: Decimal, released: Decimal, guaranteed: Decimal, finally_accepted: bool
) -> Decimal:
    """Return the retention that may be released now.

    All of it at the final acceptance; before, only what bank guarantees replace.

    >>> retention_release(Decimal(900), Decimal(0), Decimal(500), False)
    Decimal('500')
    >>> retention_release(Decimal(900), Decimal(500), Decimal(500), True)
    Decimal('400')
    """
    due = held if finally_accepted else clamp(guaranteed, ZERO, held)
    return max(due - released, ZERO)


@dataclass(frozen=True)
class Measure:
    """Amounts HT of one price of the schedule at initial prices."""

    previous: Decimal
    cumulative: Decimal

    @property
    def period(self) -> Decimal:
        """What the period adds."""
        return self.cumulative - self.previous


def measure(price: Decimal, previous: Decimal, period: Decimal) -> Measure:
    """Value measured quantities, cumulative: the rounding never adds up.

    >>> found = measure(Decimal("0.35"), Decimal("1.1"), Decimal("1.1"))
    >>> found.previous, found.period, found.cumulative
    (Decimal('0.39'), Decimal('0.38'), Decimal('0.77'))
    """
    if previous + period < 0:
        raise RuleError(
            "quantity_negative",
            "the cumulative quantity {quantity} is negative",
            quantity=previous + period,
        )
    return Measure(
        round_centime(price * previous), round_centime(price * (previous + period))
    )
