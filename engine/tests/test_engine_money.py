"""Exact decimals and calendar helpers."""

import pickle
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from srm_engine.dates import add_days, add_months, iso_month, months_between
from srm_engine.errors import RuleError
from srm_engine.money import money_text, round_centime, to_decimal


@pytest.mark.parametrize("value", ["1200.50", " 1200.50 ", Decimal("1200.50")])
def test_to_decimal(value):
    assert to_decimal(value) == Decimal("1200.50")
    assert to_decimal(-3) == Decimal(-3)


@pytest.mark.parametrize(
    "value", [12.5, True, None, "", "1,5", "1 200", "1e3", "1_0", "NaN", "٣", ".5", []]
)
def test_what_is_not_an_exact_decimal_is_refused(value):
    with pytest.raises(RuleError) as caught:
        to_decimal(value)
    assert caught.value.code == "not_decimal"


@pytest.mark.parametrize(
    "value", ["1" * 40, Decimal("Infinity"), Decimal("NaN"), 10**16]
)
def test_implausible_numbers_are_refused(value):
    with pytest.raises(RuleError) as caught:
        to_decimal(value)
    assert caught.value.code == "amount_too_large"


@given(st.decimals("-1e12", "1e12", places=5))
def test_rounding_is_half_away_from_zero(value):
    rounded = round_centime(value)
    assert abs(rounded - value) <= Decimal("0.005")
    assert round_centime(-value) == -rounded
    assert Decimal(money_text(value)) == rounded


@given(st.dates(date(1950, 1, 1), date(2090, 1, 1)), st.integers(-500, 500))
def test_adding_months_changes_the_month_by_that_number(day, months):
    moved = add_months(day, months)
    assert months_between(day, moved) == months
    assert moved.day <= day.day


def test_impossible_dates_are_engine_errors():
    for action in (add_days, add_months):
        with pytest.raises(RuleError) as caught:
            action(date(9999, 12, 31), 1)
        assert caught.value.code == "date_impossible"
    for text in ("2024-13", "2024-1", "0000-01", 202401):
        with pytest.raises(RuleError):
            iso_month(text)


def test_errors_cross_processes_whole():
    error = RuleError("some_code", "the value {value} is wrong", value="{x}")
    copy = pickle.loads(pickle.dumps(error))
    assert (copy.code, copy.params, str(copy)) == (
        "some_code",
        {"value": "{x}"},
        "the value {x} is wrong",
    )
