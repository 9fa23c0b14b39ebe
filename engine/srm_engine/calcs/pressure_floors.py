"""Calculation ``pressure-floors``."""

from typing import Any

from ..jsoncase import Field, each, mapping, optional, read_case
from ..money import to_decimal
from ..pressure_floors import band, lengths, percent, share_volume
from .encode import plain

SPEC = {
    "lengths_km": Field(mapping(optional(to_decimal)), None),
    "billed_m3": Field(to_decimal, None),
    "shares": Field(mapping(to_decimal), None),
    "rendements": Field(each(to_decimal), ()),
}


def calculate(data: object) -> dict[str, Any]:
    """Lengths of base floors, volumes shared between floors, yields and their bands.

    >>> calculate({"rendements": ["0.80"]})["bands"]
    ['good']
    """
    case = read_case(data, SPEC)
    result: dict[str, Any] = {
        "bands": [band(value) for value in case["rendements"]],
        "rendements_pct": [plain(percent(value)) for value in case["rendements"]],
    }
    if case["lengths_km"] is not None:
        found = lengths(case["lengths_km"])
        result["total_km"] = plain(found.total_km)
        result["floors_with_length"] = found.floors_with_length
        result["largest_share_pct"] = plain(found.largest_share_pct)
    if case["shares"] is not None and case["billed_m3"] is not None:
        shared = share_volume(case["billed_m3"], case["shares"])
        result["shared_m3"] = {key: plain(value) for key, value in shared.items()}
    return result
