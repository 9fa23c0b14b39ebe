"""Declarations of payment delays: what each period carries, and nothing twice."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest
from engine_cases import pairs, read_rows
from hypothesis import given
from hypothesis import strategies as st
from srm_engine.delay_declaration import (
    ANNUAL,
    COURT,
    PAID,
    UNPAID,
    Period,
    declare,
    deposit_warning,
    periods_between,
    sanction,
    term_warning,
    visa_required,
)
from srm_engine.errors import RuleError
from srm_engine.late_payment import (
    COUNTINGS,
    DATE_TO_DATE,
    Court,
    Invoice,
    Payment,
    assess,
    charged_days,
)
from srm_engine.money import HUNDRED

ISSUED = date(2025, 1, 10)  # due 2025-03-11
AMOUNT = Decimal(100000)
HORIZON = date(2027, 12, 31)
ROWS = read_rows("procurement")


def invoice(**values) -> Invoice:
    return Invoice(**{"invoice_date": ISSUED, "amount_ttc": AMOUNT, **values})


def paid(*parts: tuple[str, int]) -> tuple[Payment, ...]:
    return tuple(
        Payment(date.fromisoformat(day), Decimal(amount)) for day, amount in parts
    )


def shown(found) -> list[tuple]:
    return [
        (line.kind, line.amount, len(line.months), line.fine) for line in found.lines
    ]


# ------------------------------------------------------------ published cases


@pytest.mark.parametrize("key", ["F01", "F02", "F04", "F05", "F06b"])
def test_published_fines_are_declared(key):
    """All the quarters from the due date to the payment add up to the fine."""
    given = pairs(ROWS[key]["inputs"])
    amount = Decimal(given["amount_ttc"])
    day = date.fromisoformat(given["paid"])
    inv = Invoice(
        date.fromisoformat(given["invoice_date"]),
        amount,
        agreed_days=int(given["term_days"]),
        payments=(Payment(day, amount),),
    )
    declared, until = [], None
    for period in periods_between(inv.invoice_date, date(2024, 3, 31)):
        declared.append(declare(inv, period, until).fine)
        until = period.last
    whole = assess(inv).fine
    assert abs(sum(declared) - whole) <= Decimal("0.01")
    # Once, at the end: the same fine to the centime.
    assert declare(inv, Period(2024, 1)).fine == whole
    assert f"fine={whole:.2f}" in ROWS[key]["expected"]


def test_f07_first_month_only():
    inv = Invoice(date(2026, 1, 15), Decimal("245595.80"))  # due 2026-03-16
    found = declare(inv, Period(2026, 1))
    assert shown(found) == [(UNPAID, inv.amount_ttc, 1, Decimal("5525.91"))]


def test_f09_one_later_month():
    inv = Invoice(
        date(2025, 10, 16), Decimal(3050), payments=paid(("2026-01-20", 3050))
    )
    found = declare(inv, Period(2026, 1), date(2025, 12, 31))
    assert shown(found) == [(PAID, 3050, 1, Decimal("25.93"))]


# ------------------------------------------------------------ lines of a period


def test_parts_paid_late_and_unpaid():
    inv = invoice(
        payments=paid(
            ("2025-05-02", 30000), ("2025-03-01", 40000), ("2025-03-20", 5000)
        )
    )
    assert shown(declare(inv, Period(2025, 1))) == [
        (PAID, 5000, 1, Decimal("112.50")),
        (UNPAID, 55000, 1, Decimal("1237.50")),
    ]
    second = declare(inv, Period(2025, 2), date(2025, 3, 31))
    assert shown(second) == [
        (PAID, 30000, 2, Decimal("510.00")),
        (UNPAID, 25000, 3, Decimal("637.50")),
    ]
    assert [line.payment for line in second.lines] == [0, None]
    assert {line.before for line in second.lines} == {1}


def test_a_skipped_quarter_is_caught_up():
    inv = invoice(payments=paid(("2025-03-20", 5000)))
    found = declare(inv, Period(2025, 2))
    assert shown(found) == [
        (PAID, 5000, 1, Decimal("112.50")),
        (UNPAID, 95000, 4, Decimal("4560.00")),
    ]
    assert [line.caught_up for line in found.lines] == [1, 1]


def test_the_annual_period_holds_the_whole_year():
    inv = invoice(payments=paid(("2025-05-02", 100000)))
    assert declare(inv, Period(2025, ANNUAL)).fine == assess(inv).fine


def test_nothing_before_the_due_date_nor_out_of_scope():
    assert declare(invoice(), Period(2024, 4)).lines == ()
    small = Invoice(date(2024, 6, 1), Decimal(10000))
    found = declare(small, Period(2024, 4))
    assert (found.in_scope, found.lines) == (False, ())


def test_court_suspends_and_is_shown():
    inv = invoice(court=Court(date(2025, 4, 1)))
    first = declare(inv, Period(2025, 1))
    assert shown(first) == [(UNPAID, AMOUNT, 1, Decimal("2250.00"))]
    second = declare(inv, Period(2025, 2), date(2025, 3, 31))
    assert shown(second) == [(COURT, AMOUNT, 0, Decimal("0.00"))]
    judged = invoice(court=Court(date(2025, 4, 1), date(2025, 8, 31)))
    third = declare(judged, Period(2025, 3), date(2025, 6, 30))
    assert shown(third) == [(UNPAID, AMOUNT, 1, Decimal("850.00"))]


def test_a_late_payment_without_a_new_month_is_shown_once():
    """Date to date: the month that was running on 31 March is already declared."""
    inv = invoice(payments=paid(("2025-04-05", 100000)))
    first = declare(inv, Period(2025, 1), None, DATE_TO_DATE)
    assert shown(first) == [(UNPAID, AMOUNT, 1, Decimal("2250.00"))]
    second = declare(inv, Period(2025, 2), date(2025, 3, 31), DATE_TO_DATE)
    assert shown(second) == [(PAID, AMOUNT, 0, Decimal("0.00"))]
    assert declare(inv, Period(2025, 3), date(2025, 6, 30), DATE_TO_DATE).lines == ()


# ------------------------------------------------------------ warnings and sanctions


@pytest.mark.parametrize(
    ("turnover", "amount", "visa"),
    [
        ("2000000", 0, False),
        ("2000000.01", 5000, False),
        ("10000000.01", 12500, False),
        ("50000000", 12500, True),
        ("50000001", 50000, True),
        ("200000001", 125000, True),
        ("500000001", 250000, True),
    ],
)
def test_sanctions(turnover, amount, visa):
    assert sanction(Decimal(turnover)) == amount
    assert visa_required(Decimal(turnover)) is visa


def test_warnings():
    assert not term_warning(None) and not term_warning(120) and term_warning(150)
    assert not deposit_warning(ISSUED, None)
    assert not deposit_warning(ISSUED, ISSUED + timedelta(30))
    assert deposit_warning(ISSUED, ISSUED + timedelta(31))


@pytest.mark.parametrize("number", [0, 6])
def test_an_unknown_period_is_refused(number):
    with pytest.raises(RuleError) as caught:
        Period(2026, number)
    assert caught.value.code == "period_unknown"


def test_quarters_follow_each_other():
    periods = periods_between(date(2025, 11, 1), date(2026, 12, 31))
    labels = [period.label for period in periods]
    assert labels == ["2025-T4", "2026-T1", "2026-T2", "2026-T3", "2026-T4"]
    assert Period(2026, 4).deadline == date(2027, 1, 31)


# ------------------------------------------------------------ properties

days = st.dates(date(2023, 7, 1), date(2027, 6, 30))
countings = st.sampled_from(COUNTINGS)


@st.composite
def invoices(draw) -> Invoice:
    start = draw(st.none() | days)
    length = draw(st.none() | st.integers(0, 400))
    return Invoice(
        invoice_date=draw(days),
        amount_ttc=draw(st.decimals("10000.01", "9999999", places=2)),
        agreed_days=draw(st.none() | st.integers(0, 130)),
        payments=tuple(
            Payment(draw(days), amount)
            for amount in draw(
                st.lists(st.decimals("0.01", "5000000", places=2), max_size=4)
            )
        ),
        court=start
        and Court(start, None if length is None else start + timedelta(length)),
    )


@given(invoices(), countings, st.data())
def test_every_month_is_declared_once_whatever_is_skipped(inv, counting, data):
    """Amount x rate over the declarations is that of the whole delay, exactly.

    The fines differ by the rounding of their lines only.
    """
    periods = periods_between(inv.invoice_date, HORIZON)
    filed = [item for item in periods[:-1] if data.draw(st.booleans())] + periods[-1:]
    charges, fines, rounded, until = Counter(), Decimal(0), 0, None
    percents = Decimal(0)
    for period in filed:
        found = declare(inv, period, until, counting)
        for line in found.lines:
            for month in line.months:
                charges[(period, month.day)] += line.amount
                percents += line.amount * month.rate / HUNDRED
        fines += found.fine
        rounded += len(found.lines)
        until = period.last
    declared_days = [day for _period, day in charges]
    assert len(declared_days) == len(set(declared_days))
    whole = assess(inv, HORIZON, counting)
    assert set(declared_days) == set(charged_days(inv, HORIZON, counting)) & {
        day for line in whole.lines for day in line.charged
    }
    assert percents == sum(line.amount * line.rate / HUNDRED for line in whole.lines)
    tolerance = Decimal("0.005") * (rounded + len(whole.lines))
    assert abs(fines - whole.fine) <= tolerance


@given(invoices(), countings)
def test_one_declaration_at_the_end_is_the_whole_fine(inv, counting):
    period = Period(HORIZON.year, 4)
    assert (
        declare(inv, period, None, counting).fine == assess(inv, HORIZON, counting).fine
    )


@given(invoices(), countings, st.integers(2023, 2027), st.integers(1, 4))
def test_declaring_again_declares_no_month(inv, counting, year, number):
    period = Period(year, number)
    again = declare(inv, period, period.last, counting)
    assert all(not line.months and not line.fine for line in again.lines)
