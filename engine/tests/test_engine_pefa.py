"""Grades of the stock of arrears, quarters, weighted delays."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from srm_engine.pefa import (
    last_closed_quarter,
    mean_delay,
    quarter_end,
    reported_in_time,
    stock_grade,
    stock_ratio,
)


@pytest.mark.parametrize(
    ("stock", "grade"),
    [
        ("0", "A"),
        ("2000.00", "A"),
        ("2000.01", "B"),
        ("6000.00", "B"),
        ("6000.01", "C"),
        ("10000.00", "C"),
        ("10000.01", "D"),
    ],
)
def test_grades_change_at_two_six_and_ten_percent(stock, grade):
    assert stock_grade(Decimal(stock), Decimal(100_000)) == grade


def test_no_grade_without_spending():
    assert stock_grade(Decimal(5), Decimal(0)) is None
    assert stock_ratio(Decimal(5), Decimal(-1)) is None


def test_every_day_belongs_to_one_quarter():
    day = date(2023, 1, 1)
    while day < date(2026, 1, 1):
        end = quarter_end(day)
        assert day <= end
        assert (end + timedelta(days=1)).day == 1
        assert end.month in (3, 6, 9, 12)
        assert last_closed_quarter(day) < day
        assert quarter_end(last_closed_quarter(day) + timedelta(days=1)) == end
        day += timedelta(days=1)


def test_four_weeks_are_28_days():
    end = date(2025, 12, 31)
    assert reported_in_time(end, date(2026, 1, 28))
    assert not reported_in_time(end, date(2026, 1, 29))


def test_a_mean_lies_between_its_extremes():
    rows = [(Decimal(n * n + 1), (n * 37) % 120) for n in range(50)]
    mean = mean_delay(rows)
    days = [day for _amount, day in rows]
    assert min(days) <= mean <= max(days)
    assert mean_delay([(Decimal(7), 42)] * 9) == 42
