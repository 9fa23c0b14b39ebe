"""Calculation ``water-balance``."""

from typing import Any

from ..jsoncase import Field, read_case
from ..money import ZERO, to_decimal
from ..water_balance import Network, Volumes, water_balance
from .encode import plain

VOLUMES = {
    "siv": Field(to_decimal),
    **{
        key: Field(to_decimal, ZERO)
        for key in (
            "billed_metered",
            "billed_unmetered",
            "unbilled_metered",
            "unbilled_unmetered",
            "unauthorised",
            "meter_inaccuracy",
            "exported",
        )
    },
}
NETWORK = {
    "km": Field(to_decimal, None),
    "days": Field(to_decimal, None),
    "connections": Field(to_decimal, None),
    "private_m": Field(to_decimal, ZERO),
    "pressure": Field(to_decimal, None),
}
BALANCE = (
    "billed_authorised",
    "unbilled_authorised",
    "authorised",
    "apparent_losses",
    "real_losses",
    "water_losses",
)


def calculate(data: object) -> dict[str, Any]:
    """Yields, losses and leakage index of a water network; null: not computable.

    >>> found = calculate({"siv": "1000", "billed_metered": "750"})
    >>> found["yield"], found["nrw"], found["ilp"], found["real_losses"]
    ('75.00', '25.00', None, '250')
    """
    case = read_case(data, {**VOLUMES, **NETWORK})
    network = Network(**{key: case.pop(key) for key in NETWORK})
    found = water_balance(Volumes(**case), network)
    return {
        "yield": plain(found.yield_),
        "yield_p104_3": plain(found.yield_p104_3),
        "nrw": plain(found.nrw),
        "ilp": plain(found.ilp),
        "carl": plain(found.carl),
        "uarl": plain(found.uarl),
        "ili": plain(found.ili),
        **{key: plain(getattr(found.volumes, key)) for key in BALANCE},
        "alerts": list(found.alerts),
    }
