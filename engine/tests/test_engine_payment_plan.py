"""Payment plans: never above a ceiling, nothing lost, no order of input matters."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from srm_engine.errors import RuleError
from srm_engine.payment_plan import Claim, Payment, simulate

DAY = date(2025, 1, 1)
AMOUNTS = st.integers(1, 500_000).map(lambda value: Decimal(value) / 100)
CEILINGS = st.lists(
    st.integers(0, 800_000).map(lambda value: Decimal(value) / 100),
    min_size=1,
    max_size=12,
)


@st.composite
def claim_lists(draw, max_size=12):
    rows = draw(
        st.lists(
            st.tuples(AMOUNTS, st.integers(0, 5), st.integers(0, 3), AMOUNTS),
            max_size=max_size,
        )
    )
    return [
        Claim(key, amount, Decimal(score), DAY + timedelta(days=days), cost)
        for key, (amount, score, days, cost) in enumerate(rows)
    ]


@given(claim_lists(), CEILINGS, st.booleans())
def test_no_month_goes_above_its_ceiling(claims, ceilings, partial):
    plan = simulate(claims, ceilings, partial)
    for number, ceiling in enumerate(ceilings):
        paid = sum(item.amount for item in plan.payments if item.month == number)
        assert paid == plan.months[number].paid <= ceiling


@given(claim_lists(), CEILINGS, st.booleans())
def test_each_centime_is_planned_once_or_in_the_residual(claims, ceilings, partial):
    plan = simulate(claims, ceilings, partial)
    outcomes = {item.key: item for item in plan.outcomes}
    assert set(outcomes) == {claim.key for claim in claims}
    for claim in claims:
        own = [item for item in plan.payments if item.key == claim.key]
        found = outcomes[claim.key]
        assert sum(item.amount for item in own) == found.paid
        assert found.paid + found.residual == claim.amount
        assert len({item.month for item in own}) == len(own), "once a month"
        assert all(item.amount > 0 for item in own)
        if not partial:
            assert len(own) <= 1
            assert found.paid in (0, claim.amount)
    assert plan.paid + plan.residual == sum(claim.amount for claim in claims)
    assert (plan.end_month is None) == bool(plan.residual or not claims)


@given(st.data(), claim_lists(), CEILINGS, st.booleans())
def test_the_order_of_the_input_does_not_matter(data, claims, ceilings, partial):
    shuffled = data.draw(st.permutations(claims))
    assert simulate(shuffled, ceilings, partial) == simulate(claims, ceilings, partial)


@given(claim_lists(), CEILINGS, st.data(), st.booleans())
def test_a_higher_ceiling_never_costs_more(claims, ceilings, data, partial):
    more = data.draw(
        st.lists(
            st.integers(0, 300_000).map(lambda value: Decimal(value) / 100),
            min_size=len(ceilings),
            max_size=len(ceilings),
        )
    )
    higher = [one + other for one, other in zip(ceilings, more, strict=True)]
    low = simulate(claims, ceilings, partial)
    high = simulate(claims, higher, partial)
    if _aside(low) != _aside(high):
        assert not partial, "only whole payments set claims aside"
        return
    assert high.cost <= low.cost
    assert high.residual <= low.residual
    for one, other in zip(high.months, low.months, strict=True):
        assert one.cost <= other.cost


def _aside(plan):
    return {item.key for item in plan.outcomes if item.aside}


@given(claim_lists(), CEILINGS, st.booleans())
def test_months_and_claims_tell_the_same_cost(claims, ceilings, partial):
    plan = simulate(claims, ceilings, partial)
    assert sum(month.cost for month in plan.months) == plan.cost
    assert plan.months[-1].remaining == plan.residual
    assert sum(month.settled for month in plan.months) == len(
        [item for item in plan.outcomes if not item.residual]
    )


@given(claim_lists(), CEILINGS)
def test_nobody_overtakes(claims, ceilings):
    plan = simulate(claims, ceilings)
    last = 0
    for outcome in plan.outcomes:
        if outcome.first is not None:
            assert outcome.first >= last
            last = outcome.last


def test_a_large_claim_is_spread_or_set_aside():
    claims = [
        Claim(1, Decimal(250), Decimal(90), DAY, Decimal(5)),
        Claim(2, Decimal(60), Decimal(10), DAY, Decimal(1)),
    ]
    ceilings = [Decimal(100)] * 4
    spread = simulate(claims, ceilings)
    assert spread.payments == (
        Payment(1, 0, Decimal(100)),
        Payment(1, 1, Decimal(100)),
        Payment(1, 2, Decimal(50)),
        Payment(2, 2, Decimal(50)),
        Payment(2, 3, Decimal(10)),
    )
    # 150/250 then 50/250 of 5; 1 + 1 then 10/60 of 1.
    assert spread.cost == Decimal("3.00") + Decimal("1.00") + Decimal("2.17")
    assert spread.end_month == 3
    whole = simulate(claims, ceilings, partial=False)
    assert whole.payments == (Payment(2, 0, Decimal(60)),)
    assert [item.aside for item in whole.outcomes] == [True, False]
    assert whole.residual == 250
    assert whole.end_month is None
    assert whole.cost == 20, "four months of the claim set aside"


def test_whole_payments_wait_for_a_month_that_holds_them():
    claims = [
        Claim(1, Decimal(70), Decimal(3), DAY, Decimal(1)),
        Claim(2, Decimal(80), Decimal(2), DAY, Decimal(1)),
        Claim(3, Decimal(20), Decimal(1), DAY, Decimal(1)),
    ]
    plan = simulate(claims, [Decimal(100), Decimal(50), Decimal(100)], partial=False)
    assert [(item.key, item.month) for item in plan.payments] == [
        (1, 0),
        (2, 2),
        (3, 2),
    ]
    assert plan.cost == 4


def test_nothing_to_pay():
    plan = simulate([], [Decimal(10)])
    assert (plan.end_month, plan.cost, plan.paid, plan.residual) == (None, 0, 0, 0)
    assert plan.months[0].paid == 0


@pytest.mark.parametrize(
    ("claims", "ceilings", "code"),
    [
        ([], [], "no_month"),
        ([], [Decimal(-1)], "ceiling_negative"),
        ([Claim(1, Decimal(0), Decimal(1), DAY)], [Decimal(1)], "amount_not_positive"),
        (
            [Claim(1, Decimal(1), Decimal(1), DAY, Decimal(-1))],
            [Decimal(1)],
            "cost_negative",
        ),
        ([Claim(1, Decimal(1), Decimal(1), DAY)] * 2, [Decimal(1)], "key_repeated"),
    ],
)
def test_refusals(claims, ceilings, code):
    with pytest.raises(RuleError) as caught:
        simulate(claims, ceilings)
    assert caught.value.code == code


def test_thousands_of_files_take_less_than_seconds():
    claims = [
        Claim(key, Decimal(1000 + key), Decimal(key % 97), DAY, Decimal(9))
        for key in range(20_000)
    ]
    plan = simulate(claims, [Decimal(5_000_000)] * 60)
    assert plan.paid == sum(claim.amount for claim in claims)
