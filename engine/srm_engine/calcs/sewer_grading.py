"""Calculations ``sewer-grading`` and ``pipe-rating``."""

from typing import Any

from ..jsoncase import Field, boolean, each, integer, mapping, read_case
from ..money import ZERO, to_decimal
from ..sewer_grading import Scale, condition, merged, pipe_rating
from .encode import plain

SPEC = {
    "length_m": Field(to_decimal),
    "scores": Field(each(to_decimal)),
    "peak_1m": Field(to_decimal, None),
    "thresholds_peak": Field(each(to_decimal)),
    "thresholds_mean": Field(each(to_decimal), ()),
    "worst_of": Field(boolean, True),
}
RATING = {
    "occurrences_structural": Field(mapping(integer, integer), {}),
    "occurrences_om": Field(mapping(integer, integer), {}),
}


def calculate(data: object) -> dict[str, Any]:
    """Peak, mean and final grade of a sewer section from the scores of its defects.

    >>> calculate({"length_m": "10", "scores": ["5"], "peak_1m": "5",
    ...            "thresholds_peak": ["5", "15"]})["final_grade"]
    1
    """
    case = read_case(data, SPEC)
    scale = Scale(case["thresholds_peak"], case["thresholds_mean"], case["worst_of"])
    defects = [(ZERO, score) for score in case["scores"]]
    found = condition(defects, case["length_m"], scale, case["peak_1m"])
    return {
        "total": plain(found.total),
        "count": found.count,
        "mean": plain(found.mean),
        "average": plain(found.average),
        "peak_grade": found.peak_grade,
        "mean_grade": found.mean_grade,
        "final_grade": found.grade,
    }


def rate_pipe(data: object) -> dict[str, Any]:
    """PACP rating, index and quick rating: structural, O&M and overall.

    >>> rate_pipe({"occurrences_structural": {"5": 1}})["overall_quick"]
    '5100'
    """
    case = read_case(data, RATING)
    kinds = {name.removeprefix("occurrences_"): counts for name, counts in case.items()}
    kinds["overall"] = merged(*kinds.values())
    result: dict[str, Any] = {}
    for kind, counts in kinds.items():
        found = pipe_rating(counts)
        result[f"{kind}_rating"] = found.rating
        result[f"{kind}_index"] = plain(found.index)
        result[f"{kind}_quick"] = found.quick
    return result
