"""Coverage is counted from persons, never averaged."""

from decimal import Decimal

from engine_cases import read_rows
from hypothesis import given
from hypothesis import strategies as st
from srm_engine.coverage import Attendance, Rate, Target, coverage


def test_the_total_is_not_the_mean_of_the_rates():
    """Small groups with the published rates: their mean is not the share covered."""
    row = read_rows("hse")["COV-02"]
    rates = [Decimal(rate) for rate in row["inputs"].split("rates ")[1].split("; ")]
    mean = sum(rates) / len(rates)
    assert f"{mean:.1f}" == row["expected"].split()[0]
    assert "WRONG" in row["expected"]
    targets, attendances = [], []
    for number, (rate, size) in enumerate(
        zip(rates, (800, 400, 200, 200, 200), strict=True)
    ):
        people = [f"{number}-{person}" for person in range(size)]
        targets += [Target(person, str(number)) for person in people]
        covered = people[: int(rate * size / 100)]
        attendances += [Attendance(person) for person in covered]
    found = coverage(targets, attendances)
    assert [rate.rate for rate in found.groups.values()] == rates
    assert found.total.rate == Decimal("80.6")


def test_a_pass_may_be_required():
    targets = [Target("A", "x"), Target("B", "x")]
    seen = [Attendance("A"), Attendance("B", passed=True)]
    assert coverage(targets, seen).total.covered == 2
    assert coverage(targets, seen, require_pass=True).total.covered == 1


def test_absence_and_departure_do_not_count():
    targets = [Target("A", "x"), Target("B", "x", active=False)]
    seen = [Attendance("A", attended=False, passed=True), Attendance("B")]
    found = coverage(targets, seen)
    assert found.total == Rate(1, 0)


def test_a_group_whose_people_all_left_has_no_rate():
    found = coverage([Target("A", "x", active=False)], [Attendance("A")])
    assert found.groups == {"x": Rate(0, 0)}
    assert found.groups["x"].rate is None


people = st.sampled_from(["a1", "A1", " a 1", "b2", "c3", "٣"])
targets = st.lists(st.builds(Target, people, st.sampled_from("xyz"), st.booleans()))
seen = st.lists(st.builds(Attendance, people, st.booleans(), st.booleans()))


@given(targets, seen, st.booleans())
def test_bounds(listed, attended, require_pass):
    found = coverage(listed, attended, require_pass)
    rates = [*found.groups.values(), found.total]
    assert all(0 <= rate.covered <= rate.target for rate in rates)
    assert found.total.target <= sum(rate.target for rate in found.groups.values())
    assert coverage(listed, attended * 2, require_pass) == found
