"""Who gets paid when, under a ceiling of cash per month, and what the waiting costs.

One queue: the highest priority first, ties by date of registration, then by key.
Nobody overtakes, so that the plan can be explained to every creditor in one sentence.

With partial payments, a month's ceiling is used to the last centime. Without them a
claim is paid in one go: when it does not fit in what is left of a month, it waits for
the next one and so does everybody behind it. A claim above every ceiling to come would
hold the queue for ever: it is set aside in the residual and the others go on.

At the end of each month, what is still unpaid costs one month of waiting (fine of law
69-21 and late interest), in proportion to the unpaid part, half-up to the centime.

A higher ceiling never costs more. Without partial payments this holds as long as it
admits no claim that was set aside: such a claim takes the place of others.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from .errors import RuleError
from .money import ZERO, round_centime, total


@dataclass(frozen=True)
class Claim:
    """What one creditor file may be paid.

    ``amount`` payable today and ``monthly_cost`` of leaving all of it unpaid one month
    longer, in dirhams and whole centimes.
    """

    key: int
    amount: Decimal
    priority: Decimal
    registered: datetime.date
    monthly_cost: Decimal = ZERO


@dataclass(frozen=True)
class Payment:
    """``amount`` paid to claim ``key`` in month ``month``, counted from 0."""

    key: int
    month: int
    amount: Decimal


@dataclass(frozen=True)
class Month:
    """What one month does; amounts in dirhams, the last two at its end."""

    ceiling: Decimal
    paid: Decimal
    settled: int
    remaining: Decimal
    cost: Decimal


@dataclass(frozen=True)
class Outcome:
    """What happens to one claim.

    ``rank`` from 1; ``first`` and ``last`` months of payment (None: nothing paid);
    ``waited`` months with something unpaid at their end; ``cost`` of that waiting;
    ``aside``: above every ceiling, and no partial payments.
    """

    key: int
    rank: int
    first: int | None
    last: int | None
    paid: Decimal
    residual: Decimal
    waited: int
    cost: Decimal
    aside: bool


@dataclass(frozen=True)
class Plan:
    """``end_month`` is the month that pays the last centime; None with a residual."""

    payments: tuple[Payment, ...]
    months: tuple[Month, ...]
    outcomes: tuple[Outcome, ...]
    end_month: int | None
    cost: Decimal = field(default=ZERO)

    @property
    def paid(self) -> Decimal:
        """Everything the plan pays."""
        return total(outcome.paid for outcome in self.outcomes)

    @property
    def residual(self) -> Decimal:
        """Everything it leaves unpaid at the end of its last month."""
        return total(outcome.residual for outcome in self.outcomes)


def queue(claims: Iterable[Claim]) -> list[Claim]:
    """Order claims: highest priority, oldest registration, lowest key.

    >>> old, new = datetime.date(2024, 1, 1), datetime.date(2025, 1, 1)
    >>> [claim.key for claim in queue([
    ...     Claim(1, Decimal(5), Decimal(40), new),
    ...     Claim(2, Decimal(5), Decimal(40), old),
    ...     Claim(3, Decimal(5), Decimal(90), new)])]
    [3, 2, 1]
    """
    return sorted(claims, key=lambda item: (-item.priority, item.registered, item.key))


def simulate(
    claims: Iterable[Claim], ceilings: Sequence[Decimal], partial: bool = True
) -> Plan:
    """Plan the payment of ``claims`` month after month.

    Raises ``RuleError``: ``no_month``, ``ceiling_negative``, ``amount_not_positive``,
    ``cost_negative``, ``key_repeated``.

    >>> day = datetime.date(2025, 1, 1)
    >>> plan = simulate([Claim(1, Decimal(80), Decimal(9), day, Decimal(1)),
    ...                  Claim(2, Decimal(50), Decimal(5), day, Decimal(2))],
    ...                 [Decimal(100), Decimal(20), Decimal(100)])
    >>> [(item.key, item.month, item.amount) for item in plan.payments]
    ... # doctest: +NORMALIZE_WHITESPACE
    [(1, 0, Decimal('80')), (2, 0, Decimal('20')), (2, 1, Decimal('20')),
     (2, 2, Decimal('10'))]
    >>> plan.end_month, plan.residual, plan.cost
    (2, Decimal('0'), Decimal('1.60'))
    """
    ordered = queue(claims)
    _check(ordered, ceilings)
    payments, aside = _pay(ordered, ceilings, partial)
    by_key: dict[int, list[Payment]] = {claim.key: [] for claim in ordered}
    for payment in payments:
        by_key[payment.key].append(payment)
    books = _Books(len(ceilings))
    outcomes = tuple(
        books.follow(rank, claim, by_key[claim.key], claim.key in aside)
        for rank, claim in enumerate(ordered, start=1)
    )
    months = books.close(ceilings, total(claim.amount for claim in ordered))
    unpaid = any(outcome.residual for outcome in outcomes)
    end = max((payment.month for payment in payments), default=None)
    return Plan(
        payments=tuple(payments),
        months=months,
        outcomes=outcomes,
        end_month=None if unpaid else end,
        cost=total(outcome.cost for outcome in outcomes),
    )


def _check(ordered: list[Claim], ceilings: Sequence[Decimal]) -> None:
    if not ceilings:
        raise RuleError("no_month", "a plan needs at least one month")
    for ceiling in ceilings:
        if ceiling < 0:
            raise RuleError(
                "ceiling_negative", "the ceiling {amount} is negative", amount=ceiling
            )
    if len({claim.key for claim in ordered}) != len(ordered):
        raise RuleError("key_repeated", "the same claim is given twice")
    for claim in ordered:
        if claim.amount <= 0:
            raise RuleError(
                "amount_not_positive",
                "the claim {key} of {amount} must be more than zero",
                key=claim.key,
                amount=claim.amount,
            )
        if claim.monthly_cost < 0:
            raise RuleError(
                "cost_negative",
                "the monthly cost {amount} of the claim {key} is negative",
                key=claim.key,
                amount=claim.monthly_cost,
            )


def _pay(
    ordered: list[Claim], ceilings: Sequence[Decimal], partial: bool
) -> tuple[list[Payment], set[int]]:
    """Walk the queue and the months together: neither ever goes back.

    Returns the payments and the keys of the claims set aside.
    """
    payments: list[Payment] = []
    aside: set[int] = set()
    later = _highest_later(ceilings)
    month, left = 0, ceilings[0]
    for claim in ordered:
        if not partial and claim.amount > max(left, later[month]):
            aside.add(claim.key)
            continue
        due = claim.amount
        while due:
            share = min(due, left) if partial or due <= left else ZERO
            if share:
                payments.append(Payment(claim.key, month, share))
                due, left = due - share, left - share
            if due:
                month += 1
                if month == len(ceilings):
                    return payments, aside
                left = ceilings[month]
    return payments, aside


def _highest_later(ceilings: Sequence[Decimal]) -> list[Decimal]:
    """For each month, the highest ceiling of the months after it."""
    highest = [ZERO] * len(ceilings)
    for number in range(len(ceilings) - 2, -1, -1):
        highest[number] = max(highest[number + 1], ceilings[number + 1])
    return highest


class _Books:
    """Adds up what each month pays and costs, claim after claim."""

    def __init__(self, months: int) -> None:
        self.paid = [ZERO] * months
        self.settled = [0] * months
        self.cost = [ZERO] * months
        # Cost of claims untouched until month n, added up once at the end.
        self.whole = [ZERO] * (months + 1)

    def follow(
        self, rank: int, claim: Claim, payments: list[Payment], aside: bool
    ) -> Outcome:
        """Add one claim to the months and return what happens to it."""
        months = len(self.paid)
        first = payments[0].month if payments else None
        untouched = months if first is None else first
        self.whole[untouched] += claim.monthly_cost
        cost = claim.monthly_cost * untouched
        due = claim.amount
        waited = untouched
        for position, payment in enumerate(payments):
            self.paid[payment.month] += payment.amount
            due -= payment.amount
            if not due:
                self.settled[payment.month] += 1
                break
            following = payments[position + 1 : position + 2]
            until = following[0].month if following else months
            share = round_centime(claim.monthly_cost * due / claim.amount)
            for month in range(payment.month, until):
                self.cost[month] += share
            cost += share * (until - payment.month)
            waited += until - payment.month
        return Outcome(
            key=claim.key,
            rank=rank,
            first=first,
            last=payments[-1].month if payments else None,
            paid=claim.amount - due,
            residual=due,
            waited=waited,
            cost=cost,
            aside=aside,
        )

    def close(self, ceilings: Sequence[Decimal], claimed: Decimal) -> tuple[Month, ...]:
        """Return the months once every claim is followed."""
        months = []
        remaining = claimed
        waiting = total(self.whole)
        for number, ceiling in enumerate(ceilings):
            waiting -= self.whole[number]
            remaining -= self.paid[number]
            months.append(
                Month(
                    ceiling=ceiling,
                    paid=self.paid[number],
                    settled=self.settled[number],
                    remaining=remaining,
                    cost=self.cost[number] + waiting,
                )
            )
        return tuple(months)
