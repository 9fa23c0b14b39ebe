"""Tax withheld at payment and late interest."""

import re
from decimal import Decimal

import pytest
from engine_cases import read_rows
from srm_engine.errors import RuleError
from srm_engine.withholding import (
    COMPANY,
    INDIVIDUAL,
    PRIVATE,
    PUBLIC_BODY,
    PUBLIC_ENTERPRISE,
    SERVICES,
    WORKS,
    Parties,
    late_interest,
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
