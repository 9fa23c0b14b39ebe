"""Calculation ``identifiers``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ..errors import RuleError
from ..jsoncase import Field, choice, read_case, text

if TYPE_CHECKING:
    from ..identifiers import Check

KINDS = ("ice", "rib", "iban")
SPEC = {"kind": Field(choice(*KINDS)), "value": Field(text)}


def calculate(data: object) -> dict[str, Any]:
    """Check digits of an ICE, a RIB or a Moroccan IBAN.

    >>> calculate({"kind": "ice", "value": "001561191000065"})
    ... # doctest: +NORMALIZE_WHITESPACE
    {'valid': False, 'normalized': '001561191000065',
     'reason': 'ICE check digits are wrong'}
    """
    case = read_case(data, SPEC)
    check = _checks()[case["kind"]](case["value"])
    return {
        "valid": check.valid,
        "normalized": check.normalized,
        "reason": check.reason,
    }


def _checks() -> Mapping[str, Callable[[str], Check]]:
    """The checks; only they need python-stdnum, the other calculations no package."""
    try:
        from ..identifiers import CHECKS
    except ModuleNotFoundError as error:
        raise RuleError(
            "package_missing",
            "{package} is not installed: pip install python-stdnum",
            package=error.name,
        ) from error
    return CHECKS
