"""Accident rates: no hours, no rate."""

from decimal import Decimal

import pytest
from engine_cases import read_rows
from hypothesis import given
from hypothesis import strategies as st
from srm_engine.calcs import CALCS
from srm_engine.errors import RuleError
from srm_engine.safety import Activity, safety_rates


def test_hours_are_never_days():
    """The trap: 1645 man-days called hours give 60.79 only if multiplied by 10."""
    row = read_rows("hse")["SGTM-TRAP"]
    assert "1645" in row["inputs"]
    wrong = safety_rates(Activity(Decimal(1645), Decimal(1))).tf
    right = safety_rates(Activity(Decimal(16450), Decimal(1))).tf
    assert right == Decimal(row["expected"])
    assert wrong != right


def test_no_hours_is_not_zero_accidents():
    found = safety_rates(Activity(Decimal(0), Decimal(0), Decimal(0), Decimal(0)))
    assert (found.tf, found.tg, found.trir) == (None, None, None)
    assert found.reason == "Not computable: no hours worked."


def test_no_accident_in_hours_worked_is_zero():
    found = safety_rates(Activity(Decimal(10), Decimal(0), Decimal(0), Decimal(0)))
    assert (found.tf, found.tg, found.trir, found.reason) == (0, 0, 0, "")


@pytest.mark.parametrize("values", [(-1, 0, 0, 0), (1, -1, 0, 0), (1, 0, 0, -1)])
def test_negative_counts_are_refused(values):
    with pytest.raises(RuleError) as caught:
        safety_rates(Activity(*map(Decimal, values)))
    assert caught.value.code == "count_negative"


@pytest.mark.parametrize("basis", [0, -5])
def test_a_basis_is_positive(basis):
    case = {"hours": "10", "basis_severity": basis}
    with pytest.raises(RuleError, match="basis_severity: a basis must be above zero"):
        CALCS["safety-rates"](case)


@given(st.integers(0, 500), st.integers(1, 10**8))
def test_the_rate_is_proportional(accidents, hours):
    found = safety_rates(Activity(Decimal(hours), Decimal(accidents))).tf
    assert abs(found * hours - accidents * 1_000_000) <= Decimal("0.005") * hours
