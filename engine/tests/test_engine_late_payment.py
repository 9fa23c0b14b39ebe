"""Law 69-21 beyond the published cases: every rule, and its edges."""

import time
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from srm_engine.dates import add_months, quarter_label
from srm_engine.errors import RuleError
from srm_engine.key_rates import DEFAULT_KEY_RATES, KeyRate
from srm_engine.late_payment import (
    CALENDAR,
    COUNTINGS,
    DATE_TO_DATE,
    Court,
    Invoice,
    Payment,
    assess,
    due_date,
    exposure,
    scope,
    start_date,
    term_days,
)

ISSUED = date(2025, 1, 10)
DUE = date(2025, 3, 11)  # 60 days later
AMOUNT = Decimal(100000)


def invoice(**values) -> Invoice:
    return Invoice(**{"invoice_date": ISSUED, "amount_ttc": AMOUNT, **values})


def paid(*parts: tuple[str, int]) -> tuple[Payment, ...]:
    return tuple(
        Payment(date.fromisoformat(day), Decimal(amount)) for day, amount in parts
    )


def code_of(action, *args, **kwargs) -> str:
    with pytest.raises(RuleError) as caught:
        action(*args, **kwargs)
    return caught.value.code


# ------------------------------------------------------------ start and due date


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, ISSUED),
        ({"delivery_date": date(2025, 1, 31)}, ISSUED),
        ({"delivery_date": date(2024, 12, 1)}, date(2024, 12, 31)),
        ({"delivery_date": date(2024, 2, 1)}, date(2024, 2, 29)),
        ({"delivery_date": date(2025, 6, 1)}, ISSUED),
        ({"periodic_month": date(2024, 12, 1)}, date(2025, 1, 1)),
        ({"periodic_month": date(2025, 1, 31)}, date(2025, 2, 1)),
        (
            {"periodic_month": date(2025, 1, 1), "delivery_date": date(2024, 1, 1)},
            date(2025, 2, 1),
        ),
        ({"service_date": date(2024, 11, 5)}, date(2024, 11, 5)),
        (
            {"service_date": date(2024, 11, 5), "delivery_date": date(2024, 1, 1)},
            date(2024, 11, 5),
        ),
    ],
)
def test_start_date(values, expected):
    assert start_date(invoice(**values)) == expected


@pytest.mark.parametrize(
    ("agreed", "sector", "expected"),
    [
        (None, None, 60),
        (0, None, 0),
        (30, None, 30),
        (120, None, 120),
        (121, None, 120),
        (None, 150, 150),
        (None, 200, 180),
        (150, 180, 150),
        (90, 45, 45),
        (0, 180, 0),
    ],
)
def test_term_days(agreed, sector, expected):
    inv = invoice(agreed_days=agreed, sector_days=sector)
    assert term_days(inv) == expected
    assert due_date(inv) == ISSUED + timedelta(days=expected)


@pytest.mark.parametrize("key", ["agreed_days", "sector_days"])
def test_negative_terms_are_refused(key):
    assert code_of(due_date, invoice(**{key: -1})) == "days_negative"


# ------------------------------------------------------------ scope


@pytest.mark.parametrize(
    ("issued", "amount", "expected"),
    [
        ("2023-06-30", "50000", False),
        ("2023-07-01", "50000", True),
        ("2024-12-31", "10000.00", False),
        ("2024-12-31", "10000.01", True),
        ("2025-01-01", "10000.00", True),
        ("2025-01-01", "0.01", True),
    ],
)
def test_scope(issued, amount, expected):
    inv = Invoice(date.fromisoformat(issued), Decimal(amount))
    in_scope, reason = scope(inv)
    assert in_scope is expected
    assert reason.endswith(".")


def test_scope_looks_at_the_invoice_not_at_the_instalment():
    inv = Invoice(
        date(2024, 1, 1),
        Decimal(10001),
        payments=paid(("2024-01-15", 9000), ("2024-06-15", 1001)),
    )
    assert assess(inv).fine == Decimal("55.56")  # 1001 x 5.55 %, March to June


def test_out_of_scope_costs_nothing_whenever_it_is_paid():
    found = assess(Invoice(date(2022, 1, 1), AMOUNT), as_of=date(2025, 1, 1))
    assert (found.in_scope, found.months, found.fine) == (False, 0, 0)
    assert found.by_quarter == {}
    assert found.due_date == date(2022, 3, 2)
    assert assess(Invoice(date(2022, 1, 1), AMOUNT)).fine == 0


# ------------------------------------------------------------ months


@pytest.mark.parametrize(
    ("day", "calendar", "date_to_date"),
    [
        ("2025-01-01", 0, 0),
        ("2025-03-11", 0, 0),  # on the due date
        ("2025-03-12", 1, 1),
        ("2025-03-31", 1, 1),
        ("2025-04-01", 2, 1),
        ("2025-04-11", 2, 1),
        ("2025-04-12", 2, 2),
        ("2025-12-31", 10, 10),
        ("2026-03-11", 13, 12),
    ],
)
def test_months(day, calendar, date_to_date):
    inv = invoice(payments=paid((day, 100000)))
    assert assess(inv).months == calendar
    assert assess(inv, counting=DATE_TO_DATE).months == date_to_date


def test_due_on_the_last_day_of_a_month_starts_the_next_one():
    inv = Invoice(date(2025, 1, 31), AMOUNT, agreed_days=28)
    assert due_date(inv) == date(2025, 2, 28)
    found = assess(inv, as_of=date(2025, 3, 1))
    assert (found.months, found.rate) == (1, Decimal("2.25"))


def test_date_to_date_across_a_leap_february():
    inv = Invoice(date(2024, 1, 1), AMOUNT, agreed_days=30)
    assert due_date(inv) == date(2024, 1, 31)
    months = {
        day: assess(inv, day, DATE_TO_DATE).months
        for day in (date(2024, 2, 29), date(2024, 3, 1), date(2024, 3, 31))
    }
    assert list(months.values()) == [1, 2, 2]
    assert assess(inv, date(2024, 4, 1), DATE_TO_DATE).months == 3


def test_no_month_is_charged_before_the_law():
    inv = Invoice(date(2023, 7, 10), AMOUNT, delivery_date=date(2023, 1, 15))
    assert due_date(inv) == date(2023, 4, 1)
    found = assess(inv, as_of=date(2023, 8, 1))
    assert (found.months, found.rate) == (2, Decimal("3.85"))
    assert assess(inv, date(2023, 7, 31), DATE_TO_DATE).months == 2


def test_the_first_month_takes_the_key_rate_of_its_start():
    """Delay from May 2024: the cut of June 2024 changes nothing to it."""
    inv = Invoice(date(2024, 3, 20), AMOUNT)
    assert due_date(inv) == date(2024, 5, 19)
    assert assess(inv, as_of=date(2024, 6, 30)).rate == Decimal("3.85")


def test_own_key_rates_in_any_order():
    rates = [
        KeyRate(date(2025, 3, 1), Decimal("2.00")),
        KeyRate(date(2020, 1, 1), Decimal("1.00")),
    ]
    assert assess(invoice(), DUE + timedelta(1), key_rates=rates).rate == 2
    assert assess(invoice(), DUE + timedelta(1), key_rates=rates[1:]).rate == 1


def test_a_missing_key_rate_is_said():
    late = [KeyRate(date(2026, 1, 1), Decimal(2))]
    assert code_of(assess, invoice(), DUE + timedelta(1), CALENDAR, late) == (
        "key_rate_missing"
    )
    assert assess(invoice(), DUE, CALENDAR, late).fine == 0


# ------------------------------------------------------------ payments


def test_parts_paid_in_time_late_and_never():
    inv = invoice(
        payments=paid(
            ("2025-05-02", 30000), ("2025-03-01", 40000), ("2025-03-20", 5000)
        )
    )
    found = assess(inv, as_of=date(2025, 6, 30))
    assert [(line.amount, line.months, line.paid) for line in found.lines] == [
        (5000, 1, True),
        (30000, 3, True),
        (25000, 4, False),
    ]
    assert [line.fine for line in found.lines] == [
        Decimal("112.50"),  # 2.25 %
        Decimal("1185.00"),  # 3.95 %
        Decimal("1200.00"),  # 4.80 %
    ]
    assert found.fine == Decimal("2497.50")
    assert (found.months, found.rate) == (4, Decimal("4.80"))
    assert found.by_quarter == {
        "2025-T1": Decimal("1350.00"),  # 60000 x 2.25 %
        "2025-T2": Decimal("1147.50"),  # 30000 x 1.70 % + 25000 x 2.55 %
    }


def test_without_as_of_the_last_payment_ends_the_delay():
    inv = invoice(payments=paid(("2025-05-02", 30000), ("2025-03-20", 5000)))
    assert assess(inv) == assess(inv, as_of=date(2025, 5, 2))
    assert assess(inv).lines[-1].amount == 65000


def test_a_payment_after_as_of_is_still_unpaid():
    inv = invoice(payments=paid(("2025-09-01", 100000)))
    assert assess(inv, date(2025, 4, 30)) == assess(invoice(), date(2025, 4, 30))


def test_overpayment_is_not_charged():
    inv = invoice(payments=paid(("2025-03-01", 90000), ("2025-04-30", 50000)))
    found = assess(inv, as_of=date(2025, 12, 31))
    assert [line.amount for line in found.lines] == [10000]
    assert found.fine == Decimal("310.00")


@pytest.mark.parametrize("amount", [0, -5])
def test_a_payment_is_positive(amount):
    inv = invoice(payments=paid(("2025-05-02", amount)))
    assert code_of(assess, inv) == "payment_amount"


def test_refusals():
    assert code_of(assess, invoice()) == "as_of_missing"
    assert code_of(assess, invoice(), DUE, "lunar") == "counting_unknown"
    assert code_of(assess, invoice(amount_ttc=Decimal(-1)), DUE) == "amount_negative"


# ------------------------------------------------------------ judicial action


@pytest.mark.parametrize("counting", COUNTINGS)
@pytest.mark.parametrize(
    ("court", "until", "calendar", "date_to_date"),
    [
        # Delay from 2025-03-12; months counted to 2025-09-30.
        (None, None, 7, 7),
        ("2025-05-01", "2025-06-30", 5, 6),
        ("2025-05-10", "2025-06-20", 7, 6),
        ("2025-05-02", "2025-06-30", 6, 6),
        ("2025-04-12", "2025-05-11", 7, 6),
        ("2025-03-12", None, 0, 0),
        ("2025-01-01", None, 0, 0),
        ("2025-06-01", None, 3, 3),
        ("2025-01-01", "2025-02-01", 7, 7),
        ("2025-10-01", "2025-10-31", 7, 7),
        ("2025-01-01", "2025-09-30", 0, 0),
        ("2025-01-01", "2025-09-29", 1, 1),
    ],
)
def test_judicial_action(counting, court, until, calendar, date_to_date):
    action = court and Court(
        date.fromisoformat(court), date.fromisoformat(until) if until else None
    )
    found = assess(invoice(court=action), date(2025, 9, 30), counting)
    assert found.months == (calendar if counting == CALENDAR else date_to_date)


def test_a_delay_that_starts_after_judgment_takes_the_rate_of_that_day():
    inv = Invoice(
        date(2024, 1, 1), AMOUNT, court=Court(date(2024, 2, 1), date(2025, 3, 15))
    )
    found = assess(inv, as_of=date(2025, 4, 30))
    assert (found.months, found.rate) == (2, Decimal("3.10"))
    assert set(found.by_quarter) == {"2025-T1", "2025-T2"}


def test_judgment_before_action_is_refused():
    inv = invoice(court=Court(date(2025, 5, 2), date(2025, 5, 1)))
    assert code_of(assess, inv, DUE) == "court_dates"
    assert code_of(exposure, inv, DUE) == "court_dates"


# ------------------------------------------------------------ quarters


def test_quarters_are_rounded_one_by_one_and_never_restated():
    """3050 x 2.25 % = 68.625 and 3050 x 0.85 % = 25.925, each declared half-up."""
    inv = invoice(invoice_date=date(2025, 10, 16), amount_ttc=Decimal(3050))
    first = assess(inv, as_of=date(2025, 12, 31)).by_quarter
    second = assess(inv, as_of=date(2026, 1, 31))
    assert first == {"2025-T4": Decimal("68.63")}
    assert second.by_quarter == {**first, "2026-T1": Decimal("25.93")}
    assert second.fine == Decimal("94.55")  # 3050 x 3.10 %, as one line


amounts = st.decimals("0.01", "99999999", places=2)
days = st.dates(date(2023, 7, 1), date(2027, 12, 31))
countings = st.sampled_from(COUNTINGS)


@st.composite
def courts(draw) -> Court | None:
    if draw(st.booleans()):
        return None
    start = draw(days)
    until = draw(st.none() | st.integers(0, 400).map(lambda n: start + timedelta(n)))
    return Court(start, until)


@st.composite
def invoices(draw) -> Invoice:
    amount = draw(amounts)
    return Invoice(
        invoice_date=draw(days),
        amount_ttc=amount,
        agreed_days=draw(st.none() | st.integers(0, 130)),
        payments=tuple(
            Payment(draw(days), part)
            for part in draw(
                st.lists(st.decimals("0.01", "5000000", places=2), max_size=4)
            )
        ),
        court=draw(courts()),
    )


def months_day_by_day(inv: Invoice, until: date, counting: str) -> int:
    """Count charged months the slow way, looking at every day of delay."""
    due, court, charged = due_date(inv), inv.court, set()
    day, window, end = due + timedelta(1), 0, add_months(due, 1)
    while day <= until:
        if day > end:
            window, end = window + 1, add_months(due, window + 2)
        suspended = (
            court and day >= court.start and (court.until is None or day <= court.until)
        )
        if not suspended:
            charged.add((day.year, day.month) if counting == CALENDAR else window)
        day += timedelta(1)
    return len(charged)


@given(invoices(), days, countings)
def test_months_equal_a_count_day_by_day(inv, as_of, counting):
    unpaid = Invoice(
        inv.invoice_date, Decimal(20000), agreed_days=inv.agreed_days, court=inv.court
    )
    expected = months_day_by_day(unpaid, as_of, counting)
    assert assess(unpaid, as_of, counting).months == expected


@given(invoices(), days, st.integers(1, 400), countings)
def test_waiting_never_costs_less(inv, as_of, more, counting):
    later = as_of + timedelta(more)
    assert assess(inv, as_of, counting).fine <= assess(inv, later, counting).fine


@given(invoices(), days, countings)
def test_the_fine_is_the_sum_of_its_lines_and_near_that_of_its_quarters(
    inv, as_of, counting
):
    found = assess(inv, as_of, counting)
    assert found.fine == sum(line.fine for line in found.lines)
    quarters = sum(len(line.by_quarter) + 1 for line in found.lines)
    gap = abs(sum(found.by_quarter.values()) - found.fine)
    assert gap <= Decimal("0.005") * quarters
    assert list(found.by_quarter) == sorted(found.by_quarter)


@given(invoices(), days, st.integers(0, 400), countings)
def test_a_declared_quarter_never_changes(inv, as_of, more, counting):
    unpaid = Invoice(inv.invoice_date, inv.amount_ttc, court=inv.court)
    then = assess(unpaid, as_of, counting).by_quarter
    now = assess(unpaid, as_of + timedelta(more), counting).by_quarter
    closed = {key for key in then if key < quarter_label(as_of)}
    assert {key: now[key] for key in closed} == {key: then[key] for key in closed}


@given(invoices(), days, countings)
def test_exposure_agrees_with_the_assessment(inv, as_of, counting):
    cost = exposure(inv, as_of, counting, DEFAULT_KEY_RATES)
    assert cost.fine_to_date == assess(inv, as_of, counting).fine
    assert cost.due_date == due_date(inv)
    unpaid = Invoice(
        inv.invoice_date,
        inv.amount_ttc,
        agreed_days=inv.agreed_days,
        payments=tuple(part for part in inv.payments if part.date <= as_of),
        court=inv.court,
    )
    later = assess(unpaid, add_months(as_of, 1), counting).fine
    assert abs(later - cost.fine_to_date - cost.fine_next_month) <= Decimal("0.01")


# ------------------------------------------------------------ exposure


@pytest.mark.parametrize(
    ("as_of", "late_days", "to_date", "next_month"),
    [
        ("2025-01-15", 0, "0", "0"),
        ("2025-03-11", 0, "0", "3100.00"),  # March and April from one day to the next
        ("2025-03-12", 1, "2250.00", "850.00"),
        ("2025-04-30", 50, "3100.00", "850.00"),
    ],
)
def test_exposure_of_an_unpaid_invoice(as_of, late_days, to_date, next_month):
    found = exposure(invoice(), date.fromisoformat(as_of))
    assert found.late_days == late_days
    assert found.fine_to_date == Decimal(to_date)
    assert found.fine_next_month == Decimal(next_month)


def test_exposure_of_a_paid_invoice_no_longer_grows():
    inv = invoice(payments=paid(("2025-03-01", 50000), ("2025-04-10", 50000)))
    found = exposure(inv, date(2026, 1, 1))
    assert (found.late_days, found.fine_next_month) == (30, 0)
    assert found.fine_to_date == Decimal("1550.00")


def test_exposure_in_court_does_not_grow():
    inv = invoice(court=Court(date(2025, 1, 20)))
    found = exposure(inv, date(2025, 6, 30))
    assert (found.late_days, found.fine_to_date, found.fine_next_month) == (111, 0, 0)


def test_exposure_outside_the_law_still_ages():
    found = exposure(Invoice(date(2022, 1, 1), AMOUNT), date(2022, 3, 3))
    assert (found.late_days, found.fine_to_date, found.fine_next_month) == (1, 0, 0)


def test_exposure_is_fast_enough_for_the_daily_run():
    """200,000 debts in ten seconds leave 50 us each; four times that is allowed."""
    inv = invoice(payments=paid(("2025-03-20", 5000)))
    start = time.process_time()
    for _turn in range(500):
        exposure(inv, date(2026, 6, 30), CALENDAR, DEFAULT_KEY_RATES)
    assert time.process_time() - start < 500 * 200e-6


def test_two_judicial_actions_suspend_each_its_period():
    """Appeal lodged years after a first judgment: two periods, one invoice."""
    first = Court(date(2025, 4, 1), date(2025, 4, 30))
    second = Court(date(2025, 6, 1), date(2025, 6, 30))
    invoice = Invoice(date(2025, 1, 1), Decimal(1000))
    as_of = date(2025, 7, 31)
    free = assess(invoice, as_of)
    one = assess(replace(invoice, court=first), as_of)
    both = assess(replace(invoice, court=second, further_courts=(first,)), as_of)
    assert (free.months, one.months, both.months) == (5, 4, 3)
    assert both == assess(replace(invoice, further_courts=(second, first)), as_of)
    overlap = Court(date(2025, 4, 15), date(2025, 6, 30))
    joined = assess(replace(invoice, court=first, further_courts=(overlap,)), as_of)
    assert joined.months == 2, "March and July"
