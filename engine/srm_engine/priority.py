"""Multi-criteria priority: a score that shows where it comes from.

Each criterion is brought to 0..1 between two bounds, then counts by its weight. The
contributions add up to the score exactly, so that everybody can see why one section of
network comes before another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .errors import RuleError

#: Contributions are whole millionths of the score: they add up without a residue.
SCALE = 1_000_000


@dataclass(frozen=True)
class Criterion:
    """``low`` scores 0 and ``high`` scores 1; ``low > high`` when less is worse."""

    code: str
    weight: int
    low: float
    high: float

    def __post_init__(self) -> None:
        if self.weight < 0:
            raise RuleError("weight_negative", "{name}: weight below 0", name=self.code)
        if self.low == self.high:
            raise RuleError(
                "bounds_equal", "{name}: its bounds are the same", name=self.code
            )


def contributions(
    criteria: Sequence[Criterion], values: Mapping[str, float | None]
) -> dict[str, int]:
    """Millionths of the whole score that each criterion brings; unknown brings 0.

    >>> grid = [Criterion("access", 3, 100.0, 0.0), Criterion("breaks", 1, 0.0, 10.0)]
    >>> contributions(grid, {"access": 50.0, "breaks": 10.0})
    {'access': 375000, 'breaks': 250000}
    """
    whole = _whole(criteria)
    return {item.code: _part(item, values.get(item.code), whole) for item in criteria}


def score_rows(
    criteria: Sequence[Criterion], rows: Sequence[Sequence[float | None]]
) -> list[tuple[int, ...]]:
    """Contributions of many rows at once: values and results in criteria order.

    >>> grid = [Criterion("access", 1, 100.0, 0.0), Criterion("breaks", 1, 0.0, 10.0)]
    >>> score_rows(grid, [(0.0, None), (100.0, 5.0)])
    [(500000, 0), (0, 250000)]
    """
    whole = _whole(criteria)
    return [
        tuple(
            _part(item, value, whole) for item, value in zip(criteria, row, strict=True)
        )
        for row in rows
    ]


def percent(millionths: int) -> float:
    """Score on 100, two decimals.

    >>> percent(625_000)
    62.5
    """
    return round(millionths / (SCALE // 100), 2)


def _whole(criteria: Sequence[Criterion]) -> int:
    whole = sum(item.weight for item in criteria)
    if whole <= 0:
        raise RuleError("weights_missing", "no criterion has a weight")
    return whole


def _part(item: Criterion, value: float | None, whole: int) -> int:
    if value is None or not item.weight:
        return 0
    part = (value - item.low) / (item.high - item.low)
    part = 0.0 if part < 0 else min(part, 1.0)
    return int(part * item.weight * SCALE / whole + 0.5)
