"""Calculation ``asset-health``."""

from decimal import Decimal
from typing import Any

from ..asset_health import (
    current_health,
    expected_life,
    initial_ageing_rate,
    initial_health,
)
from ..jsoncase import Field, read_case
from ..money import to_decimal
from .encode import plain

ONE = Decimal(1)
SPEC = {
    "normal": Field(to_decimal, None),
    "duty": Field(to_decimal, ONE),
    "location": Field(to_decimal, ONE),
    "expected_life_years": Field(to_decimal, None),
    "age": Field(to_decimal, None),
    "initial": Field(to_decimal, None),
    "factor": Field(to_decimal, ONE),
    "reliability": Field(to_decimal, ONE),
}


def calculate(data: object) -> dict[str, Any]:
    """Expected life, ageing rate and health (CNAIM); null: not computable from these.

    >>> calculate({"initial": "2", "factor": "3"})["current"]
    '6'
    """
    case = read_case(data, SPEC)
    life, initial = case["expected_life_years"], case["initial"]
    if life is None and case["normal"] is not None:
        life = expected_life(case["normal"], case["duty"], case["location"])
    if initial is None and life is not None and case["age"] is not None:
        initial = initial_health(case["age"], life)
    current = None
    if initial is not None:
        current = current_health(initial, case["factor"], case["reliability"])
    return {
        "expected_life": plain(life),
        "beta_1": None if life is None else plain(initial_ageing_rate(life)),
        "initial": plain(initial),
        "current": plain(current),
    }
