"""Calculation ``earned-value``."""

from typing import Any

from ..earned_value import earned_value
from ..jsoncase import Field, read_case
from ..money import to_decimal
from .encode import money, plain

SPEC = {key: Field(to_decimal, None) for key in ("bac", "pv", "ev", "ac")}
INDICES = ("cpi", "spi", "tcpi")


def calculate(data: object) -> dict[str, Any]:
    """Variances, indices and forecast of a project; null: not computable.

    >>> calculate({"bac": "5000000", "ev": "2000000", "ac": "2500000"})["tcpi"]
    '1.2000'
    """
    found = vars(earned_value(**read_case(data, SPEC)))
    return {
        key: plain(value) if key in INDICES else money(value)
        for key, value in found.items()
    }
