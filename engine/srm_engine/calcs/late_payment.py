"""Calculation ``late-payment``."""

from typing import Any

from ..dates import iso_date, iso_month
from ..jsoncase import Field, choice, each, integer, read_case, record
from ..key_rates import DEFAULT_KEY_RATES, KeyRate
from ..late_payment import (
    CALENDAR,
    COUNTINGS,
    Assessment,
    Court,
    Invoice,
    Payment,
    assess,
    due_date,
    scope,
    start_date,
)
from ..money import to_decimal
from .encode import money, rate

PAYMENT = {"date": Field(iso_date), "amount": Field(to_decimal)}
COURT = {
    "from": Field(iso_date, name="start"),
    "until": Field(iso_date, None),
}
KEY_RATE = {"from": Field(iso_date, name="start"), "rate": Field(to_decimal)}
INVOICE = {
    "invoice_date": Field(iso_date),
    "amount_ttc": Field(to_decimal),
    "delivery_date": Field(iso_date, None),
    "service_date": Field(iso_date, None),
    "periodic_month": Field(iso_month, None),
    "agreed_days": Field(integer, None),
    "sector_days": Field(integer, None),
    "payments": Field(each(record(PAYMENT, Payment)), ()),
    "court": Field(record(COURT, Court), None),
}
SETTINGS = {
    "as_of": Field(iso_date, None),
    "counting": Field(choice(*COUNTINGS), CALENDAR),
    "key_rates": Field(each(record(KEY_RATE, KeyRate)), DEFAULT_KEY_RATES),
}

NO_DAY = "Neither payments nor as_of: the delay has no end to count to."


def calculate(data: object) -> dict[str, Any]:
    """Due date, months of delay and fine of an invoice (law 69-21).

    Without payments and without ``as_of`` the dates and the scope are given, and what
    depends on the length of the delay is null.

    >>> calculate({"invoice_date": "2023-07-20", "amount_ttc": "10169.50",
    ...            "payments": [{"date": "2023-09-25", "amount": "10169.50"}]})
    ... # doctest: +NORMALIZE_WHITESPACE
    {'in_scope': True,
     'reason': 'More than 10000 DH TTC and issued from 2023-07-01.',
     'start_date': '2023-07-20', 'due_date': '2023-09-18',
     'months': 1, 'rate': '3.00', 'fine': '305.09', 'by_quarter': {'2023-T3': '305.09'}}
    """
    case = read_case(data, {**INVOICE, **SETTINGS})
    settings = {key: case.pop(key) for key in SETTINGS}
    invoice = Invoice(**case)
    in_scope, reason = scope(invoice)
    if in_scope and not settings["as_of"] and not invoice.payments:
        return _dates_only(invoice, f"{reason} {NO_DAY}")
    return _result(assess(invoice, **settings))


def _dates_only(invoice: Invoice, reason: str) -> dict[str, Any]:
    return {
        "in_scope": True,
        "reason": reason,
        "start_date": start_date(invoice).isoformat(),
        "due_date": due_date(invoice).isoformat(),
        "months": None,
        "rate": None,
        "fine": None,
        "by_quarter": None,
    }


def _result(found: Assessment) -> dict[str, Any]:
    return {
        "in_scope": found.in_scope,
        "reason": found.reason,
        "start_date": found.start_date.isoformat(),
        "due_date": found.due_date.isoformat(),
        "months": found.months,
        "rate": rate(found.rate),
        "fine": money(found.fine),
        "by_quarter": {
            quarter: money(amount) for quarter, amount in found.by_quarter.items()
        },
    }
