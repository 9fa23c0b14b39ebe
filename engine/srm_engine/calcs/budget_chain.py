"""Calculation ``budget-chain``."""

from typing import Any

from ..budget_chain import LINKS, Chain, check_chain, from_rates
from ..jsoncase import Field, read_case
from ..money import ZERO, to_decimal
from .encode import money, plain

AMOUNTS = {link: Field(to_decimal, ZERO) for link in LINKS}
RATES = {
    "commitment_rate": Field(to_decimal, None),
    "emission_rate": Field(to_decimal, None),
}


def calculate(data: object) -> dict[str, Any]:
    """Rates of credits, commitments, emissions and payments, or amounts behind rates.

    >>> found = calculate({"committed": "153.5", "commitment_rate": "38",
    ...                    "emission_rate": "70"})
    >>> found["credits"], found["issued"]
    ('403.95', '107.45')
    """
    case = read_case(data, {**AMOUNTS, **RATES})
    commitment, emission = (case.pop(name) for name in RATES)
    if commitment is None:
        chain = Chain(**case)
        check_chain(chain)
    else:
        chain = from_rates(case["committed"], commitment, emission or ZERO)
    return {
        **{link: money(getattr(chain, link)) for link in LINKS},
        "available": money(chain.available),
        "commitment_rate": plain(chain.commitment_rate),
        "emission_rate": plain(chain.emission_rate),
        "payment_rate": plain(chain.payment_rate),
    }
