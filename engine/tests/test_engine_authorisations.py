import csv
import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from srm_engine.authorisations import (
    ATTRIBUTES,
    DOMAINS,
    LIVE,
    NATURES,
    OCCASIONAL,
    OPERATIONS,
    ORDINARY,
    RECOMMENDED_MONTHS,
    Symbol,
    expiry,
    parse_symbol,
    practice_of,
    satisfies,
)
from srm_engine.errors import RuleError

CASES = {
    row["id"]: row
    for row in csv.DictReader(
        (Path(__file__).parent / "cases" / "hse.csv").open(encoding="utf-8")
    )
}
VALID = (
    "B0 H0 H0V B1 B1V B2 B2V BC BR BS H1 H1V H2 H2V HC HE BF HF BP B1T B2N H2X BE"
).split() + ["B2V Essai", "BE Manoeuvre", "HE Mesurage", "BE Vérification"]


def code_of(text):
    with pytest.raises(RuleError) as caught:
        parse_symbol(text)
    return caught.value.code


@pytest.mark.parametrize("text", VALID)
def test_published_examples_are_valid_and_written_back(text):
    assert str(parse_symbol(text)) == text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("B0V", "symbol_nature"),
        ("BCV", "symbol_nature"),
        ("H0T", "symbol_nature"),
        ("HR", "symbol_low_voltage"),
        ("HS", "symbol_low_voltage"),
        ("B3", "symbol_shape"),
        ("2BV", "symbol_shape"),
        ("", "symbol_shape"),
        ("B2VT", "symbol_shape"),
        ("B2V Danse", "symbol_attribute"),
        ("B2 Essai", "symbol_attribute"),
        ("B2V Mesurage", "symbol_attribute"),
        ("BR Essai", "symbol_attribute"),
    ],
)
def test_wrong_symbols_are_refused(text, code):
    assert code_of(text) == code


def test_case_hab_01_split():
    parts = dict(
        part.strip().split("=") for part in CASES["HAB-01"]["expected"].split(";")
    )
    assert parse_symbol(CASES["HAB-01"]["inputs"]) == Symbol(
        parts["domain"], parts["type"], parts["nature"], parts["attribute"]
    )


def test_case_hab_02_validity():
    row = CASES["HAB-02"]
    issued = datetime.date.fromisoformat(row["inputs"].split(";")[0].split()[1])
    assert [
        expiry(issued, RECOMMENDED_MONTHS[practice]).isoformat()
        for practice in (ORDINARY, OCCASIONAL, LIVE)
    ] == row["expected"].split(" / ")


def test_no_limit_year_end_and_leap_day():
    day = datetime.date(2028, 2, 29)
    assert expiry(day, 0) is None
    assert expiry(day, 12) == datetime.date(2029, 2, 28)
    assert expiry(day, 0, year_end=True) == datetime.date(2028, 12, 31)
    assert expiry(day, 6, year_end=True) == datetime.date(2028, 8, 29)
    with pytest.raises(RuleError):
        expiry(day, -1)


def test_practice():
    assert practice_of(parse_symbol("B2V")) == ORDINARY
    assert practice_of(parse_symbol("B2V"), occasional=True) == OCCASIONAL
    assert practice_of(parse_symbol("H1T")) == LIVE
    assert practice_of(parse_symbol("H1N"), occasional=True) == LIVE


def test_no_title_is_inferred_from_another():
    assert not satisfies(["B2V", "H2V"], ["B1"])
    assert satisfies(["B2V essai"], ["B2V", "B2V Essai"])
    assert not satisfies([], ["B0"])


@given(
    st.sampled_from(sorted(DOMAINS)),
    st.sampled_from(sorted(OPERATIONS)),
    st.sampled_from(["", *NATURES]),
    st.sampled_from(["", *ATTRIBUTES]),
)
def test_reading_what_is_written_gives_the_same_symbol(domain, work, nature, word):
    symbol = Symbol(domain, work, nature, word)
    try:
        assert parse_symbol(str(symbol)) == symbol
    except RuleError as error:
        assert error.code.startswith("symbol_")
        assert error.code != "symbol_shape"


@given(st.text(max_size=12))
def test_any_text_gives_a_symbol_or_a_rule_error(text):
    try:
        assert str(parse_symbol(text))
    except RuleError as error:
        assert error.code.startswith("symbol_")
