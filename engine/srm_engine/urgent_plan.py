"""From a ranked list to a plan under a budget ceiling, each line with its reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .errors import RuleError
from .money import ZERO

Key = Any
BY_RANK, BY_RATIO = "rank", "ratio"
TAKEN, NO_COST, NO_ROOM, STOPPED = "taken", "no_cost", "no_room", "stopped"


@dataclass(frozen=True)
class Candidate:
    """``score``: higher is more urgent; ``cost`` in dirhams, ``None`` if unknown."""

    key: Key
    score: int
    cost: Decimal | None
    forced: bool = False


@dataclass(frozen=True)
class Choice:
    """Whether a candidate is in the plan, why, and what is left after it."""

    key: Key
    taken: bool
    reason: str
    left: Decimal


def choose(
    candidates: Iterable[Candidate],
    ceiling: Decimal,
    rule: str = BY_RANK,
    skip: bool = True,
) -> list[Choice]:
    """Take candidates in order while the ceiling allows.

    :param rule: order by score (``rank``) or by score per dirham (``ratio``)
    :param skip: go on with cheaper candidates after one that does not fit; otherwise
        the plan stops there, so that no less urgent work passes before
    :return: in the order of the decision; forced candidates first

    >>> ranked = (("a", 90, 60), ("b", 80, 50), ("c", 10, 40))
    >>> listed = [Candidate(key, score, Decimal(cost)) for key, score, cost in ranked]
    >>> found = choose(listed, Decimal(100))
    >>> [(one.key, one.taken, one.reason) for one in found]
    [('a', True, 'taken'), ('b', False, 'no_room'), ('c', True, 'taken')]
    """
    if ceiling < 0:
        raise RuleError("ceiling_negative", "the ceiling is negative")
    if rule not in (BY_RANK, BY_RATIO):
        raise RuleError("rule_unknown", "{rule} is no rule of choice", rule=rule)
    left, stopped, choices = ceiling, False, []
    for item in sorted(candidates, key=lambda one: _order(one, rule)):
        reason = _reason(item, left, stopped)
        if reason == TAKEN:
            left -= item.cost or ZERO
        stopped = stopped or (reason == NO_ROOM and not skip)
        choices.append(Choice(item.key, reason == TAKEN, reason, left))
    return choices


def _reason(item: Candidate, left: Decimal, stopped: bool) -> str:
    if item.cost is None:
        return NO_COST
    if stopped:
        return STOPPED
    return TAKEN if item.cost <= left else NO_ROOM


def _order(item: Candidate, rule: str) -> tuple[Any, ...]:
    """Equal scores: the cheaper first, then the key, whatever order they came in."""
    cost = item.cost if item.cost is not None else Decimal("Infinity")
    worth = Decimal(item.score)
    if rule == BY_RATIO:
        worth = item.score / cost if cost else Decimal("Infinity")
    return (not item.forced, -worth, cost, str(item.key))
