"""Calculation ``carbon``."""

from typing import Any

from ..carbon import (
    DEFAULT_GWP_SET,
    GWP_SETS,
    Activity,
    GasRelease,
    emissions,
)
from ..jsoncase import Field, choice, each, read_case, text
from ..money import to_decimal, total
from .encode import plain

ACTIVITY = {
    "quantity": Field(to_decimal),
    "unit": Field(text),
    "factor": Field(to_decimal),
    "factor_unit": Field(text),
}
GAS = {
    "gas": Field(text),
    "mass_kg": Field(to_decimal),
    "gwp_set": Field(choice(*GWP_SETS), DEFAULT_GWP_SET),
}


def read_item(data: object) -> Activity | GasRelease:
    """Read one activity; the key ``gas`` makes it a release of gas."""
    if isinstance(data, dict) and "gas" in data:
        return GasRelease(**read_case(data, GAS))
    return Activity(**read_case(data, ACTIVITY))


SPEC = {"activities": Field(each(read_item))}


def calculate(data: object) -> dict[str, Any]:
    """Emissions in kgCO2e of activities and gas releases.

    >>> calculate({"activities": [{"quantity": "500", "unit": "L", "factor": "2.68",
    ...                            "factor_unit": "kgCO2e/L"}]})
    {'activities': [{'kgco2e': '1340.000000'}], 'total': '1340.000000'}
    """
    parts = [emissions(item) for item in read_case(data, SPEC)["activities"]]
    return {
        "activities": [{"kgco2e": plain(part)} for part in parts],
        "total": plain(total(parts)),
    }
