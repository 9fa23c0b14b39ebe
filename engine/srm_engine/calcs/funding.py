"""Calculation ``funding``."""

from typing import Any

from ..funding import funding
from ..jsoncase import Field, mapping, read_case
from ..money import to_decimal
from .encode import money, plain

SPEC = {"amounts": Field(mapping(to_decimal)), "cost": Field(to_decimal, None)}


def calculate(data: object) -> dict[str, Any]:
    """Shares of the parties of a convention, and resources against the cost.

    >>> found = calculate({"amounts": {"region": "4", "others": "16"}, "cost": "20"})
    >>> found["percents"]["region"], found["consistent"]
    ('20.00', True)
    """
    found = funding(**read_case(data, SPEC))
    return {
        "cost": money(found.cost),
        "resources": money(found.resources),
        "gap": money(found.gap),
        "consistent": found.consistent,
        "percents": {key: plain(value) for key, value in found.percents.items()},
    }
