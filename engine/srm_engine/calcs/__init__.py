"""Registry of the calculations of ``python -m srm_engine``.

A calculation is a function of one JSON object to one JSON object; the first line of
its docstring is its help. Adding one is one line of ``CALCS``.
"""

from collections.abc import Callable
from typing import Any

from . import (
    carbon,
    coverage,
    earned_value,
    identifiers,
    late_payment,
    safety_rates,
    statement,
    water_balance,
)

Calc = Callable[[object], dict[str, Any]]

CALCS: dict[str, Calc] = {
    "late-payment": late_payment.calculate,
    "identifiers": identifiers.calculate,
    "statement": statement.calculate,
    "safety-rates": safety_rates.calculate,
    "coverage": coverage.calculate,
    "carbon": carbon.calculate,
    "earned-value": earned_value.calculate,
    "water-balance": water_balance.calculate,
}
