"""Calculation ``reliability``."""

from decimal import Decimal
from typing import Any

from ..errors import RuleError
from ..jsoncase import Field, each, integer, read_case
from ..money import to_decimal
from ..reliability import Outage, reliability
from .encode import plain


def _outage(value: object) -> Outage:
    if not isinstance(value, list) or len(value) != 2:
        raise RuleError("not_outage", "an outage is [customers, minutes]")
    return Outage(integer(value[0]), Decimal(to_decimal(value[1])))


SPEC = {"outages": Field(each(_outage)), "n": Field(integer)}


def calculate(data: object) -> dict[str, Any]:
    """SAIDI, SAIFI and CAIDI of outages [customers, minutes] among n customers served.

    >>> calculate({"outages": [[100, "5"]], "n": 1000})["saidi_min"]
    '0.50'
    """
    case = read_case(data, SPEC)
    found = reliability(case["outages"], case["n"])
    return {
        "sum_ni": found.customers_interrupted,
        "sum_ni_di": plain(found.customer_minutes),
        "saidi_min": plain(found.saidi),
        "saifi": plain(found.saifi),
        "caidi_min": plain(found.caidi),
    }
