"""Calculation ``coverage``."""

from typing import Any

from ..coverage import Attendance, Rate, Target, coverage
from ..jsoncase import Field, boolean, each, read_case, record, text
from .encode import plain

TARGET = {
    "person": Field(text),
    "group": Field(text),
    "active": Field(boolean, True),
}
ATTENDANCE = {
    "person": Field(text),
    "attended": Field(boolean, True),
    "passed": Field(boolean, False),
}
SPEC = {
    "targets": Field(each(record(TARGET, Target))),
    "attendances": Field(each(record(ATTENDANCE, Attendance)), ()),
    "require_pass": Field(boolean, False),
}


def calculate(data: object) -> dict[str, Any]:
    """Distinct persons reached by a campaign, per group and in total.

    >>> calculate({"targets": [{"person": "A", "group": "staff"}]})
    ... # doctest: +NORMALIZE_WHITESPACE
    {'groups': {'staff': {'target': 1, 'covered': 0, 'rate': '0.0'}},
     'total': {'target': 1, 'covered': 0, 'rate': '0.0'}}
    """
    found = coverage(**read_case(data, SPEC))
    return {
        "groups": {name: _rate(rate) for name, rate in found.groups.items()},
        "total": _rate(found.total),
    }


def _rate(rate: Rate) -> dict[str, Any]:
    return {"target": rate.target, "covered": rate.covered, "rate": plain(rate.rate)}
