"""Late interest of decree 2-16-344, quarter by quarter."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from srm_engine.errors import RuleError
from srm_engine.late_interest import (
    InterestClaim,
    QuarterRate,
    late_interest,
    next_month,
)
from srm_engine.late_payment import Payment
from srm_engine.withholding import late_interest as on_days

THREE = [QuarterRate(date(2025, 1, 1), Decimal(3))]


def paid(day, amount):
    return (Payment(day, Decimal(amount)),)


@pytest.mark.parametrize(("year", "expected"), [(360, "4050.00"), (365, "3994.52")])
def test_case_m01(year, expected):
    """TTC 1,200,000, retention 120,000, 45 days after day 60, 2.00 % + 1."""
    service = date(2025, 1, 1)
    credited = service + timedelta(days=60 + 45)
    claim = InterestClaim(service, Decimal(1080000), paid(credited, 1080000))
    found = late_interest(claim, date(2025, 12, 31), THREE, year)
    assert found.total == Decimal(expected)
    assert found.total == on_days(Decimal(1080000), 45, Decimal(3), year)
    assert sum(line.days for line in found.lines) == 45


def test_nothing_before_day_61():
    claim = InterestClaim(date(2025, 1, 1), Decimal(1000000))
    assert late_interest(claim, date(2025, 3, 2), THREE).total == 0
    assert late_interest(claim, date(2025, 3, 3), THREE).total == Decimal("82.19")


def test_each_quarter_has_its_rate():
    rates = [*THREE, QuarterRate(date(2025, 4, 1), Decimal(4))]
    claim = InterestClaim(date(2025, 1, 1), Decimal(365000))
    found = late_interest(claim, date(2025, 7, 10), rates)
    assert [(line.days, line.rate, line.estimated) for line in found.lines] == [
        (29, 3, False),
        (91, 4, False),
        (10, 4, True),
    ]
    assert found.total == 29 * 30 + 101 * 40
    assert found.estimated


def test_a_payment_lowers_the_base_from_the_next_day():
    claim = InterestClaim(
        date(2025, 1, 1), Decimal(365000), paid(date(2025, 3, 12), 265000)
    )
    found = late_interest(claim, date(2025, 3, 22), THREE)
    assert [(line.days, line.base) for line in found.lines] == [
        (10, 365000),
        (10, 100000),
    ]


def test_days_without_a_rate_are_counted_apart():
    claim = InterestClaim(date(2024, 10, 1), Decimal(365000))
    found = late_interest(claim, date(2025, 1, 10), THREE)
    assert found.missing_days == 31
    assert found.total == 10 * 30
    assert late_interest(claim, date(2025, 1, 10), []).total == 0


@pytest.mark.parametrize(
    ("claim", "year", "code"),
    [
        (InterestClaim(date(2025, 1, 1), Decimal(-1)), 365, "base_negative"),
        (InterestClaim(date(2025, 1, 1), Decimal(1)), 366, "day_basis"),
    ],
)
def test_refusals(claim, year, code):
    with pytest.raises(RuleError) as caught:
        late_interest(claim, date(2025, 12, 31), THREE, year)
    assert caught.value.code == code


@given(
    st.integers(0, 10**9).map(lambda value: Decimal(value) / 100),
    st.lists(
        st.tuples(st.integers(0, 500), st.integers(1, 10**8)),
        max_size=4,
    ),
    st.integers(0, 500),
)
def test_lines_cover_the_late_days_once(base, payments, days):
    service = date(2025, 1, 1)
    claim = InterestClaim(
        service,
        base,
        tuple(
            Payment(service + timedelta(days=day), Decimal(amount) / 100)
            for day, amount in payments
        ),
    )
    as_of = service + timedelta(days=days)
    found = late_interest(claim, as_of, THREE)
    day = found.first_day
    for line in found.lines:
        assert line.first == day and line.last <= as_of and line.base > 0
        day = line.last + timedelta(days=1)
    assert abs(found.total - sum(line.amount for line in found.lines)) <= (
        Decimal("0.005") * (len(found.lines) + 1)
    )
    assert next_month(claim, as_of, THREE) >= 0
