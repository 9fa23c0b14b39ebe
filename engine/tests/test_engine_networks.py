"""Condition, health, priority, plans and renewal beyond published cases."""

import datetime
import itertools
import json
import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from srm_engine import geometry, preventive, telemetry_block, telemetry_points
from srm_engine.asset_health import health, initial_health
from srm_engine.errors import RuleError
from srm_engine.priority import SCALE, Criterion, contributions, score_rows
from srm_engine.renewal import Pipe, needs, total_km
from srm_engine.sewer_grading import Scale, condition, pipe_rating
from srm_engine.urgent_plan import BY_RANK, BY_RATIO, Candidate, choose

WSA = Scale([Decimal(n) for n in (5, 15, 40, 60)], [Decimal(n) for n in (1, 3, 5, 10)])


def test_one_bad_defect_and_five_do_not_look_the_same():
    one, five = pipe_rating({5: 1}), pipe_rating({5: 5})
    assert one.index == five.index
    assert (one.rating, one.quick) != (five.rating, five.quick)


def test_defects_within_one_metre_add_up_to_the_peak():
    seen = [(Decimal("1.0"), Decimal(10)), (Decimal("1.9"), Decimal(10))]
    apart = [(Decimal("1.0"), Decimal(10)), (Decimal("2.0"), Decimal(10))]
    assert condition(seen, Decimal(100), WSA).peak == 20
    assert condition(apart, Decimal(100), WSA).peak == 10


def test_without_length_only_the_peak_grades():
    found = condition([(Decimal(0), Decimal(50))], Decimal(0), WSA)
    assert (found.mean, found.mean_grade, found.grade) == (None, None, 4)


defects = st.lists(
    st.tuples(st.decimals(0, 100, places=1), st.decimals(0, 60, places=0)), max_size=8
)


@given(defects, st.decimals(0, 60, places=0))
def test_one_more_defect_never_betters_the_grade(seen, score):
    before = condition(seen, Decimal(100), WSA).grade
    after = condition([*seen, (Decimal(50), score)], Decimal(100), WSA).grade
    assert after >= before


@given(st.integers(0, 200), st.integers(1, 100))
def test_health_only_gets_worse_with_age(age, life):
    young = initial_health(Decimal(age), Decimal(life))
    old = initial_health(Decimal(age + 1), Decimal(life))
    assert Decimal("0.5") <= young <= old <= Decimal("5.5")
    found = health(Decimal(age), Decimal(life), factor=Decimal(3))
    assert found.current <= 10


grids = st.lists(
    st.tuples(st.integers(1, 9), st.floats(0, 100), st.floats(101, 200)),
    min_size=1,
    max_size=6,
).map(lambda rows: [Criterion(f"c{n}", *row) for n, row in enumerate(rows)])


@given(grids, st.lists(st.floats(-50, 300) | st.none(), min_size=6, max_size=6))
def test_contributions_stay_within_their_weight(grid, values):
    found = contributions(grid, {f"c{n}": value for n, value in enumerate(values)})
    whole = sum(item.weight for item in grid)
    for item in grid:
        assert 0 <= found[item.code] <= item.weight * SCALE / whole + 1
    assert sum(found.values()) <= SCALE + len(grid)
    row = [values[n] for n in range(len(grid))]
    assert score_rows(grid, [row]) == [tuple(found.values())]


def test_grids_that_cannot_be():
    for make in (
        lambda: Criterion("a", -1, 0.0, 1.0),
        lambda: Criterion("a", 1, 1.0, 1.0),
        lambda: contributions([Criterion("a", 0, 0.0, 1.0)], {}),
    ):
        with pytest.raises(RuleError):
            make()


candidates = st.lists(
    st.tuples(
        st.integers(0, SCALE),
        st.decimals(0, 10**6, places=2) | st.none(),
        st.booleans(),
    ),
    max_size=12,
).map(lambda rows: [Candidate(n, *row) for n, row in enumerate(rows)])


@given(
    candidates,
    st.decimals(0, 10**6, places=2),
    st.sampled_from([BY_RANK, BY_RATIO]),
    st.booleans(),
    st.randoms(),
)
def test_a_plan_never_passes_its_ceiling(items, ceiling, rule, skip, random):
    found = choose(items, ceiling, rule, skip)
    cost = {item.key: item.cost for item in items}
    spent = sum((cost[one.key] for one in found if one.taken), Decimal(0))
    assert spent <= ceiling
    assert len(found) == len(items)
    if found:
        assert found[-1].left == ceiling - spent
    mixed = list(items)
    random.shuffle(mixed)
    assert choose(mixed, ceiling, rule, skip) == found


def test_without_skipping_nothing_less_urgent_passes():
    items = [
        Candidate("a", 9, Decimal(60)),
        Candidate("b", 8, Decimal(50)),
        Candidate("c", 1, Decimal(10)),
    ]
    reasons = [one.reason for one in choose(items, Decimal(100), skip=False)]
    assert reasons == ["taken", "no_room", "stopped"]
    with pytest.raises(RuleError):
        choose(items, Decimal(-1))
    with pytest.raises(RuleError):
        choose(items, Decimal(1), "alphabet")


pipes = st.lists(
    st.tuples(
        st.decimals(0, 5000, places=1),
        st.integers(1930, 2026) | st.none(),
        st.integers(10, 100) | st.none(),
    ),
    max_size=10,
).map(lambda rows: [Pipe(n, *row) for n, row in enumerate(rows)])


@given(pipes)
def test_no_kilometre_is_lost(network):
    found = needs(network, 2026, 2300)
    assert total_km(found) == sum(pipe.metres for pipe in network) / 1000


# Telecontrol: a day of a channel, packed

MOMENTS = st.dictionaries(
    st.integers(0, telemetry_block.DAY - 1),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    max_size=200,
)


@given(MOMENTS)
def test_a_day_is_read_as_it_was_packed(points):
    packed = telemetry_block.pack(points)
    assert telemetry_block.unpack(packed) == dict(sorted(points.items()))


@given(MOMENTS, MOMENTS)
def test_the_same_points_again_change_nothing(known, sent):
    first = telemetry_block.merge(known, sent)
    again = telemetry_block.merge(first.points, sent)
    assert (again.added, again.changed) == (0, 0)
    assert len(first.points) == len(known) + first.added


def test_a_second_outside_its_day_is_refused():
    with pytest.raises(RuleError):
        telemetry_block.pack({telemetry_block.DAY: 1.0})


@pytest.mark.parametrize("value", ["", "x", None, True, float("nan"), [1]])
def test_a_value_that_is_no_number(value):
    with pytest.raises(RuleError):
        telemetry_points.value_of(value)


@pytest.mark.parametrize("value", ["", "2026-13-01", "2026-01-01T00:00", -1, None])
def test_a_moment_that_is_none(value):
    with pytest.raises(RuleError):
        telemetry_points.moment_of(value, 1_800_000_000)


# Preventive maintenance


@given(
    st.dates(datetime.date(2000, 1, 1), datetime.date(2030, 1, 1)),
    st.integers(1, 18),
    st.sampled_from(["day", "week", "month", "year"]),
    st.integers(-400, 4000),
)
def test_the_next_date_is_the_first_after(start, every, unit, days):
    after = start + datetime.timedelta(days)
    found = preventive.next_after(start, every, unit, after)
    dates = (preventive.occurrence(start, every, unit, n) for n in itertools.count())
    assert found == next(date for date in dates if date > after)


# Drawings

DEGREES = st.tuples(st.floats(-180, 180), st.floats(-90, 90))


@given(st.lists(DEGREES, min_size=2, max_size=20))
def test_a_line_is_as_long_both_ways(positions):
    def line(listed):
        text = json.dumps({"type": "LineString", "coordinates": listed})
        return geometry.read(text).metres

    assert math.isclose(line(positions), line(positions[::-1]), abs_tol=1e-3)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        '{"type": "Polygon", "coordinates": []}',
        '{"type": "LineString", "coordinates": [[0, 0]]}',
        '{"type": "Point", "coordinates": [30.4]}',
        '{"type": "Point", "coordinates": [-9.6, 130.4]}',
        '{"type": "MultiLineString", "coordinates": []}',
    ],
)
def test_what_is_no_drawing(text):
    with pytest.raises(RuleError):
        geometry.read(text)
