"""Checks on measures that arrive by themselves: range, jumps, frozen values, gaps.

Volumes are large (a million points a day): plain floats, no money is involved.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

OUT_OF_RANGE, JUMP, FROZEN, GAP = "out_of_range", "jump", "frozen", "gap"


@dataclass(frozen=True)
class Limits:
    """What is plausible for a channel; ``None``: not checked.

    ``step``: seconds between two points; ``jump``: largest change from one to the next;
    ``frozen``: number of equal values in a row that no living sensor gives.
    """

    low: float | None = None
    high: float | None = None
    step: int = 900
    jump: float | None = None
    frozen: int = 0


@dataclass(frozen=True)
class Finding:
    """``moment`` and ``until`` in seconds; ``value`` is the one that shows it."""

    kind: str
    moment: int
    until: int
    value: float | None


def check(points: Sequence[tuple[int, float]], limits: Limits) -> list[Finding]:
    """What is wrong with points in the order of their moments.

    >>> check([(0, 5.0), (900, 50.0), (3600, 5.0)], Limits(0, 10, 900))
    [Finding(kind='out_of_range', moment=900, until=900, value=50.0), \
Finding(kind='gap', moment=900, until=3600, value=None)]
    """
    found = [
        *_ranges(points, limits),
        *_neighbours(points, limits),
        *_frozen(points, limits),
    ]
    return sorted(found, key=lambda finding: (finding.moment, finding.kind != JUMP))


def _ranges(points: Sequence[tuple[int, float]], limits: Limits) -> Iterator[Finding]:
    low = float("-inf") if limits.low is None else limits.low
    high = float("inf") if limits.high is None else limits.high
    for moment, value in points:
        if not low <= value <= high:
            yield Finding(OUT_OF_RANGE, moment, moment, value)


def _neighbours(
    points: Sequence[tuple[int, float]], limits: Limits
) -> Iterator[Finding]:
    # Half a step of tolerance: loggers are never on the second.
    longest = limits.step * 1.5
    for (before, old), (moment, value) in zip(points, points[1:], strict=False):
        if moment - before > longest:
            yield Finding(GAP, before, moment, None)
        elif limits.jump is not None and abs(value - old) > limits.jump:
            yield Finding(JUMP, moment, moment, value)


def _frozen(points: Sequence[tuple[int, float]], limits: Limits) -> Iterator[Finding]:
    if limits.frozen < 2:
        return
    start = 0
    for index in range(1, len(points) + 1):
        if index < len(points) and points[index][1] == points[start][1]:
            continue
        if index - start >= limits.frozen:
            yield Finding(
                FROZEN, points[start][0], points[index - 1][0], points[start][1]
            )
        start = index


def expected_points(seconds: int, step: int) -> int:
    """Points a channel should send over a period.

    >>> expected_points(86400, 900)
    96
    """
    return seconds // step if step > 0 else 0
