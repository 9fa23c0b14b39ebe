"""Age buckets and priority score."""

import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from srm_engine.arrears import (
    AGE_BUCKETS,
    DEFAULT_WEIGHTS,
    FIRM_SIZES,
    ScoreInput,
    age_bucket,
    score,
)
from srm_engine.errors import RuleError


def file(**values) -> ScoreInput:
    return ScoreInput(
        **{
            "age_days": 0,
            "firm_size": "large",
            "claimed": Decimal(100),
            "certified": Decimal(0),
            "service_continuity": 0,
            "monthly_cost": Decimal(0),
            "outstanding": Decimal(100),
            "distress": 0,
            **values,
        }
    )


@pytest.mark.parametrize(
    ("days", "bucket"),
    [
        (-400, "not_due"),
        (-1, "not_due"),
        (0, "0_30"),
        (30, "0_30"),
        (31, "31_60"),
        (60, "31_60"),
        (61, "61_90"),
        (90, "61_90"),
        (91, "91_180"),
        (180, "91_180"),
        (181, "181_365"),
        (365, "181_365"),
        (366, "over_365"),
    ],
)
def test_age_buckets(days, bucket):
    assert age_bucket(days) == bucket


@pytest.mark.parametrize(
    ("values", "key", "points"),
    [
        ({"age_days": 365}, "age", "12.50"),
        ({"age_days": 5000}, "age", "25.00"),
        ({"age_days": -10}, "age", "0"),
        ({"firm_size": "micro"}, "small_firm", "20.00"),
        ({"firm_size": "small"}, "small_firm", "15.00"),
        ({"firm_size": "medium"}, "small_firm", "5.00"),
        ({"firm_size": ""}, "small_firm", "0"),
        ({"certified": Decimal(80)}, "certified_share", "12.00"),
        ({"certified": Decimal(200)}, "certified_share", "15.00"),
        ({"certified": Decimal(5), "claimed": Decimal(0)}, "certified_share", "0"),
        ({"service_continuity": 1}, "continuity", "4.95"),
        ({"service_continuity": 3}, "continuity", "15.00"),
        ({"monthly_cost": Decimal("0.85")}, "delay_cost", "4.25"),
        ({"monthly_cost": Decimal(9)}, "delay_cost", "15.00"),
        ({"monthly_cost": Decimal(1), "outstanding": Decimal(0)}, "delay_cost", "0"),
        ({"distress": 3}, "distress", "10.00"),
    ],
)
def test_each_component_alone(values, key, points):
    found = score(file(**values))
    assert found.components[key] == Decimal(points)
    assert found.total == Decimal(points)


def test_the_most_urgent_file_scores_one_hundred():
    found = score(
        file(
            age_days=800,
            firm_size="micro",
            certified=Decimal(100),
            service_continuity=3,
            monthly_cost=Decimal(3),
            distress=3,
        )
    )
    assert found.total == 100
    assert set(found.explained.values()) == {Decimal(1)}


inputs = st.builds(
    ScoreInput,
    age_days=st.integers(-500, 5000),
    firm_size=st.sampled_from(sorted(FIRM_SIZES)),
    claimed=st.decimals(0, 10**9, places=2),
    certified=st.decimals(0, 10**9, places=2),
    service_continuity=st.integers(0, 3),
    monthly_cost=st.decimals(0, 10**7, places=2),
    outstanding=st.decimals(0, 10**9, places=2),
    distress=st.integers(0, 3),
)
weights = st.fixed_dictionaries(
    {}, optional={key: st.integers(0, 100) for key in DEFAULT_WEIGHTS}
).filter(lambda chosen: sum(chosen.values()) > 0)


@given(inputs, weights)
def test_the_components_explain_the_total(inp, chosen):
    found = score(inp, chosen)
    assert found.total == sum(found.components.values())
    assert 0 <= found.total <= 100
    assert set(found.components) == set(found.explained) == set(chosen)
    assert all(0 <= value <= 1 for value in found.explained.values())


@given(inputs, st.integers(1, 1000))
def test_an_older_file_never_scores_less(inp, more):
    older = ScoreInput(**{**vars(inp), "age_days": inp.age_days + more})
    assert score(older).total >= score(inp).total


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"firm_size": "huge"}, "firm_size_unknown"),
        ({"distress": 4}, "level_out_of_range"),
        ({"service_continuity": -1}, "level_out_of_range"),
    ],
)
def test_wrong_inputs(values, code):
    with pytest.raises(RuleError) as caught:
        score(file(**values))
    assert caught.value.code == code


@pytest.mark.parametrize(
    "chosen", [{}, {"age": 0}, {"age": -1, "distress": 5}, {"mood": 10}]
)
def test_wrong_weights(chosen):
    with pytest.raises(RuleError) as caught:
        score(file(), chosen)
    assert caught.value.code == "weights_invalid"


def test_bucket_names_are_stable():
    assert AGE_BUCKETS[0] == "not_due"
    assert len(AGE_BUCKETS) == len(set(AGE_BUCKETS)) == 7


def test_score_is_fast_enough_for_the_daily_run():
    start = time.process_time()
    for age in range(1000):
        score(file(age_days=age))
    assert time.process_time() - start < 1000 * 100e-6
