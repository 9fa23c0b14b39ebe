"""Earned value and water balance beyond the published cases."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from srm_engine.calcs import CALCS
from srm_engine.earned_value import earned_value
from srm_engine.errors import RuleError
from srm_engine.water_balance import Network, Volumes, water_balance


def test_nothing_started_is_not_computable():
    zero = Decimal(0)
    found = earned_value(Decimal(1000), zero, zero, zero)
    assert (found.cpi, found.spi, found.eac, found.etc, found.vac) == (None,) * 5
    assert (found.cv, found.sv, found.tcpi, found.eac_atypical) == (0, 0, 1, 1000)


def test_what_is_not_given_is_null():
    found = CALCS["earned-value"]({"ev": "5", "ac": "4"})
    assert (found["cv"], found["cpi"]) == ("1.00", "1.2500")
    assert {key for key, value in found.items() if value is None} == {
        *("sv", "spi", "eac", "eac_atypical", "etc", "vac", "tcpi")
    }


def test_a_spent_budget_has_no_efficiency_left():
    found = earned_value(*map(Decimal, (100, 100, 90, 100)))
    assert found.tcpi is None


amounts = st.decimals(1, 10**9, places=2)


@given(amounts, amounts, amounts)
def test_forecast_identities(bac, ev, ac):
    found = earned_value(bac, bac, ev, ac)
    assert found.etc == found.eac - ac
    assert found.vac == bac - found.eac
    assert found.eac_atypical - bac == -found.cv


def test_published_balance_in_volumes():
    volumes = Volumes(*map(Decimal, (10000, 7000, 500, 200, 100, 300, 400)))
    assert (volumes.nrw, volumes.real_losses, volumes.authorised) == (2500, 1500, 7800)


def test_leakage_index():
    volumes = Volumes(Decimal(1000000), billed_metered=Decimal(800000))
    network = Network(
        km=Decimal(100),
        days=Decimal(365),
        connections=Decimal(6000),
        pressure=Decimal(40),
    )
    found = water_balance(volumes, network)
    assert found.carl == Decimal("547945.21")
    assert found.uarl == Decimal("264000.00")
    assert found.ili == Decimal("2.08")
    assert found.alerts == ()


def test_alerts():
    volumes = Volumes(Decimal(100), billed_metered=Decimal(120))
    network = Network(Decimal(1), Decimal(30), Decimal(10), pressure=Decimal(10))
    found = water_balance(volumes, network)
    assert found.yield_ == Decimal("120.00")
    assert len(found.alerts) == 3


def test_empty_denominators_are_not_computable():
    found = water_balance(Volumes(Decimal(0)), Network(Decimal(0), Decimal(30)))
    assert (found.yield_, found.yield_p104_3, found.nrw, found.ilp) == (None,) * 4
    assert (found.uarl, found.ili) == (None, None)


def test_wholesale_counts_in_the_french_yield_only():
    volumes = Volumes(Decimal(1000), billed_metered=Decimal(600), exported=Decimal(200))
    found = water_balance(volumes, Network())
    assert found.yield_ == Decimal("75.00")
    assert found.yield_p104_3 == Decimal("80.00")
    assert found.nrw == Decimal("25.00")


def test_negative_volumes_are_refused():
    with pytest.raises(RuleError) as caught:
        water_balance(Volumes(Decimal(-1)), Network())
    assert caught.value.code == "value_negative"


@given(*[st.integers(0, 10**6)] * 4)
def test_yield_and_non_revenue_water_are_complements(siv, metered, unmetered, stolen):
    values = {"unauthorised": Decimal(stolen), "billed_unmetered": Decimal(unmetered)}
    volumes = Volumes(Decimal(siv + 1), Decimal(metered), **values)
    found = water_balance(volumes, Network())
    assert abs(found.yield_ + found.nrw - 100) <= Decimal("0.01")
    assert volumes.authorised + volumes.water_losses == volumes.siv
