"""Progress statements, and the published amounts around a contract."""

import re
from decimal import Decimal

import pytest
from engine_cases import PUBLISHED_WORKS_CONTRACT, read_rows
from hypothesis import given
from hypothesis import strategies as st
from srm_engine.calcs import CALCS
from srm_engine.errors import RuleError
from srm_engine.statement import (
    Contract,
    Totals,
    advance,
    delay_penalty,
    draw_statement,
    final_guarantee,
    price_ratio,
    retention_cap,
    revision_coefficient,
)

ROWS = read_rows("procurement")
TERMS = Contract(
    amount_ht=Decimal(4000000),
    vat_rate=Decimal("0.20"),
    retention_rate=Decimal("0.10"),
    retention_cap_rate=Decimal("0.07"),
    advance=Decimal(480000),
    advance_repayment_rate=Decimal("0.20"),
    penalty_rate_per_day=Decimal("0.001"),
    penalty_cap_rate=Decimal("0.08"),
)


def test_published_retention():
    row = ROWS["C01"]
    acompte, amount = re.findall(r"\d+\.\d\d", row["inputs"])
    contract = Contract(
        Decimal(amount), Decimal(0), Decimal("0.10"), retention_cap_rate=Decimal("0.07")
    )
    retention, cap = re.findall(r"\d+\.\d\d", row["expected"])
    assert retention_cap(contract) == Decimal(cap)
    assert draw_statement(contract, Decimal(acompte)).retention == Decimal(retention)


def test_published_guarantee():
    amount = re.search(r"\d+\.\d\d", ROWS["C02"]["inputs"])[0]
    assert final_guarantee(Decimal(amount)) == Decimal(ROWS["C02"]["expected"])


@pytest.mark.parametrize("row_id", ["A01", "A02", "A04"])
def test_published_advances(row_id):
    row = ROWS[row_id]
    contract = re.search(r"contract_ttc=([\d.]+)", row["inputs"])[1]
    assert advance(Decimal(contract), 4) == Decimal(row["expected"].split()[0])


def test_published_price_revision():
    fixed, *terms = ROWS["V01"]["inputs"].split("; ")[1].split("+")
    pairs = [tuple(map(Decimal, term.split("*"))) for term in terms]
    found = revision_coefficient(Decimal(fixed), pairs)
    assert str(found) == ROWS["V01"]["expected"]


def test_no_advance_for_a_short_contract():
    assert advance(Decimal(8000000), 3) == 0
    assert advance(Decimal(500000), 4) == 50000
    assert advance(Decimal(12000000), 4) == 1100000


def test_price_ratio_is_rounded_at_four_decimals():
    assert price_ratio(Decimal(100), Decimal(3)) == Decimal("33.3333")


@pytest.mark.parametrize(
    ("action", "code"),
    [
        (lambda: price_ratio(Decimal(1), Decimal(0)), "index_invalid"),
        (lambda: revision_coefficient(Decimal("0.14"), []), "fixed_share"),
        (lambda: revision_coefficient(Decimal("0.15"), []), "weights_sum"),
        (lambda: delay_penalty(TERMS, -1, Decimal(0)), "days_negative"),
    ],
)
def test_refusals(action, code):
    with pytest.raises(RuleError) as caught:
        action()
    assert caught.value.code == code


def test_without_certificate_the_vat_of_the_period_is_withheld():
    found = draw_statement(TERMS, Decimal(1000000))
    assert found.vat_withheld == found.vat == 200000
    assert found.net_to_pay == Decimal(784000)


def test_the_retention_stops_at_its_cap():
    before = Totals(retention=Decimal(330000))
    found = draw_statement(TERMS, Decimal(1000000), before)
    assert (found.retention, found.totals.retention) == (6000, 336000)


def test_a_negative_period_gives_back_its_retention_and_withholds_nothing():
    before = draw_statement(TERMS, Decimal(1000000)).totals
    found = draw_statement(TERMS, Decimal(-100000), before)
    assert (found.period_ttc, found.retention) == (-120000, -12000)
    assert (found.advance_repaid, found.vat_withheld) == (0, 0)
    assert found.totals.retention == 108000


def test_the_advance_is_repaid_once():
    before = Totals(advance_repaid=Decimal(450000))
    assert draw_statement(TERMS, Decimal(1000000), before).advance_repaid == 30000


def test_the_penalty_stops_at_its_cap():
    assert delay_penalty(TERMS, 80, Decimal(0)) == Decimal(384000)
    assert delay_penalty(TERMS, 500, Decimal(0)) == Decimal(384000)
    assert delay_penalty(TERMS, 1, Decimal(384000)) == 0
    found = draw_statement(TERMS, Decimal(1000000), late_days=10, tax_certificate=True)
    assert (found.penalty, found.net_to_pay) == (48000, 936000)


@given(st.lists(st.decimals(0, 900000, places=2), min_size=1, max_size=12))
def test_statements_add_up(works):
    totals, paid = Totals(), Decimal(0)
    for amount in works:
        found = draw_statement(TERMS, amount, totals, tax_certificate=True)
        totals, paid = found.totals, paid + found.net_to_pay
    assert totals.cumulative_ttc == TERMS.with_vat(sum(works))
    assert totals.retention <= retention_cap(TERMS)
    assert totals.advance_repaid <= TERMS.advance
    assert paid + totals.retention + totals.advance_repaid == totals.cumulative_ttc


def test_rates_in_percent_or_all_in_fractions():
    case = {
        "contract": PUBLISHED_WORKS_CONTRACT,
        "works_ht": "1000000",
        "late_days": 10,
        "tax_certificate": False,
    }
    rates = {
        key: str(Decimal(value) / 100)
        for key, value in PUBLISHED_WORKS_CONTRACT.items()
        if "rate" in key
    }
    fractions = {**case, "contract": {**PUBLISHED_WORKS_CONTRACT, **rates}}
    found = CALCS["statement"](case)
    assert found == CALCS["statement"](fractions)
    assert found["net_to_pay"] == "736000.00"


def test_previous_totals_ttc_follow_from_ht():
    case = {
        "contract": PUBLISHED_WORKS_CONTRACT,
        "previous": {"cumulative_ht": "1000000"},
        "works_ht": "500000",
        "tax_certificate": True,
    }
    found = CALCS["statement"](case)
    assert (found["cumulative_ttc"], found["period_ttc"]) == ("1800000.00", "600000.00")


def test_a_negative_term_is_refused():
    contract = {**PUBLISHED_WORKS_CONTRACT, "retention_rate": "-1"}
    with pytest.raises(RuleError, match="contract: retention_rate cannot be negative"):
        CALCS["statement"](
            {"contract": contract, "works_ht": "1", "tax_certificate": True}
        )
