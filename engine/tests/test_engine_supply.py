"""Floors, outages, night flow, leaks, reuse and telecontrol beyond published cases."""

from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from srm_engine.errors import RuleError
from srm_engine.leaks import per_1000_connections, volume_saved
from srm_engine.night_flow import hours_of, lowest_of_night, pseudo_yield
from srm_engine.pressure_floors import (
    GOOD,
    MEDIUM,
    WEAK,
    band,
    lengths,
    mismatch,
    share_volume,
)
from srm_engine.reliability import Outage, reliability
from srm_engine.reuse import reuse
from srm_engine.telemetry import Limits, check, expected_points

volumes = st.decimals(0, 10**7, places=3)


@given(
    volumes,
    st.dictionaries(
        st.text(max_size=2), st.decimals("0.01", 100, places=2), min_size=1, max_size=6
    ),
)
def test_shares_add_up_to_the_whole(volume, shares):
    found = share_volume(volume, shares)
    assert sum(found.values()) == volume
    assert set(found) == set(shares)


@given(st.decimals(0, 2, places=4))
def test_every_yield_has_one_band(value):
    expected = GOOD if value >= Decimal("0.8") else WEAK
    if Decimal("0.6") <= value < Decimal("0.8"):
        expected = MEDIUM
    assert band(value) == expected


def test_more_billed_than_brought_in_is_an_alert_not_a_good_result():
    assert mismatch(Decimal(100), Decimal(101))
    assert not mismatch(Decimal(100), Decimal(100))


def test_shares_and_lengths_that_cannot_be():
    with pytest.raises(RuleError):
        share_volume(Decimal(1), {"a": Decimal(0)})
    with pytest.raises(RuleError):
        lengths({"a": Decimal(-1)})
    assert lengths({"a": None}).largest_share_pct is None


def test_nobody_interrupted_is_not_computable():
    found = reliability([], 100)
    assert (found.saidi, found.saifi, found.caidi) == (0, 0, None)
    assert reliability([], 0).saidi is None
    with pytest.raises(RuleError):
        reliability([Outage(101, Decimal(1))], 100)
    with pytest.raises(RuleError):
        reliability([Outage(-1, Decimal(1))], 100)


def test_a_night_without_all_its_hours_says_nothing():
    assert lowest_of_night({0: Decimal(10)}, {0: 2, 3600: 3}) is None
    assert pseudo_yield(Decimal(1), Decimal(0)) is None


def test_days_on_which_the_clock_is_changed_have_the_hours_that_were_lived():
    """Ramadan 2026 in Morocco: the clock goes back on 15/02, forward on 22/03."""
    casablanca = ZoneInfo("Africa/Casablanca")
    longer = hours_of(date(2026, 2, 15), casablanca)
    shorter = hours_of(date(2026, 3, 22), casablanca)
    assert (len(longer), len(shorter)) == (25, 23)
    assert list(longer.values())[:5] == [0, 1, 2, 2, 3]
    assert 2 not in shorter.values()
    steady = dict.fromkeys(shorter, Decimal(100))
    assert lowest_of_night(steady, shorter) == 100
    twice = dict.fromkeys(longer, Decimal(100)) | {list(longer)[3]: Decimal(40)}
    assert lowest_of_night(twice, longer) == 40


def test_leaks():
    assert volume_saved(Decimal(1), 40, 30) == 0
    assert per_1000_connections(3, 0) is None
    with pytest.raises(RuleError):
        volume_saved(Decimal(-1), 0, 1)


def test_reuse():
    found = reuse(Decimal(0), {}, Decimal(60))
    assert (found.rate, found.missing) == (None, None)
    with pytest.raises(RuleError):
        reuse(Decimal(1), {"golf": Decimal(2)}, Decimal(60))


def kinds(points, **limits):
    return [found.kind for found in check(points, Limits(**limits))]


def test_each_check():
    regular = [(900 * n, 5.0 + n % 2) for n in range(6)]
    assert kinds(regular, low=0, high=10, jump=2, frozen=3) == []
    assert kinds([(0, -1.0)], low=0) == ["out_of_range"]
    assert kinds([(0, 1.0), (900, 9.0)], jump=5) == ["jump"]
    assert kinds([(0, 1.0), (3000, 9.0)], jump=5) == ["gap"]
    assert kinds([(900 * n, 5.0) for n in range(3)], frozen=3) == ["frozen"]
    assert kinds([(900 * n, 5.0) for n in range(3)], frozen=4) == []
    assert expected_points(10, 0) == 0


@given(st.lists(st.floats(-100, 100), max_size=30))
def test_what_is_in_range_is_never_out_of_it(values):
    points = [(900 * n, value) for n, value in enumerate(values)]
    found = check(points, Limits(-50, 50))
    assert {f.value for f in found} == {v for v in values if not -50 <= v <= 50}
