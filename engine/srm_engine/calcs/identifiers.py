"""Calculation ``identifiers``."""

from typing import Any

from ..identifiers import CHECKS
from ..jsoncase import Field, choice, read_case, text

SPEC = {"kind": Field(choice(*CHECKS)), "value": Field(text)}


def calculate(data: object) -> dict[str, Any]:
    """Check digits of an ICE, a RIB or a Moroccan IBAN.

    >>> calculate({"kind": "ice", "value": "001561191000065"})
    ... # doctest: +NORMALIZE_WHITESPACE
    {'valid': False, 'normalized': '001561191000065',
     'reason': 'ICE check digits are wrong'}
    """
    case = read_case(data, SPEC)
    check = CHECKS[case["kind"]](case["value"])
    return {
        "valid": check.valid,
        "normalized": check.normalized,
        "reason": check.reason,
    }
