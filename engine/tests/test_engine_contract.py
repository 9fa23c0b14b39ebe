"""Orders, term, limits and release of the retention of a works contract."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from srm_engine.contract import (
    check_amendments,
    contract_term,
    measure,
    reception_date,
    retention_release,
    subcontracting_left,
)
from srm_engine.errors import RuleError
from srm_engine.statement import AdvanceRule, Contract, Totals, advance, draw_statement

D = datetime.date
START = D(2026, 1, 1)


def test_a_late_signature_does_not_put_the_reception_off():
    late = D(2026, 1, 20)
    assert reception_date(START, late, D(2026, 2, 1)) == D(2026, 1, 4)


def test_an_order_is_not_received_before_three_days():
    assert reception_date(START, None, D(2026, 1, 3)) is None
    assert reception_date(START, None, D(2026, 1, 4)) == D(2026, 1, 4)


@pytest.mark.parametrize(
    ("unit", "duration", "end"),
    [("days", 90, D(2026, 4, 1)), ("months", 3, D(2026, 4, 1))],
)
def test_the_day_of_the_start_is_not_counted(unit, duration, end):
    assert contract_term(START, duration, unit, [], START).end == end


def test_stops_put_the_end_off():
    stops = [(D(2026, 1, 11), D(2026, 1, 21)), (D(2026, 2, 1), D(2026, 2, 6))]
    found = contract_term(START, 60, "days", stops, D(2026, 3, 31))
    assert found.end == D(2026, 3, 17)
    assert (found.suspended, found.late_days) == (15, 14)


def test_an_open_stop_runs_until_today():
    stops = [(D(2026, 1, 11), None)]
    found = contract_term(START, 30, "days", stops, D(2026, 6, 30))
    assert (found.suspended, found.late_days) == (170, 0)


def test_a_stop_after_the_end_only_stops_the_delay():
    stops = [(D(2026, 2, 10), D(2026, 2, 20))]
    found = contract_term(START, 30, "days", stops, D(2026, 2, 28))
    assert found.end == D(2026, 1, 31)
    assert found.late_days == 18


def test_days_of_amendments_are_added():
    assert contract_term(START, 30, "days", [], START, 15).end == D(2026, 2, 15)


@pytest.mark.parametrize(
    ("action", "code"),
    [
        (lambda: contract_term(START, 0, "days", [], START), "term_invalid"),
        (lambda: contract_term(START, 1, "weeks", [], START), "not_choice"),
        (
            lambda: contract_term(
                START, 9, "days", [(D(2026, 1, 5), D(2026, 1, 4))], START
            ),
            "order_dates",
        ),
        (
            lambda: contract_term(START, 9, "days", [(D(2025, 1, 5), None)], START),
            "order_dates",
        ),
        (lambda: reception_date(START, D(2025, 12, 31), START), "order_dates"),
        (
            lambda: check_amendments(Decimal(0), [], Decimal(1), Decimal(1)),
            "amount_invalid",
        ),
        (lambda: measure(Decimal(1), Decimal(1), Decimal(-2)), "quantity_negative"),
        (
            lambda: draw_statement(
                Contract(Decimal(1), Decimal(0)),
                Decimal(1),
                special_penalty=Decimal(-1),
            ),
            "penalty_negative",
        ),
    ],
)
def test_refusals(action, code):
    with pytest.raises(RuleError) as caught:
        action()
    assert caught.value.code == code


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=6))
def test_days_worked_and_late_make_the_calendar(gaps):
    """Whatever the stops: term + stops within it + delay + stops after = days gone."""
    day, stops = START, []
    for work, stop in gaps:
        begin = day + datetime.timedelta(days=work)
        day = begin + datetime.timedelta(days=stop)
        stops.append((begin, day))
    as_of = day + datetime.timedelta(days=100)
    found = contract_term(START, 45, "days", stops, as_of)
    assert (as_of - START).days == 45 + found.suspended + found.late_days


def test_amendment_limits_include_their_bound():
    limits = (Decimal("0.10"), Decimal("0.25"))
    assert not check_amendments(Decimal(1000), [Decimal(100)], *limits).too_high
    assert check_amendments(Decimal(1000), [Decimal("100.01")], *limits).too_high
    assert not check_amendments(Decimal(1000), [Decimal(-250)], *limits).too_low
    assert check_amendments(Decimal(1000), [Decimal(-251)], *limits).too_low


def test_subcontracting_beyond_the_limit_is_negative():
    left = subcontracting_left(Decimal(1000), [Decimal(501)], Decimal("0.5"))
    assert left == -1


def test_retention_is_released_once():
    held = Decimal(1000)
    assert retention_release(held, Decimal(0), Decimal(0), False) == 0
    assert retention_release(held, Decimal(0), Decimal(5000), False) == 1000
    assert retention_release(held, Decimal(1000), Decimal(5000), True) == 0


@given(
    st.decimals("0.01", 5000, places=2),
    st.lists(st.decimals(0, 500, places=3), min_size=1, max_size=8),
)
def test_measured_amounts_add_up(price, quantities):
    done, amount = Decimal(0), Decimal(0)
    for quantity in quantities:
        found = measure(price, done, quantity)
        done, amount = done + quantity, amount + found.period
    assert amount == measure(price, done, Decimal(0)).previous


def test_bases_without_vat():
    terms = Contract(
        Decimal(100000),
        Decimal("0.20"),
        Decimal("0.10"),
        Decimal("0.07"),
        penalty_rate_per_day=Decimal("0.001"),
        penalty_cap_rate=Decimal("0.08"),
        retention_on_ttc=False,
        penalty_on_ttc=False,
    )
    found = draw_statement(terms, Decimal(50000), late_days=10)
    assert (found.retention, found.penalty) == (5000, 1000)
    assert draw_statement(terms, Decimal(90000)).retention == 7000
    assert found.period_ht + found.vat == found.period_ttc


def test_special_penalties_have_their_own_cap():
    terms = Contract(
        Decimal(100000), Decimal(0), special_penalty_cap_rate=Decimal("0.02")
    )
    first = draw_statement(terms, Decimal(5000), special_penalty=Decimal(1500))
    assert (first.special_penalty, first.net_before_withholding) == (1500, 3500)
    second = draw_statement(
        terms, Decimal(0), first.totals, special_penalty=Decimal(1500)
    )
    assert second.special_penalty == 500


def test_the_advance_is_repaid_in_full_at_eighty_percent():
    terms = Contract(
        Decimal(1000000),
        Decimal("0.20"),
        advance=Decimal(100000),
        advance_repayment_rate=Decimal("0.20"),
        advance_full_rate=Decimal("0.80"),
    )
    assert draw_statement(terms, Decimal(799999)).advance_repaid == 20000
    before = Totals(advance_repaid=Decimal(20000))
    assert draw_statement(terms, Decimal(800000), before).advance_repaid == 80000


def test_an_advance_rule_of_ones_own():
    rule = AdvanceRule(min_contract=Decimal(0), min_months=0, cap=Decimal(7))
    assert advance(Decimal(100), 1, rule) == 7
