"""Tax withheld at payment and late interest."""

import datetime
import itertools
import random
import re
from decimal import Decimal

import pytest
from engine_cases import read_rows
from srm_engine.errors import RuleError
from srm_engine.withholding import (
    COMPANY,
    EXCLUDED,
    FEES,
    INDIVIDUAL,
    NON_RESIDENT,
    PRIVATE,
    PUBLIC_BODY,
    PUBLIC_ENTERPRISE,
    SERVICES,
    WORKS,
    Kept,
    Parties,
    TaxDue,
    certificate_valid,
    is_small_operation,
    late_interest,
    part_of,
    split_ttc,
    taxes_due,
    vat_withholding_rate,
    withhold,
)

ROWS = read_rows("procurement")
HT, VAT = Decimal(100000), Decimal(20000)


def published(row_id: str, label: str) -> Decimal:
    """Return the amount printed after a label such as ``RAS IS``."""
    text = ROWS[row_id]["expected"]
    found = re.search(rf"{label} (?:\d+% )?=? ?(\d+)", text)
    assert found
    return Decimal(found[1])


@pytest.mark.parametrize(("row_id", "fees"), [("W01", False), ("W02", True)])
def test_published_withholding_on_a_company(row_id, fees):
    parties = Parties(PUBLIC_ENTERPRISE, COMPANY, tax_certificate=True)
    found = withhold(HT, VAT, SERVICES, parties, fees)
    assert found.vat == published(row_id, "RAS TVA")
    assert found.net == published(row_id, "net")
    assert found.income_tax == (published(row_id, "RAS IS") if fees else 0)


def test_published_withholding_on_an_individual():
    with_certificate = Parties(PUBLIC_ENTERPRISE, INDIVIDUAL, tax_certificate=True)
    found = withhold(HT, VAT, SERVICES, with_certificate, fees=True)
    assert found.income_tax == published("W04", "RAS IR")
    assert found.vat == published("W04", "RAS TVA")
    assert "100% without if payer is private" in ROWS["W04"]["expected"]
    private = Parties(PRIVATE, INDIVIDUAL, tax_certificate=False)
    assert withhold(HT, VAT, SERVICES, private).vat == VAT


def test_published_late_interest():
    row = ROWS["M01"]
    base = Decimal(re.search(r"base (\d+)", row["expected"])[1])
    for year, interest in re.findall(r"/(\d+) -> ([\d.]+)", row["expected"]):
        found = late_interest(base, 45, Decimal("3.00"), int(year))
        assert found == Decimal(interest)


@pytest.mark.parametrize(
    ("nature", "payer", "supplier", "certificate", "rate"),
    [
        (SERVICES, PUBLIC_BODY, COMPANY, False, 75),
        (SERVICES, PUBLIC_ENTERPRISE, INDIVIDUAL, False, 75),
        (SERVICES, PRIVATE, COMPANY, False, 0),
        (SERVICES, PRIVATE, INDIVIDUAL, True, 75),
        (SERVICES, PRIVATE, INDIVIDUAL, False, 100),
        (WORKS, PUBLIC_BODY, COMPANY, False, 0),
        (WORKS, PUBLIC_ENTERPRISE, COMPANY, False, 100),
        (WORKS, PUBLIC_ENTERPRISE, COMPANY, True, 0),
        (WORKS, PRIVATE, INDIVIDUAL, False, 100),
    ],
)
def test_vat_rates(nature, payer, supplier, certificate, rate):
    assert vat_withholding_rate(nature, Parties(payer, supplier, certificate)) == rate


@pytest.mark.parametrize("payer", [PUBLIC_BODY, PUBLIC_ENTERPRISE, PRIVATE])
@pytest.mark.parametrize(
    ("supply", "kept"),
    [(SERVICES, [10000]), (FEES, [10000]), (WORKS, []), (EXCLUDED, [])],
)
def test_non_residents_bear_one_tax_whoever_pays(payer, supply, kept):
    parties = Parties(payer, NON_RESIDENT, False)
    assert [tax.amount for tax in taxes_due(HT, VAT, supply, parties)] == kept


def test_small_operations_bear_no_vat_withholding():
    parties = Parties(PUBLIC_ENTERPRISE, COMPANY, True)
    small = withhold(Decimal("4166.67"), Decimal("833.33"), SERVICES, parties)
    assert (small.vat, small.net) == (0, 5000)
    above = withhold(Decimal("4166.68"), Decimal("833.33"), SERVICES, parties)
    assert above.vat == Decimal("625.00")


@pytest.mark.parametrize(
    ("nature", "payer", "supplier"),
    [
        ("goods", PRIVATE, COMPANY),
        (WORKS, "state", COMPANY),
        (WORKS, PRIVATE, "club"),
    ],
)
def test_unknown_words_are_refused(nature, payer, supplier):
    with pytest.raises(RuleError) as caught:
        vat_withholding_rate(nature, Parties(payer, supplier, True))
    assert caught.value.code == "not_choice"


def test_negative_days_are_refused():
    with pytest.raises(RuleError) as caught:
        late_interest(Decimal(1), -1, Decimal(3))
    assert caught.value.code == "days_negative"


DAY = datetime.date(2026, 3, 10)


@pytest.mark.parametrize(
    ("row_id", "supply", "supplier", "labels"),
    [
        ("W01", SERVICES, COMPANY, {"vat": "RAS TVA"}),
        ("W02", FEES, COMPANY, {"vat": "RAS TVA", "income": "RAS IS"}),
        ("W04", FEES, INDIVIDUAL, {"vat": "RAS TVA", "income": "RAS IR"}),
    ],
)
def test_published_taxes_of_a_claim(row_id, supply, supplier, labels):
    parties = Parties(PUBLIC_ENTERPRISE, supplier, tax_certificate=True)
    found = {tax.kind: tax.amount for tax in taxes_due(HT, VAT, supply, parties)}
    # W01 writes its rate between the label and the amount.
    expected = {
        kind: published("W02" if row_id == "W01" else row_id, label)
        for kind, label in labels.items()
    }
    assert found == expected


def test_certificate_is_under_six_months_old():
    assert certificate_valid(DAY, DAY)
    assert certificate_valid(DAY, datetime.date(2026, 9, 9))
    assert not certificate_valid(DAY, datetime.date(2026, 9, 10))
    assert not certificate_valid(DAY, datetime.date(2026, 3, 9))


def test_small_operations_up_to_a_monthly_ceiling():
    assert is_small_operation(Decimal(5000), exempt_before=Decimal(45000))
    assert not is_small_operation(Decimal(5000), exempt_before=Decimal("45000.01"))
    assert not is_small_operation(Decimal("5000.01"), Decimal(10))
    parties = Parties(PUBLIC_ENTERPRISE, COMPANY, True)
    (small,) = taxes_due(Decimal(100), Decimal(20), SERVICES, parties, small=True)
    assert (small.exempt, small.amount) == (True, 0)


def test_excluded_supplies_bear_nothing():
    parties = Parties(PUBLIC_ENTERPRISE, COMPANY, False)
    assert taxes_due(HT, VAT, EXCLUDED, parties) == ()
    with pytest.raises(RuleError):
        taxes_due(HT, VAT, "gifts", parties)


@pytest.mark.parametrize("seed", range(200))
def test_partial_payments_add_up_in_any_order(seed):
    """Also when some are refused by the bank and paid again after the others."""
    rng = random.Random(seed)
    gross = Decimal(rng.randint(1, 10**7)) / 100
    ht, vat = split_ttc(gross, Decimal(rng.choice([0, 10, 14, 20])))
    assert ht + vat == gross
    cuts = sorted(rng.sample(range(1, int(gross * 100)), min(5, int(gross * 100) - 1)))
    bounds = [0, *cuts, int(gross * 100)]
    parts = [Decimal(b - a) / 100 for a, b in itertools.pairwise(bounds)]
    rng.shuffle(parts)
    tax = TaxDue("vat", vat, Decimal(75))
    done = []
    for part in parts:
        done.append(part_of(tax, gross, _sum(done), part))
        if rng.random() < 0.3:
            refused = done.pop(rng.randrange(len(done)))
            parts.append(refused.paid)
    assert _sum(done) == Kept(gross, vat, tax.amount)
    assert all(item.amount >= 0 and item.base >= 0 for item in done)


def _sum(items: list[Kept]) -> Kept:
    return Kept(
        sum((item.paid for item in items), Decimal(0)),
        sum((item.base for item in items), Decimal(0)),
        sum((item.amount for item in items), Decimal(0)),
    )


def test_a_part_is_positive():
    tax = TaxDue("vat", Decimal(20), Decimal(75))
    with pytest.raises(RuleError):
        part_of(tax, Decimal(120), Kept(), Decimal(0))
