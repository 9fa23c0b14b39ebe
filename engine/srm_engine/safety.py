"""Safety statistics: frequency (TF), severity (TG) and recordable rates.

The multiplier differs by tradition (TG per 1,000 hours in France and Morocco, per
1,000,000 elsewhere), so it is a parameter kept beside the value. Hours are hours really
worked. Zero hours make a rate not computable.
"""

from dataclasses import dataclass
from decimal import Decimal

from .errors import RuleError
from .ratios import ratio

BASIS_FREQUENCY = 1_000_000
BASIS_SEVERITY = 1_000
BASIS_TRIR = 200_000
STEP = "0.01"


@dataclass(frozen=True)
class Activity:
    """Counts of a period; a count that is not known is ``None``."""

    hours: Decimal
    lost_time_accidents: Decimal | None = None
    recordable_accidents: Decimal | None = None
    lost_days: Decimal | None = None


@dataclass(frozen=True)
class SafetyRates:
    """Rates at two decimals, ``None`` when not computable; ``reason`` says why."""

    tf: Decimal | None
    tg: Decimal | None
    trir: Decimal | None
    reason: str = ""


def safety_rates(
    activity: Activity,
    basis_frequency: int = BASIS_FREQUENCY,
    basis_severity: int = BASIS_SEVERITY,
    basis_trir: int = BASIS_TRIR,
) -> SafetyRates:
    """Compute the three rates of one period.

    >>> found = safety_rates(Activity(Decimal(16450), Decimal(1)))
    >>> found.tf, found.tg, found.reason
    (Decimal('60.79'), None, 'Not given: recordable accidents, lost days.')
    """
    _check(activity)
    hours = activity.hours
    return SafetyRates(
        ratio(activity.lost_time_accidents, hours, STEP, basis_frequency),
        ratio(activity.lost_days, hours, STEP, basis_severity),
        ratio(activity.recordable_accidents, hours, STEP, basis_trir),
        _reason(activity),
    )


def _counts(activity: Activity) -> dict[str, Decimal | None]:
    return {
        "lost-time accidents": activity.lost_time_accidents,
        "recordable accidents": activity.recordable_accidents,
        "lost days": activity.lost_days,
    }


def _check(activity: Activity) -> None:
    for name, count in {"hours": activity.hours, **_counts(activity)}.items():
        if count is not None and count < 0:
            raise RuleError("count_negative", "{name} cannot be negative", name=name)


def _reason(activity: Activity) -> str:
    if not activity.hours:
        return "Not computable: no hours worked."
    absent = [name for name, count in _counts(activity).items() if count is None]
    return f"Not given: {', '.join(absent)}." if absent else ""
