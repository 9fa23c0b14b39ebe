"""Physical progress of a work breakdown: weights times what is done.

Weights need not add up to anything: among the children of one item, each counts for its
part of their sum. Money never enters: the physical progress is what stands on site.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .errors import RuleError
from .money import HUNDRED, ZERO, clamp, round_half_up, total

STEP = Decimal("0.01")
Key = Any


@dataclass(frozen=True)
class WorkItem:
    """One item: ``weight`` among its siblings, ``done`` as a fraction (leaves only).

    ``done`` is ``None`` when nothing was ever measured, which counts as nothing done.
    """

    key: Key
    parent: Key | None
    weight: Decimal
    done: Decimal | None = None


def done_part(quantity: Decimal, measured: Decimal) -> Decimal | None:
    """Fraction of a quantity that is measured; at most 1, ``None`` without quantity.

    >>> done_part(Decimal(400), Decimal(100)), done_part(Decimal(4), Decimal(5))
    (Decimal('0.25'), Decimal('1'))
    """
    if quantity <= 0:
        return None
    return clamp(measured / quantity, ZERO, Decimal(1))


def shares(items: Iterable[WorkItem]) -> dict[Key, Decimal]:
    """Part of the whole work of every item, as an exact fraction of one.

    :raise RuleError: a negative weight, siblings that weigh nothing, a loop

    >>> weights = (("a", Decimal(3)), ("b", Decimal(1)))
    >>> found = shares([WorkItem(key, None, weight) for key, weight in weights])
    >>> found["a"], found["b"]
    (Decimal('0.75'), Decimal('0.25'))
    """
    children = _children(items)
    found: dict[Key, Decimal] = {}
    todo: list[tuple[Key | None, Decimal]] = [(None, Decimal(1))]
    while todo:
        parent, part = todo.pop()
        siblings = children.get(parent, [])
        weights = total(item.weight for item in siblings)
        for item in siblings:
            found[item.key] = part * item.weight / weights
            todo.append((item.key, found[item.key]))
    lost = [item.key for group in children.values() for item in group]
    if len(lost) != len(found):
        raise RuleError("wbs_loop", "an item of the breakdown contains itself")
    return found


def physical_progress(items: Iterable[WorkItem]) -> dict[Key | None, Decimal]:
    """Percent done of every item, and of the whole work under ``None``.

    >>> found = physical_progress([
    ...     WorkItem("pipes", None, Decimal(80)),
    ...     WorkItem("tank", None, Decimal(20), Decimal("0.5")),
    ...     WorkItem("north", "pipes", Decimal(1), Decimal(1)),
    ...     WorkItem("south", "pipes", Decimal(1))])
    >>> found["pipes"], found[None]
    (Decimal('50.00'), Decimal('50.00'))
    """
    items = list(items)
    children, parts = _children(items), shares(items)
    exact: dict[Key | None, Decimal] = {}
    # Deepest first: children have smaller parts than their parent, or the same.
    for item in reversed(_top_down(children)):
        below = children.get(item.key)
        exact[item.key] = (
            _mean(below, exact) if below else clamp(item.done or ZERO, ZERO, Decimal(1))
        )
    exact[None] = total(
        parts[item.key] * exact[item.key] for item in items if item.key not in children
    )
    return {key: round_half_up(value * HUNDRED, STEP) for key, value in exact.items()}


def _mean(siblings: list[WorkItem], exact: Mapping[Key | None, Decimal]) -> Decimal:
    weights = total(item.weight for item in siblings)
    return total(item.weight * exact[item.key] for item in siblings) / weights


def _top_down(children: Mapping[Key | None, list[WorkItem]]) -> list[WorkItem]:
    ordered = list(children.get(None, []))
    for item in ordered:
        ordered.extend(children.get(item.key, []))
    return ordered


def _children(items: Iterable[WorkItem]) -> dict[Key | None, list[WorkItem]]:
    children: dict[Key | None, list[WorkItem]] = defaultdict(list)
    for item in items:
        if item.weight < 0:
            raise RuleError(
                "weight_negative", "{key}: a weight is negative", key=item.key
            )
        children[item.parent].append(item)
    for parent, siblings in children.items():
        if not any(item.weight for item in siblings):
            raise RuleError(
                "weight_missing", "{key}: its parts weigh nothing", key=parent
            )
    return dict(children)
