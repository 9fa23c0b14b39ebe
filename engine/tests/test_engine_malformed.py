"""Whatever stands in a case, its place gets a result or a sentence, never a crash."""

import copy
import json
import math

import pytest
from srm_engine import cli
from srm_engine.calcs import CALCS

#: One case per calculation that gives a result, with every key it reads.
CASES = {
    "late-payment": {
        "invoice_date": "2023-07-20",
        "amount_ttc": "152542.37",
        "delivery_date": "2023-07-01",
        "periodic_month": "2023-07",
        "service_date": "2023-07-21",
        "agreed_days": 60,
        "sector_days": 90,
        "payments": [{"date": "2023-12-18", "amount": "152542.37"}],
        "court": {"from": "2023-10-01", "until": "2023-11-01"},
        "as_of": "2024-01-01",
        "counting": "calendar",
        "key_rates": [{"from": "2023-01-01", "rate": "3"}],
    },
    "identifiers": {"kind": "ice", "value": "002136093000040"},
    "statement": {
        "contract": {
            "amount_ht": "4000000",
            "vat_rate": "20",
            "retention_rate": "10",
            "retention_cap_rate": "7",
            "advance": "480000",
            "advance_repayment_rate": "20",
            "penalty_rate_per_day": "0.1",
            "penalty_cap_rate": "8",
        },
        "previous": {"cumulative_ht": "10", "retention_cumulative": "1"},
        "works_ht": "100000",
        "revision": "1.05",
        "late_days": 3,
        "tax_certificate": True,
    },
    "safety-rates": {
        "hours": "200000",
        "lost_time_accidents": 3,
        "recordable_accidents": 5,
        "lost_days": 40,
        "basis_frequency": 1000000,
        "basis_severity": 1000,
        "basis_trir": 200000,
    },
    "coverage": {
        "targets": [{"person": "a", "group": "x", "active": True}],
        "attendances": [{"person": "a", "attended": True, "passed": True}],
        "require_pass": True,
    },
    "carbon": {
        "activities": [
            {"quantity": "5", "unit": "l", "factor": "2", "factor_unit": "kgCO2e/l"},
            {"gas": "CH4", "mass_kg": "1", "gwp_set": "AR5"},
        ]
    },
    "earned-value": {"bac": "1000", "pv": "500", "ev": "400", "ac": "450"},
    "water-balance": {
        "siv": "1000",
        "billed_metered": "700",
        "unbilled_metered": "10",
        "exported": "5",
        "km": "10",
        "days": 30,
        "connections": 100,
        "private_m": "10",
        "pressure": "40",
    },
    "reliability": {"outages": [[100, 60]], "n": 1000},
    "budget-chain": {"credits": "100", "committed": "50", "issued": "30", "paid": "10"},
    "funding": {"amounts": {"State": "10", "Region": "20"}, "cost": "30"},
    "sewer-grading": {
        "length_m": "50",
        "scores": ["10", "20"],
        "peak_1m": "20",
        "thresholds_peak": ["10", "20", "30", "40"],
        "thresholds_mean": ["1", "2", "3", "4"],
        "worst_of": True,
    },
    "pipe-rating": {
        "occurrences_structural": {"5": 1},
        "occurrences_om": {"2": 1},
    },
    "asset-health": {
        "normal": "40",
        "duty": "1",
        "location": "1",
        "expected_life_years": "50",
        "age": "10",
        "initial": "0.5",
        "factor": "1",
        "reliability": "1",
    },
    "pressure-floors": {
        "lengths_km": {"a": "10"},
        "billed_m3": "1000",
        "shares": {"a": "1"},
        "rendements": ["80"],
    },
}
MALFORMED = (
    *(None, "", [], {}, True, 0, -1, 1.5, 10**30, math.nan, math.inf),
    *("0", "-5", "abc", "NaN", "Infinity", "1e400", "1e10", "9" * 60, "١٢"),
    *("2024-02-30", "0001-01-01", "9999-12-31", "9999-12"),
    *([[]], [{}], [None], {"x": 1}, {"1": "x"}, {"1": -1}, {"": 1}),
)


def places(value, path=()):
    """Where something stands in a case: the paths of all its parts."""
    yield path
    if isinstance(value, dict):
        for key, part in value.items():
            yield from places(part, (*path, key))
    if isinstance(value, list):
        for rank, part in enumerate(value):
            yield from places(part, (*path, rank))


def replaced(case, path, value):
    if not path:
        return value
    case = copy.deepcopy(case)
    part = case
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value
    return case


def test_every_calculation_is_tried():
    assert CASES.keys() == CALCS.keys()


@pytest.mark.parametrize("name", CASES)
def test_malformed_values(name):
    calc, case = CALCS[name], CASES[name]
    assert "error" not in cli._run(calc, case)
    for path in places(case):
        for value in MALFORMED:
            found = cli._run(calc, replaced(case, path, value))
            # What is no JSON number would spoil the answers of all other cases.
            json.dumps(found, allow_nan=False)
