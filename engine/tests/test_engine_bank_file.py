"""Bank files against golden files, and what is refused."""

import datetime
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from srm_engine.bank_file import (
    CENTIMES,
    COMMA,
    DELIMITED,
    FIXED,
    HEADER,
    LEFT,
    LINE,
    RIGHT,
    TRAILER,
    Batch,
    Column,
    Layout,
    Record,
    render,
)
from srm_engine.errors import RuleError

GOLDEN = Path(__file__).parent / "golden"
DAY = datetime.date(2026, 3, 9)
BATCH = Batch(
    {
        "order_reference": "PAY0001",
        "execution_date": DAY,
        "company_name": "Société régionale d’essai",
        "company_rib": "011519000001205000534921",
    },
    (
        {
            "reference": "PRO-0001-01-7",
            "beneficiary_name": "Entreprise Élan & Fils; section Œuvres",
            "beneficiary_rib": "007010000123456700000103",
            "amount": Decimal("105000.00"),
        },
        {
            "reference": "PRO-0002-01-8",
            "beneficiary_name": "Tigmi",
            "beneficiary_rib": "011519000001205000534921",
            "amount": Decimal("12.5"),
        },
    ),
)
FIXED_LAYOUT = Layout(
    FIXED,
    (
        Record(
            HEADER,
            (
                Column("Type", constant="10", width=2),
                Column("Payer", "company_rib", 24),
                Column("Name", "company_name", 20),
                Column("Date", "execution_date", 6, pattern="DDMMYY"),
                Column("Reference", "order_reference", 12, RIGHT),
            ),
        ),
        Record(
            LINE,
            (
                Column("Type", constant="30", width=2),
                Column("Number", "line_number", 5, RIGHT, "0"),
                Column("RIB", "beneficiary_rib", 24, required=True, cut=False),
                Column("Name", "beneficiary_name", 20),
                Column("Amount", "amount", 13, RIGHT, "0", CENTIMES),
            ),
        ),
        Record(
            TRAILER,
            (
                Column("Type", constant="11", width=2),
                Column("Count", "line_count", 5, RIGHT, "0"),
                Column("Total", "total_amount", 16, RIGHT, "0", CENTIMES),
                Column("RIB", "rib_sum", 41, LEFT),
            ),
        ),
    ),
)
CSV_LAYOUT = Layout(
    DELIMITED,
    (
        Record(HEADER, (Column("H", constant="RIB"), Column("H", constant="Montant"))),
        Record(
            LINE,
            (
                Column("RIB", "beneficiary_rib"),
                Column("Amount", "amount", pattern=COMMA),
                Column("Name", "beneficiary_name"),
                Column("Date", "execution_date", pattern="DD/MM/YYYY"),
                Column("Records", "record_count"),
            ),
        ),
    ),
    encoding="cp1252",
    line_end="\n",
    plain=False,
)


@pytest.mark.parametrize(
    ("name", "layout"), [("fixed.txt", FIXED_LAYOUT), ("delimited.csv", CSV_LAYOUT)]
)
def test_golden_file(name, layout):
    found = render(layout, BATCH)
    assert found.data == (GOLDEN / name).read_bytes()
    assert found.line_count == 2
    assert found.total_amount == Decimal("105012.50")


def test_every_record_of_a_fixed_file_has_the_same_width():
    widths = {len(row) for row in render(FIXED_LAYOUT, BATCH).text.split("\r\n") if row}
    assert widths == {64}


def test_quotes_protect_the_separator():
    layout = replace(CSV_LAYOUT, quote='"')
    assert '"Entreprise Élan & Fils; section Œuvres"' in render(layout, BATCH).text


def line_of(*columns: Column) -> Layout:
    return Layout(FIXED, (Record(LINE, columns),))


@pytest.mark.parametrize(
    ("column", "code"),
    [
        (Column("Amount", "amount", 5, pattern=CENTIMES), "bank_value_long"),
        (Column("RIB", "beneficiary_rib", 20, cut=False), "bank_value_long"),
        (Column("BIC", "bic", 11, required=True), "bank_value_missing"),
    ],
)
def test_refused_values_name_the_column_and_the_line(column, code):
    with pytest.raises(RuleError) as refused:
        render(line_of(column), BATCH)
    assert refused.value.code == code
    assert refused.value.params["column"] == column.name
    assert refused.value.params["line"] == 1


def test_a_character_the_bank_cannot_read_is_refused():
    batch = Batch({}, ({"beneficiary_name": "شركة"},))
    with pytest.raises(RuleError, match="ascii"):
        render(line_of(Column("Name", "beneficiary_name", 20)), batch)
