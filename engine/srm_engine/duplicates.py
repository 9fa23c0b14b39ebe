"""Probable duplicates among the claims of one creditor: kept and flagged, never merged.

Registers of several predecessors often hold the same invoice twice, written in two
ways. Two claims of a creditor are probably one when

* their amounts are equal, or
* their normalised references are equal and their dates lie close.

Equal claims are chained to their nearest predecessor, so that a creditor with a
thousand equal monthly invoices gives 999 pairs and not half a million.
"""

import datetime
import re
import unicodedata
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

CLOSE_DAYS = 31
# Why a pair is flagged, the strongest first.
SAME_INVOICE, SAME_REFERENCE, SAME_AMOUNT_DATE, SAME_AMOUNT = REASONS = (
    "invoice",
    "reference",
    "amount_date",
    "amount",
)

_DIGITS = re.compile(r"[0-9]+")
_LETTERS = re.compile(r"[^A-Z]+")


@dataclass(frozen=True)
class Claim:
    """``creditor`` groups the claims to compare; ``amount`` TTC in dirhams."""

    key: int
    creditor: Hashable
    amount: Decimal
    reference: str
    date: datetime.date


@dataclass(frozen=True)
class Pair:
    """Two claims, the lower key first, and the strongest reason to doubt them."""

    first: int
    second: int
    reason: str


def normalise_reference(reference: str) -> str:
    """Reduce an invoice number to what a clerk copies without error.

    The numbers in it, without leading zeros and in any order; without numbers, its
    letters without accents. Prefixes and separators do not count.

    >>> normalise_reference("FA-2023-0938"), normalise_reference("Facture 938/2023")
    ('2023-938', '2023-938')
    >>> normalise_reference("Décompte définitif"), normalise_reference(" - ")
    ('DECOMPTEDEFINITIF', '')
    """
    plain = unicodedata.normalize("NFKD", reference).upper()
    numbers = [number.lstrip("0") for number in _DIGITS.findall(plain)]
    kept = sorted(number for number in numbers if number)
    return "-".join(kept) if kept else _LETTERS.sub("", plain)


def find_duplicates(
    claims: Iterable[Claim], close_days: int = CLOSE_DAYS
) -> list[Pair]:
    """Return the probable duplicates, one pair once, in the order of their keys.

    The order of ``claims`` does not matter; claims of nothing are never compared.

    >>> day = datetime.date(2024, 3, 1)
    >>> found = find_duplicates([
    ...     Claim(1, "Atlas", Decimal(100), "FA-2024-012", day),
    ...     Claim(2, "Atlas", Decimal(100), "12/2024", day),
    ...     Claim(3, "Souss", Decimal(100), "12/2024", day)])
    >>> found
    [Pair(first=1, second=2, reason='invoice')]
    """
    by_amount: dict[Hashable, list[tuple[Claim, str]]] = defaultdict(list)
    by_reference: dict[Hashable, list[tuple[Claim, str]]] = defaultdict(list)
    for claim in claims:
        if claim.amount <= 0:
            continue
        reference = normalise_reference(claim.reference)
        item = (claim, reference)
        by_amount[claim.creditor, claim.amount].append(item)
        if reference:
            by_reference[claim.creditor, reference].append(item)
    found: dict[tuple[int, int], str] = {}
    for group in by_amount.values():
        _keep(found, _amount_pairs(group, close_days))
    for group in by_reference.values():
        _keep(found, _reference_pairs(group, close_days))
    return [Pair(*keys, found[keys]) for keys in sorted(found)]


def _keep(
    found: dict[tuple[int, int], str], pairs: Iterable[tuple[int, int, str]]
) -> None:
    for one, other, reason in pairs:
        keys = (one, other) if one < other else (other, one)
        known = found.get(keys)
        if known is None or REASONS.index(reason) < REASONS.index(known):
            found[keys] = reason


def _chain(
    group: list[tuple[Claim, str]],
) -> Iterator[tuple[tuple[Claim, str], tuple[Claim, str]]]:
    ordered = sorted(group, key=lambda item: (item[0].date, item[0].key))
    return zip(ordered, ordered[1:], strict=False)


def _amount_pairs(
    group: list[tuple[Claim, str]], close_days: int
) -> Iterator[tuple[int, int, str]]:
    for (one, reference), (other, other_reference) in _chain(group):
        close = (other.date - one.date).days <= close_days
        if reference and reference == other_reference:
            reason = SAME_INVOICE
        else:
            reason = SAME_AMOUNT_DATE if close else SAME_AMOUNT
        yield one.key, other.key, reason


def _reference_pairs(
    group: list[tuple[Claim, str]], close_days: int
) -> Iterator[tuple[int, int, str]]:
    for (one, _), (other, _) in _chain(group):
        if one.amount == other.amount:
            yield one.key, other.key, SAME_INVOICE
        elif (other.date - one.date).days <= close_days:
            yield one.key, other.key, SAME_REFERENCE
