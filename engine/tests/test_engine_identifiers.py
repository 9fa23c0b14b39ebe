"""ICE, RIB, IBAN: the check digits decide. IF and RC: warnings only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from srm_engine.errors import RuleError
from srm_engine.identifiers import (
    CHECKS,
    check_iban,
    check_ice,
    check_rib,
    iban_from_rib,
    rib_from_iban,
    warn_if,
    warn_rc,
)

ICE = "002136093000040"
RIB = "011519000001205000534921"
IBAN = "MA64011519000001205000534921"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("", "empty"),
        (" - ", "empty"),
        ("0" * 15, "empty"),
        ("00213609300004O", "not_digits"),
        ("2136093000040.5x", "not_digits"),
        ("12345", "length"),
        ("0002136093000040", "length"),
        ("002136093000041", "check_digits"),
    ],
)
def test_wrong_ice(value, code):
    found = check_ice(value)
    assert (found.valid, found.code) == (False, code)
    assert found.reason.startswith("ICE ")


@pytest.mark.parametrize(
    "value",
    [
        ICE,
        "002 136 093 000 040",
        "002\u00a0136\u202f093000040",
        "'002136093000040",
        "2136093000040",
        "2136093000040.0",
        "٠٠٢١٣٦٠٩٣٠٠٠٠٤٠",
        "\u200f002136093000040",
    ],
)
def test_ice_as_people_type_it(value):
    found = check_ice(value)
    assert (found.valid, found.normalized, found.reason) == (True, ICE, "")


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("", "empty"),
        ("0" * 24, "empty"),
        (RIB[:-1] + "X", "not_digits"),
        (RIB[1:], "length"),
        (RIB[:-1] + "2", "check_digits"),
        ("101" + RIB[3:], "check_digits"),
    ],
)
def test_wrong_rib(value, code):
    assert check_rib(value).code == code


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("", "empty"),
        (RIB, "country"),
        ("FR7630006000011234567890189", "country"),
        ("MA64X" + RIB[1:], "not_digits"),
        (IBAN[:-1], "length"),
        ("MA65" + RIB, "check_digits"),
    ],
)
def test_wrong_iban(value, code):
    assert check_iban(value).code == code


def test_an_iban_with_good_check_digits_around_a_wrong_rib_is_refused():
    wrong = RIB[:-1] + "2"
    key = 98 - int(wrong + "221000") % 97  # M is 22, A is 10
    found = check_iban(f"MA{key:02d}{wrong}")
    assert found.code == "check_digits"


bodies = st.integers(1, 10**22 - 1)


@given(bodies)
def test_a_computed_key_is_the_only_valid_one(body):
    key = 97 - body * 100 % 97
    rib = f"{body:022d}{key:02d}"
    assert check_rib(rib).valid
    assert rib_from_iban(iban_from_rib(rib)) == rib
    for other in range(1, 98):
        assert check_rib(f"{body:022d}{other:02d}").valid == (other == key)


@given(st.integers(1, 10**13 - 1), st.integers(0, 14), st.integers(1, 9))
def test_one_wrong_digit_of_an_ice_is_always_seen(body, position, shift):
    ice = f"{body:013d}{97 - body * 100 % 97:02d}"
    assert check_ice(ice).valid
    digit = (int(ice[position]) + shift) % 10
    assert not check_ice(f"{ice[:position]}{digit}{ice[position + 1 :]}").valid


@given(st.text(max_size=30))
def test_no_text_breaks_a_check(value):
    for check in CHECKS.values():
        found = check(value)
        assert found.valid == (found.reason == "") == (found.code == "")


def test_conversions_refuse_wrong_numbers():
    for action, value in ((iban_from_rib, RIB[:-1] + "2"), (rib_from_iban, RIB)):
        with pytest.raises(RuleError, match=r"^(RIB|IBAN) "):
            action(value)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("26583715", ""),
        ("1234567", ""),
        ("", ""),
        ("0658371", "leading_zero"),
        ("123456", "length"),
        ("123456789", "length"),
        ("IF 123", "not_digits"),
    ],
)
def test_tax_number_warnings(value, code):
    assert warn_if(value) == code


@pytest.mark.parametrize(
    ("value", "code"),
    [("65456", ""), ("", ""), ("RC12", "not_digits"), ("1" * 9, "length")],
)
def test_trade_register_warnings(value, code):
    assert warn_rc(value) == code
