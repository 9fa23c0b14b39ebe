"""Critical path of a network of activities (CPM), in calendar days.

Activities last whole days; a link joins two of them and may wait (lag) or overlap
(negative lag). Days are counted from 0, the start of the work.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from .errors import RuleError

Key = Any
FINISH_START, START_START, FINISH_FINISH, START_FINISH = "FS", "SS", "FF", "SF"
LINK_TYPES = (FINISH_START, START_START, FINISH_FINISH, START_FINISH)


@dataclass(frozen=True)
class Activity:
    """``days`` it lasts (0: a milestone); it does not start before ``not_before``."""

    key: Key
    days: int
    not_before: int = 0


@dataclass(frozen=True)
class Link:
    """``after`` depends on ``before``; ``lag`` in days, negative to overlap."""

    before: Key
    after: Key
    kind: str = FINISH_START
    lag: int = 0


@dataclass(frozen=True)
class Slot:
    """Earliest and latest start and finish, as days; the finish day is not worked.

    ``total_float``: days of delay that do not move the end of the work.
    """

    early_start: int
    early_finish: int
    late_start: int
    late_finish: int

    @property
    def total_float(self) -> int:
        """Days between the earliest and the latest start."""
        return self.late_start - self.early_start

    @property
    def critical(self) -> bool:
        """Any delay moves the end of the work."""
        return self.total_float <= 0


def critical_path(
    activities: Iterable[Activity], links: Iterable[Link]
) -> dict[Key, Slot]:
    """Earliest and latest dates of every activity.

    :raise RuleError: a link to something unknown, a negative duration, a loop (its
        activities are named)

    >>> found = critical_path(
    ...     [Activity("dig", 5), Activity("lay", 3), Activity("order", 4)],
    ...     [Link("dig", "lay"), Link("order", "lay", lag=3)])
    >>> found["lay"].early_start, found["lay"].early_finish
    (7, 10)
    >>> found["order"].critical, found["dig"].total_float
    (True, 2)
    """
    known = {activity.key: activity for activity in activities}
    links = list(links)
    _check(known, links)
    order = _sorted(known, links)
    starts = _forward(known, links, order)
    end = max((starts[key] + known[key].days for key in known), default=0)
    lates = _backward(known, links, order, end)
    return {
        key: Slot(
            starts[key],
            starts[key] + activity.days,
            lates[key],
            lates[key] + activity.days,
        )
        for key, activity in known.items()
    }


def _shift(link: Link, before: int, after: int) -> int:
    """Least days from the start of ``before`` to the start of ``after``."""
    from_finish = before if link.kind in (FINISH_START, FINISH_FINISH) else 0
    to_finish = after if link.kind in (FINISH_FINISH, START_FINISH) else 0
    return from_finish - to_finish + link.lag


def _forward(
    known: dict[Key, Activity], links: Sequence[Link], order: Sequence[Key]
) -> dict[Key, int]:
    incoming = _grouped(links, "after")
    starts: dict[Key, int] = {}
    for key in order:
        activity = known[key]
        earliest = [max(activity.not_before, 0)]
        for link in incoming[key]:
            shift = _shift(link, known[link.before].days, activity.days)
            earliest.append(starts[link.before] + shift)
        starts[key] = max(earliest)
    return starts


def _backward(
    known: dict[Key, Activity], links: Sequence[Link], order: Sequence[Key], end: int
) -> dict[Key, int]:
    outgoing = _grouped(links, "before")
    lates: dict[Key, int] = {}
    for key in reversed(order):
        activity = known[key]
        latest = [end - activity.days]
        for link in outgoing[key]:
            shift = _shift(link, activity.days, known[link.after].days)
            latest.append(lates[link.after] - shift)
        lates[key] = min(latest)
    return lates


def _grouped(links: Sequence[Link], side: str) -> dict[Key, list[Link]]:
    groups: dict[Key, list[Link]] = defaultdict(list)
    for link in links:
        groups[getattr(link, side)].append(link)
    return groups


def _sorted(known: dict[Key, Activity], links: Sequence[Link]) -> list[Key]:
    """Every activity after those it depends on."""
    outgoing = _grouped(links, "before")
    awaited = dict.fromkeys(known, 0)
    for link in links:
        awaited[link.after] += 1
    order = [key for key, count in awaited.items() if not count]
    for key in order:
        for link in outgoing[key]:
            awaited[link.after] -= 1
            if not awaited[link.after]:
                order.append(link.after)
    if len(order) < len(known):
        _raise_loop([key for key in known if awaited[key] > 0], outgoing)
    return order


def _raise_loop(stuck: list[Key], outgoing: dict[Key, list[Link]]) -> None:
    """Name the activities that wait for each other, not those that only follow."""
    ahead = set(stuck)
    while True:
        kept = {k for k in ahead if any(link.after in ahead for link in outgoing[k])}
        if kept == ahead:
            break
        ahead = kept
    names = ", ".join(str(key) for key in stuck if key in ahead)
    raise RuleError(
        "schedule_loop", "these activities wait for each other: {names}", names=names
    )


def _check(known: dict[Key, Activity], links: Sequence[Link]) -> None:
    for activity in known.values():
        if activity.days < 0:
            raise RuleError(
                "days_negative", "{key} lasts less than 0 days", key=activity.key
            )
    for link in links:
        if link.kind not in LINK_TYPES:
            raise RuleError("link_unknown", "{kind} is no type of link", kind=link.kind)
        for key in (link.before, link.after):
            if key not in known:
                raise RuleError("activity_unknown", "unknown activity: {key}", key=key)
