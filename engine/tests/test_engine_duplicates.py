"""Probable duplicates are found whatever the way the invoice was written."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from srm_engine.duplicates import (
    REASONS,
    Claim,
    Pair,
    find_duplicates,
    normalise_reference,
)

DAY = date(2024, 3, 1)


def claim(key, amount=100, reference="", days=0, creditor="Atlas"):
    return Claim(key, creditor, Decimal(amount), reference, DAY + timedelta(days=days))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("FA-2024-0118", "Facture n° 118/2024"),
        ("F 0118 2024", "2024/118"),
        ("décompte", "DECOMPTE"),
    ],
)
def test_same_reference_in_two_spellings(one, other):
    assert normalise_reference(one) == normalise_reference(other) != ""


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (claim(1, 100, "A-12"), claim(2, 100, "12", 400), "invoice"),
        (claim(1, 100, "A-12"), claim(2, 90, "12", 20), "reference"),
        (claim(1, 100, "A-12"), claim(2, 90, "12", 60), None),
        (claim(1, 100, "A-12"), claim(2, 100, "A-13", 5), "amount_date"),
        (claim(1, 100, "A-12"), claim(2, 100, "A-13", 200), "amount"),
        (claim(1, 100, "A-12"), claim(2, 100, "A-12", creditor="Souss"), None),
        (claim(1, 0, "A-12"), claim(2, 0, "A-12"), None),
        (claim(1, 100), claim(2, 90), None),
    ],
)
def test_reasons(one, other, reason):
    expected = [Pair(1, 2, reason)] if reason else []
    assert find_duplicates([one, other]) == expected
    assert find_duplicates([other, one]) == expected


def test_equal_claims_are_chained():
    rent = [claim(key, 5000, f"L-{key}", 30 * key) for key in range(1, 101)]
    assert len(find_duplicates(rent)) == 99


CLAIMS = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from(["", "A-1", "1", "B-2/2024", "2024-02", "abc"]),
        st.integers(0, 90),
        st.sampled_from(["Atlas", "Souss"]),
    ),
    max_size=20,
).map(
    lambda rows: [
        claim(key, amount, reference, days, creditor)
        for key, (amount, reference, days, creditor) in enumerate(rows)
    ]
)


@given(st.data(), CLAIMS)
def test_pairs_are_of_one_creditor_ordered_and_stable(data, claims):
    by_key = {item.key: item for item in claims}
    pairs = find_duplicates(claims)
    assert pairs == find_duplicates(data.draw(st.permutations(claims)))
    assert len({(pair.first, pair.second) for pair in pairs}) == len(pairs)
    for pair in pairs:
        one, other = by_key[pair.first], by_key[pair.second]
        assert pair.first < pair.second
        assert one.creditor == other.creditor
        assert pair.reason in REASONS
        assert one.amount == other.amount or normalise_reference(
            one.reference
        ) == normalise_reference(other.reference)
