"""Registry of the calculations of ``python -m srm_engine``.

A calculation is a function of one JSON object to one JSON object; the first line of
its docstring is its help. Adding one is one line of ``CALCS``.
"""

from collections.abc import Callable
from typing import Any

from . import (
    asset_health,
    budget_chain,
    carbon,
    coverage,
    earned_value,
    funding,
    identifiers,
    late_payment,
    pressure_floors,
    reliability,
    safety_rates,
    sewer_grading,
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
    "reliability": reliability.calculate,
    "budget-chain": budget_chain.calculate,
    "funding": funding.calculate,
    "sewer-grading": sewer_grading.calculate,
    "pipe-rating": sewer_grading.rate_pipe,
    "asset-health": asset_health.calculate,
    "pressure-floors": pressure_floors.calculate,
}
