"""Instalments sum exactly, on the right days."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from srm_engine.dates import add_months
from srm_engine.errors import RuleError
from srm_engine.instalments import schedule

FIRST = date(2025, 1, 31)


@given(
    st.decimals("100", "99999999", places=2),
    st.integers(1, 120),
    st.dates(date(2024, 1, 1), date(2030, 1, 1)),
    st.integers(1, 12),
    st.decimals("0", "98", places=2),
)
def test_instalments_sum_to_the_total(total, count, first, every, down):
    parts = schedule(total, count, first, every, down)
    assert sum(part.amount for part in parts) == total
    assert len(parts) == count + bool(down)
    assert all(part.amount > 0 for part in parts)
    assert all(part.amount == round(part.amount, 2) for part in parts)
    regular = [part.amount for part in parts[bool(down) :]]
    assert 0 <= regular[-1] - regular[0] < Decimal("0.01") * count
    assert len(set(regular[:-1])) <= 1
    assert [part.date for part in parts] == [
        add_months(first, position * every) for position in range(len(parts))
    ]


def test_a_down_payment_comes_first():
    parts = schedule(Decimal(1000), 3, FIRST, 3, Decimal(100))
    assert [(str(part.date), part.amount) for part in parts] == [
        ("2025-01-31", 100),
        ("2025-04-30", 300),
        ("2025-07-31", 300),
        ("2025-10-31", 300),
    ]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((Decimal(0), 1, FIRST), "total_not_positive"),
        ((Decimal(-5), 1, FIRST), "total_not_positive"),
        ((Decimal("1.005"), 1, FIRST), "not_centimes"),
        ((Decimal(5), 1, FIRST, 1, Decimal("0.001")), "not_centimes"),
        ((Decimal(5), 0, FIRST), "count_invalid"),
        ((Decimal(5), 2, FIRST, 0), "period_invalid"),
        ((Decimal(5), 2, FIRST, 1, Decimal(-1)), "down_payment_invalid"),
        ((Decimal(5), 2, FIRST, 1, Decimal(5)), "down_payment_invalid"),
        ((Decimal("0.02"), 3, FIRST), "instalment_too_small"),
    ],
)
def test_refusals(arguments, code):
    with pytest.raises(RuleError) as caught:
        schedule(*arguments)
    assert caught.value.code == code
