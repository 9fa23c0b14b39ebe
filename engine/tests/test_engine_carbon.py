"""Units must agree; potentials come from one set."""

from decimal import Decimal

import pytest
from engine_cases import read_rows
from hypothesis import given
from hypothesis import strategies as st
from srm_engine.calcs import CALCS
from srm_engine.carbon import (
    Activity,
    GasRelease,
    convert,
    emissions,
    gwp,
    total_emissions,
)
from srm_engine.errors import RuleError


def test_a_factor_of_another_nature_is_refused():
    """The trap: cubic metres of gas times a factor per kWh."""
    row = read_rows("hse")["CB-03-TRAP"]
    assert "kg per kWh" in row["expected"]
    wrong = Activity(Decimal(5000), "m3", Decimal("0.205"), "kgCO2e/kWh")
    with pytest.raises(RuleError) as caught:
        emissions(wrong)
    assert caught.value.code == "unit_mismatch"
    right = Activity(Decimal(5000), "m3", Decimal("2.04987"), "kgCO2e/m3")
    assert emissions(right) == Decimal("10249.35")
    assert "10249.35" in row["note"]


@pytest.mark.parametrize(
    ("factor_unit", "expected"),
    [
        ("kWh", "2000"),
        ("kgCO2e/kWh", "2000"),
        ("gCO2e/kWh", "2"),
        ("tCO2e/MWh", "2000"),
        ("kg CO2 / kWh", "2000"),
        ("kgCO₂eq/kWh", "2000"),
        ("kgCO2e/MJ", "7200"),
    ],
)
def test_units_of_a_factor(factor_unit, expected):
    item = Activity(Decimal(2), "MWh", Decimal(1), factor_unit)
    assert emissions(item) == Decimal(expected)


@pytest.mark.parametrize(
    ("unit", "to_unit"),
    [("m3", "M³"), ("passager.km", "passager.km"), ("nuit", " nuit")],
)
def test_a_unit_equals_itself(unit, to_unit):
    assert convert(Decimal(7), unit, to_unit) == 7


@pytest.mark.parametrize(
    ("unit", "to_unit"), [("kg", "L"), ("passager.km", "km"), ("kWh", "kWh (PCI)")]
)
def test_units_that_differ(unit, to_unit):
    with pytest.raises(RuleError):
        convert(Decimal(7), unit, to_unit)


UNITS = (("Wh", "kWh", "MWh", "GWh", "MJ"), ("g", "kg", "t"), ("L", "m3"), ("m", "km"))


@given(st.sampled_from(UNITS), st.data(), st.decimals(0, 10**6, places=3))
def test_conversions_round_trip(units, data, quantity):
    unit, other = data.draw(st.tuples(*[st.sampled_from(units)] * 2))
    there_and_back = convert(convert(quantity, unit, other), other, unit)
    assert abs(there_and_back - quantity) < Decimal("1e-9")


@pytest.mark.parametrize("gas", ["SF6", "sf6", "R-410A", "r 410a", "R410A"])
def test_gas_names(gas):
    assert gwp(gas) > 1000


@pytest.mark.parametrize(
    ("gas", "gwp_set", "code"),
    [
        ("XENON", "AR5", "gas_unknown"),
        ("SF6", "AR4", "gas_unknown"),
        ("R407C", "AR4", "gas_unknown"),
        ("CO2", "AR9", "gwp_set_unknown"),
    ],
)
def test_unknown_potentials(gas, gwp_set, code):
    with pytest.raises(RuleError) as caught:
        gwp(gas, gwp_set)
    assert caught.value.code == code


def test_activities_and_gases_add_up():
    items = [
        Activity(Decimal(100), "L", Decimal("2.66155"), "L"),
        GasRelease("R-410A", Decimal("0.4"), "AR6"),
    ]
    assert total_emissions(items) == Decimal("266.155") + Decimal("902.2")


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ({"gas": "CO2", "mass_kg": "1", "unit": "kg"}, "unknown key: unit"),
        ({"quantity": "1", "unit": "L", "factor": "1"}, "missing key: factor_unit"),
        (
            {"quantity": "1", "unit": "L", "factor": "1", "factor_unit": ""},
            "the unit of the factor is empty",
        ),
    ],
)
def test_refusals(item, message):
    with pytest.raises(RuleError, match=message):
        CALCS["carbon"]({"activities": [item]})
