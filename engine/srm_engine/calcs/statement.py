"""Calculation ``statement``."""

from decimal import Decimal
from typing import Any

from ..errors import RuleError
from ..jsoncase import Field, boolean, integer, read_case, record
from ..money import HUNDRED, ZERO, to_decimal
from ..statement import Contract, Totals, draw_statement
from .encode import money

PREVIOUS = {
    "cumulative_ht": Field(to_decimal, ZERO),
    "cumulative_ttc": Field(to_decimal, None),
    "retention_cumulative": Field(to_decimal, ZERO, "retention"),
    "advance_repaid": Field(to_decimal, ZERO),
    "penalty": Field(to_decimal, ZERO),
}
AMOUNTS = ("amount_ht", "advance")
CONTRACT = {
    "amount_ht": Field(to_decimal),
    "vat_rate": Field(to_decimal),
    "retention_rate": Field(to_decimal, ZERO),
    "retention_cap_rate": Field(to_decimal, ZERO),
    "advance": Field(to_decimal, ZERO),
    "advance_repayment_rate": Field(to_decimal, ZERO),
    "penalty_rate_per_day": Field(to_decimal, ZERO),
    "penalty_cap_rate": Field(to_decimal, ZERO),
}


def build_contract(**values: Decimal) -> Contract:
    """Build the terms from rates in percent (20, 10, 7, 0.1).

    No VAT rate lies between 0 and 1 %: a contract whose VAT rate is written 0.20 has
    all its rates in fractions (0.10, 0.07, 0.001).

    >>> build_contract(amount_ht=Decimal(1), vat_rate=Decimal("20")).vat_rate
    Decimal('0.2')
    """
    negative = [key for key, value in values.items() if value < 0]
    if negative:
        raise RuleError(
            "value_negative", "{keys} cannot be negative", keys=", ".join(negative)
        )
    unit = Decimal(1) if ZERO < values["vat_rate"] < 1 else HUNDRED
    return Contract(
        **{
            key: value if key in AMOUNTS else value / unit
            for key, value in values.items()
        }
    )


SPEC = {
    "contract": Field(record(CONTRACT, build_contract)),
    "previous": Field(lambda data: read_case(data, PREVIOUS), None),
    "works_ht": Field(to_decimal),
    "revision": Field(to_decimal, Decimal(1)),
    "late_days": Field(integer, 0),
    "tax_certificate": Field(boolean),
}


def calculate(data: object) -> dict[str, Any]:
    """Progress statement: retention, advance, penalty, withholding, net to pay.

    >>> calculate({"contract": {"amount_ht": "1000", "vat_rate": "20",
    ...                         "retention_rate": "10", "retention_cap_rate": "7"},
    ...            "works_ht": "100", "tax_certificate": True})["net_to_pay"]
    '108.00'
    """
    case = read_case(data, SPEC)
    case["previous"] = _totals(case["contract"], case["previous"] or {})
    found = draw_statement(**case)
    return {
        "cumulative_ht": money(found.cumulative_ht),
        "cumulative_ttc": money(found.cumulative_ttc),
        "period_ttc": money(found.period_ttc),
        "retention": money(found.retention),
        "retention_cumulative": money(found.totals.retention),
        "advance_repaid": money(found.advance_repaid),
        "penalty": money(found.penalty),
        "vat_withheld": money(found.vat_withheld),
        "net_to_pay": money(found.net_to_pay),
    }


def _totals(contract: Contract, previous: dict[str, Any]) -> Totals:
    """Complete the previous totals: the amount TTC follows from the amount HT."""
    totals = dict(previous)
    if totals.get("cumulative_ttc") is None:
        totals["cumulative_ttc"] = contract.with_vat(totals.get("cumulative_ht", ZERO))
    return Totals(**totals)
