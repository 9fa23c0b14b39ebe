"""Age and priority of a contractor's arrears.

The score orders creditor files from 0 to 100. It is a weighted mean of six values
between 0 and 1; each component is kept so that it can be explained to the contractor.
The weights are settings; ties are broken by the caller, by date of registration.
"""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from functools import lru_cache

from .errors import RuleError
from .money import CENTIME, HUNDRED, ZERO, round_centime

AGE_BUCKETS = (
    "not_due",
    "0_30",
    "31_60",
    "61_90",
    "91_180",
    "181_365",
    "over_365",
)
_BUCKET_LAST_DAY = (-1, 30, 60, 90, 180, 365)

DEFAULT_WEIGHTS: Mapping[str, int] = {
    "age": 25,
    "small_firm": 20,
    "certified_share": 15,
    "continuity": 15,
    "delay_cost": 15,
    "distress": 10,
}
FIRM_SIZES: Mapping[str, Decimal] = {
    "micro": Decimal(1),
    "small": Decimal("0.75"),
    "medium": Decimal("0.25"),
    "large": ZERO,
    "": ZERO,
}
# Two years late and more weigh the same.
AGE_CEILING_DAYS = 730
# Highest cost of one month in the law: the first month at a key rate of 3 %.
DELAY_COST_CEILING = Decimal("0.03")
HIGHEST_LEVEL = 3

_LEVELS = tuple(round_centime(Decimal(level) / HIGHEST_LEVEL) for level in range(4))
_ONE = Decimal(1)


@dataclass(frozen=True)
class ScoreInput:
    """What the score looks at, for one creditor file.

    ``age_days`` of the oldest debt since its due date; ``firm_size`` one of micro,
    small, medium, large or empty; amounts in dirhams; ``monthly_cost`` = fine and
    interest added by one further month; ``service_continuity`` and ``distress`` from
    0 (none) to 3 (critical).
    """

    age_days: int
    firm_size: str
    claimed: Decimal
    certified: Decimal
    service_continuity: int
    monthly_cost: Decimal
    outstanding: Decimal
    distress: int


@dataclass(frozen=True)
class Score:
    """``total`` (0 to 100, two decimals) is the exact sum of ``components``.

    ``components`` holds the points and ``explained`` the value (0 to 1) of each key of
    the weights.
    """

    total: Decimal
    components: dict[str, Decimal]
    explained: dict[str, Decimal]


def age_bucket(days_late: int) -> str:
    """Return the bucket of ``AGE_BUCKETS`` for days elapsed since the due date.

    The due day itself is day 0 and is due.

    >>> age_bucket(-1), age_bucket(0), age_bucket(30), age_bucket(31), age_bucket(366)
    ('not_due', '0_30', '0_30', '31_60', 'over_365')
    """
    return AGE_BUCKETS[bisect_left(_BUCKET_LAST_DAY, days_late)]


def score(inp: ScoreInput, weights: Mapping[str, int] = DEFAULT_WEIGHTS) -> Score:
    """Score one file; the weights may sum to anything above zero.

    Raises ``RuleError``: ``firm_size_unknown``, ``level_out_of_range``,
    ``weights_invalid``.

    >>> found = score(ScoreInput(365, "small", Decimal(100), Decimal(80), 3,
    ...                          Decimal("0.85"), Decimal(100), 0))
    >>> found.total, found.components["age"], found.explained["certified_share"]
    (Decimal('58.75'), Decimal('12.50'), Decimal('0.8'))
    """
    points = _POINTS if weights is DEFAULT_WEIGHTS else _points(tuple(weights.items()))
    values = _values(inp)
    components = {key: round_centime(values[key] * most) for key, most in points}
    return Score(
        sum(components.values(), ZERO),
        components,
        {key: values[key] for key, _most in points},
    )


def _values(inp: ScoreInput) -> dict[str, Decimal]:
    size = FIRM_SIZES.get(inp.firm_size)
    if size is None:
        raise RuleError(
            "firm_size_unknown",
            "the firm size {size!r} is unknown",
            size=inp.firm_size,
        )
    return {
        "age": _ratio(Decimal(inp.age_days), AGE_CEILING_DAYS),
        "small_firm": size,
        "certified_share": _ratio(inp.certified, inp.claimed),
        "continuity": _level(inp.service_continuity),
        "delay_cost": _ratio(inp.monthly_cost, inp.outstanding * DELAY_COST_CEILING),
        "distress": _level(inp.distress),
    }


def _ratio(part: Decimal, whole: Decimal | int) -> Decimal:
    """Return part / whole brought inside 0..1; 0 when there is nothing to compare."""
    if whole <= 0 or part <= 0:
        return ZERO
    return _ONE if part >= whole else part / whole


def _level(level: int) -> Decimal:
    if not 0 <= level <= HIGHEST_LEVEL:
        raise RuleError(
            "level_out_of_range",
            "the level {level} must be between 0 and 3",
            level=level,
        )
    return _LEVELS[level]


@lru_cache(maxsize=32)
def _points(weights: tuple[tuple[str, int], ...]) -> tuple[tuple[str, Decimal], ...]:
    """Scale weights to points that never exceed 100 together.

    Rounding down keeps the sum of the components within 100 whatever the weights.
    """
    whole = Decimal(sum(weight for _key, weight in weights))
    unknown = {key for key, _weight in weights} - set(DEFAULT_WEIGHTS)
    if unknown or whole <= 0 or any(weight < 0 for _key, weight in weights):
        raise RuleError(
            "weights_invalid",
            "weights must be zero or more, not all zero, and among: {keys}",
            keys=", ".join(DEFAULT_WEIGHTS),
        )
    return tuple(
        (key, (HUNDRED * weight / whole).quantize(CENTIME, ROUND_DOWN))
        for key, weight in weights
    )


_POINTS = _points(tuple(DEFAULT_WEIGHTS.items()))
