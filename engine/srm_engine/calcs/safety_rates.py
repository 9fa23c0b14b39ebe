"""Calculation ``safety-rates``."""

from typing import Any

from ..errors import RuleError
from ..jsoncase import Field, integer, read_case
from ..money import to_decimal
from ..safety import (
    BASIS_FREQUENCY,
    BASIS_SEVERITY,
    BASIS_TRIR,
    Activity,
    safety_rates,
)
from .encode import plain


def basis(value: object) -> int:
    """Read a multiplier, above zero."""
    number = integer(value)
    if number <= 0:
        raise RuleError("basis_invalid", "a basis must be above zero")
    return number


ACTIVITY = {
    "hours": Field(to_decimal),
    "lost_time_accidents": Field(to_decimal, None),
    "recordable_accidents": Field(to_decimal, None),
    "lost_days": Field(to_decimal, None),
}
BASES = {
    "basis_frequency": Field(basis, BASIS_FREQUENCY),
    "basis_severity": Field(basis, BASIS_SEVERITY),
    "basis_trir": Field(basis, BASIS_TRIR),
}


def calculate(data: object) -> dict[str, Any]:
    """Frequency, severity and recordable rates of accidents.

    A rate that cannot be computed is null and ``reason`` says why.

    >>> calculate({"lost_time_accidents": 5, "lost_days": 10, "hours": "1000000",
    ...            "recordable_accidents": 5})
    {'tf': '5.00', 'tg': '0.01', 'trir': '1.00', 'reason': ''}
    """
    case = read_case(data, {**ACTIVITY, **BASES})
    bases = {key: case.pop(key) for key in BASES}
    found = safety_rates(Activity(**case), **bases)
    return {
        "tf": plain(found.tf),
        "tg": plain(found.tg),
        "trir": plain(found.trir),
        "reason": found.reason,
    }
