"""Breakdown, schedule, S-curve, budget chain and funding beyond published cases."""

from datetime import date, timedelta
from decimal import Decimal

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from srm_engine.budget_chain import Chain, check_chain
from srm_engine.cash_flow import cash_flow, lowest
from srm_engine.errors import RuleError
from srm_engine.funding import funding, split
from srm_engine.s_curve import Spread, planned_curve, planned_value
from srm_engine.schedule import LINK_TYPES, Activity, Link, critical_path
from srm_engine.wbs import WorkItem, done_part, physical_progress, shares

weights = st.decimals(0, 1000, places=2)
fractions = st.decimals(0, 1, places=3)


@st.composite
def breakdowns(draw):
    """Trees whose every level weighs something."""
    items = []
    for number in range(draw(st.integers(1, 12))):
        parent = draw(st.sampled_from([None, *range(number)]))
        weight = draw(weights) + 1
        items.append(WorkItem(number, parent, weight, draw(fractions)))
    return items


@given(breakdowns())
def test_weights_add_up_to_the_whole(items):
    parts = shares(items)
    parents = {item.parent for item in items}
    leaves = sum(parts[item.key] for item in items if item.key not in parents)
    assert abs(leaves - 1) < Decimal("1e-20")


@given(breakdowns(), st.randoms())
def test_progress_is_within_bounds_whatever_the_order(items, random):
    found = physical_progress(items)
    assert all(0 <= value <= 100 for value in found.values())
    mixed = list(items)
    random.shuffle(mixed)
    assert physical_progress(mixed) == found


@given(breakdowns())
def test_everything_done_is_all_done(items):
    done = [WorkItem(i.key, i.parent, i.weight, Decimal(1)) for i in items]
    assert set(physical_progress(done).values()) == {Decimal("100.00")}


def test_what_cannot_be_a_breakdown():
    loop = [WorkItem(1, 2, Decimal(1)), WorkItem(2, 1, Decimal(1))]
    nothing = [WorkItem(1, None, Decimal(0))]
    negative = [WorkItem(1, None, Decimal(-1))]
    for items in (loop, nothing, negative):
        with pytest.raises(RuleError):
            physical_progress(items)
    assert done_part(Decimal(0), Decimal(5)) is None


@st.composite
def networks(draw):
    """Activities and links that only point forward: no loop."""
    count = draw(st.integers(1, 9))
    activities = [Activity(n, draw(st.integers(0, 20))) for n in range(count)]
    links = []
    for after in range(1, count):
        for before in draw(st.sets(st.integers(0, after - 1), max_size=3)):
            lag = draw(st.integers(0, 5))
            links.append(Link(before, after, draw(st.sampled_from(LINK_TYPES)), lag))
    return activities, links


def longest_path(activities, links) -> int:
    """End of the work, by networkx on starts and finishes as separate nodes."""
    graph = networkx.DiGraph()

    def edge(before, after, weight):
        known = graph.get_edge_data(before, after, {"weight": weight})["weight"]
        graph.add_edge(before, after, weight=max(known, weight))

    for item in activities:
        edge("zero", ("S", item.key), 0)
        edge(("S", item.key), ("F", item.key), item.days)
        edge(("F", item.key), "end", 0)
    for link in links:
        edge((link.kind[0], link.before), (link.kind[1], link.after), link.lag)
    return networkx.dag_longest_path_length(graph, weight="weight")


@given(networks())
def test_the_critical_path_is_the_longest(network):
    activities, links = network
    # A finish that waits stretches nothing: durations are fixed, which a longest path
    # over starts and finishes does not know.
    links = [link for link in links if link.kind in ("FS", "SS")]
    found = critical_path(activities, links)
    end = max(slot.early_finish for slot in found.values())
    assert end == longest_path(activities, links)
    assert any(slot.critical for slot in found.values())


@given(networks())
def test_every_link_is_respected_early_and_late(network):
    activities, links = network
    found = critical_path(activities, links)
    end = max(slot.early_finish for slot in found.values())
    for slot in found.values():
        assert 0 <= slot.early_start <= slot.late_start
        assert slot.late_finish <= end
    sides = {"S": ("early_start", "late_start"), "F": ("early_finish", "late_finish")}
    for link in links:
        for name_before, name_after in zip(
            sides[link.kind[0]], sides[link.kind[1]], strict=True
        ):
            before = getattr(found[link.before], name_before)
            assert getattr(found[link.after], name_after) >= before + link.lag


def test_a_loop_names_those_that_wait_for_each_other():
    activities = [Activity(name, 1) for name in "abcd"]
    links = [Link("a", "b"), Link("b", "c"), Link("c", "b"), Link("c", "d")]
    with pytest.raises(RuleError, match="b, c$"):
        critical_path(activities, links)


def test_links_that_cannot_be():
    one = [Activity("a", 1)]
    for activities, links in (
        (one, [Link("a", "z")]),
        (one, [Link("a", "a", "XX")]),
        ([Activity("a", -1)], []),
    ):
        with pytest.raises(RuleError):
            critical_path(activities, links)
    assert critical_path([], []) == {}


@given(
    st.lists(
        st.tuples(
            st.decimals(0, 10**8, places=2), st.integers(0, 900), st.integers(0, 400)
        ),
        min_size=1,
        max_size=6,
    )
)
def test_the_curve_rises_to_the_budget(rows):
    origin = date(2025, 1, 1)
    spreads = []
    for amount, start, days in rows:
        first = origin + timedelta(start)
        spreads.append(Spread(amount, first, first + timedelta(days)))
    values = [value for _day, value in planned_curve(spreads)]
    assert values == sorted(values)
    assert values[-1] == sum(amount for amount, _start, _days in rows)
    assert planned_value(spreads, origin - timedelta(1)) == 0


amounts = st.decimals(0, 10**9, places=2)


@given(amounts, st.lists(st.decimals("0.01", 1000, places=2), min_size=1, max_size=9))
def test_parts_add_up_to_the_centime(amount, parts):
    found = split(amount, parts)
    assert sum(found) == amount
    assert len(found) == len(parts)


@given(st.dictionaries(st.text(max_size=3), amounts, max_size=6), amounts)
def test_the_gap_is_what_lacks(shares_, cost):
    found = funding(shares_, cost)
    assert found.resources + found.gap == cost
    assert found.consistent == (found.gap == 0)


@given(amounts, amounts, amounts, amounts)
def test_a_chain_never_widens(one, two, three, four):
    ordered = sorted((one, two, three, four), reverse=True)
    check_chain(Chain(*ordered))
    chain = Chain(*ordered)
    for rate in (chain.commitment_rate, chain.emission_rate, chain.payment_rate):
        assert rate is None or 0 <= rate <= 100
    assert chain.available == ordered[0] - ordered[1]
    if ordered[0] > ordered[3]:
        with pytest.raises(RuleError):
            check_chain(Chain(*reversed(ordered)))


def test_shares_that_cannot_be():
    with pytest.raises(RuleError):
        funding({"a": Decimal(-1)})
    with pytest.raises(RuleError):
        split(Decimal(1), [Decimal(0)])


MOVEMENTS = st.lists(
    st.tuples(
        st.dates(date(2024, 1, 1), date(2027, 12, 31)),
        st.decimals(0, 10**9, places=2),
    ),
    max_size=20,
)


@given(MOVEMENTS, MOVEMENTS, MOVEMENTS)
def test_the_last_balance_is_all_that_moved(received, paid, expected):
    today = date(2026, 2, 10)
    months = cash_flow(received, paid, expected, (), today)
    moved = (
        sum(amount for _day, amount in received)
        - sum(amount for _day, amount in paid)
        + sum(amount for _day, amount in expected)
    )
    assert (months[-1].balance if months else 0) == moved
    assert not any(m.expected for m in months if m.end < date(2026, 2, 28))
    low = lowest(months)
    assert low is None or all(low.balance <= month.balance for month in months)
