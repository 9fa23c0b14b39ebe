"""Cells as people type them and as spreadsheets return them."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from srm_engine.errors import RuleError
from srm_engine.tabular import (
    fold,
    parse_amount,
    parse_date,
    parse_integer,
    sniff_csv,
)

# ------------------------------------------------------------ amounts


@pytest.mark.parametrize(
    "text",
    [
        "1234.56",
        "1234,56",
        "1 234,56",
        "1.234,56",
        "1,234.56",
        "1'234.56",
        "1’234,56",
        "1\u00a0234,56",
        "1\u202f234,56",
        "1\u2009234.56",
        "  1 234,56  ",
        "1 234,56 DH",
        "1 234,56DHS",
        "1 234,56 Dhs.",
        "MAD 1,234.56",
        "1 234,56 mad",
        "1 234,56 درهم",
        "1 234,56 د.م.",
        "١٢٣٤٫٥٦",
        "١٬٢٣٤٫٥٦",
        "۱۲۳۴٫۵۶",
        "\u200e1 234,56\u200f",
        "+1234.56",
        1234.56,
        Decimal("1234.56"),
    ],
)
def test_amounts(text):
    assert parse_amount(text) == Decimal("1234.56")


@pytest.mark.parametrize(
    "text",
    [
        "-1 234,50",
        "1 234,50-",
        "(1 234,50)",
        "−1234.5",
        "(1.234,50 DH)",
        "-1234.50 MAD",
    ],
)
def test_negative_amounts(text):
    assert parse_amount(text) == Decimal("-1234.50")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # One separator and exactly three digits: thousands.
        ("1.234", "1234"),
        ("1,234", "1234"),
        ("123 456", "123456"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        # Unless what stands before cannot be a group.
        ("0,500", "0.5"),
        ("0.500", "0.5"),
        ("1234,567", "1234.567"),
        ("1 234,567", "1234.567"),
        ("1.234,567", "1234.567"),
        ("1.2", "1.2"),
        ("1,23", "1.23"),
        ("0", "0"),
        (",5", "0.5"),
        ("12 345 678,9", "12345678.9"),
        (0, "0"),
        (7814.2, "7814.2"),
        (0.1 + 0.2, "0.3"),
        (2456764.46, "2456764.46"),
    ],
)
def test_one_documented_reading(text, expected):
    assert parse_amount(text) == Decimal(expected)


@pytest.mark.parametrize(
    "value",
    [
        *("à préciser", "=SUM(O4:O484)", "12 34", "1.2.3", "1.234.5", "12,345,67"),
        *("--5", "(-5)", "5 €", "1e5", "1_000", "12a", ".", "-", "1 2345", "५"),
        *(True, None, float("nan"), float("inf"), date(2024, 1, 1)),
    ],
)
def test_what_is_not_an_amount(value):
    with pytest.raises(RuleError) as caught:
        parse_amount(value)
    assert caught.value.code == "amount_not_number"


def test_empty_and_absurd_amounts():
    for value, code in (("  ", "amount_empty"), ("9" * 20, "amount_too_large")):
        with pytest.raises(RuleError) as caught:
            parse_amount(value)
        assert caught.value.code == code


amounts = st.decimals("-999999999", "999999999", places=2)
to_arabic = str.maketrans("0123456789.,", "٠١٢٣٤٥٦٧٨٩٫٬")


@given(amounts)
def test_every_way_of_writing_an_amount_reads_back(amount):
    english = f"{amount:,.2f}"
    french = english.translate(str.maketrans(",.", "\u202f,"))
    spanish = english.translate(str.maketrans(",.", ".,"))
    ways = (english, french, spanish, f"{amount:.2f}", english.translate(to_arabic))
    assert {parse_amount(way) for way in ways} == {amount}
    assert parse_amount(f"({english.lstrip('-')})") == -abs(amount)
    assert parse_amount(float(amount)) == amount


@pytest.mark.parametrize(
    ("value", "expected"), [("60", 60), (90.0, 90), ("1 200", 1200)]
)
def test_integers(value, expected):
    assert parse_integer(value) == expected
    assert isinstance(parse_integer(value), int)


@pytest.mark.parametrize(
    ("value", "code"),
    [("60,5", "integer_expected"), ("", "amount_empty"), ("60 j", "amount_not_number")],
)
def test_what_is_not_an_integer(value, code):
    with pytest.raises(RuleError) as caught:
        parse_integer(value)
    assert caught.value.code == code


# ------------------------------------------------------------ dates


@pytest.mark.parametrize(
    "value",
    [
        "31/12/2024",
        "31-12-2024",
        "31.12.2024",
        "31 12 2024",
        "31/12/24",
        "2024-12-31",
        "2024/12/31",
        "20241231",
        "2024-12-31 00:00:00",
        "2024-12-31T10:20:30.123Z",
        "31/12/2024 08:00",
        " 31/12/2024 ",
        "٣١/١٢/٢٠٢٤",
        "\u200f31/12/2024",
        "45657",
        45657,
        45657.75,
        20241231,
        date(2024, 12, 31),
        datetime(2024, 12, 31, 23, 59),
    ],
)
def test_dates(value):
    found = parse_date(value)
    assert found == date(2024, 12, 31)
    assert type(found) is date


@pytest.mark.parametrize(
    ("text", "year"),
    [("1/1/00", 2000), ("1/1/68", 2068), ("1/1/69", 1969), ("1/1/99", 1999)],
)
def test_two_digit_years(text, year):
    assert parse_date(text) == date(year, 1, 1)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("31/02/2024", "date_impossible"),
        ("12/31/2024", "date_impossible"),
        ("29/02/2023", "date_impossible"),
        ("00/01/2024", "date_impossible"),
        ("2024-13-01", "date_impossible"),
        ("31/12/1024", "date_impossible"),
        (60, "date_impossible"),
        (-5, "date_impossible"),
        (500000, "date_impossible"),
        (20241331, "date_impossible"),
        (float("nan"), "date_impossible"),
        (date(1, 1, 1), "date_impossible"),
        ("", "date_empty"),
        ("31 décembre", "date_unknown_format"),
        ("31/12", "date_unknown_format"),
        ("31/12/024", "date_unknown_format"),
        ("1234", "date_unknown_format"),
        (True, "date_unknown_format"),
        (None, "date_unknown_format"),
    ],
)
def test_wrong_dates(value, code):
    with pytest.raises(RuleError) as caught:
        parse_date(value)
    assert caught.value.code == code


@given(st.dates(date(1970, 1, 1), date(2068, 12, 31)))
def test_dates_read_back(day):
    serial = (day - date(1899, 12, 30)).days
    for way in (f"{day:%d/%m/%Y}", f"{day:%d-%m-%y}", day.isoformat(), serial):
        assert parse_date(way) == day
    midnight = datetime.combine(day, datetime.min.time()) + timedelta(hours=5)
    assert parse_date(midnight) == day


# ------------------------------------------------------------ CSV files

FRENCH = "N° dossier;Créancier;Montant\nSM-1;Été SARL;1 234,56\nSM-2;Où;7,50\n"
ARABIC = "رقم الملف;الدائن;المبلغ\n1;شركة الماء;1234,56\n2;أكادير;7,50\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (FRENCH, "utf-8"),
        (FRENCH, "utf-8-sig"),
        (FRENCH, "utf-16"),
        (FRENCH, "utf-16-le"),
        (FRENCH, "utf-16-be"),
        (FRENCH, "cp1252"),
        ("MARCHÉ;DÉLAI;Éts À Côté\nRÉF;ÉTÉ;Ça\n", "cp1252"),
        (ARABIC, "utf-8"),
        (ARABIC, "utf-16"),
        (ARABIC, "cp1256"),
        ("a;b\n1;2\n", "utf-8"),
    ],
)
@pytest.mark.parametrize("delimiter", ";\t|,")
def test_csv_files(text, encoding, delimiter):
    data = text.replace(",", ".").replace(";", delimiter).encode(encoding)
    assert sniff_csv(data) == (encoding, delimiter)


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("Titre du registre\n\n" + FRENCH + "TOTAL;;1 242,06\n", ";"),
        ("1,5;2,5\n3,5;4,5\n", ";"),
        ('"a;b",c\n"d;e;f",g\n', ","),
        ("one column\nonly\n", ";"),
        ("a,b\r\nc,d\r\n", ","),
    ],
)
def test_delimiters(text, delimiter):
    assert sniff_csv(text.encode())[1] == delimiter


def test_only_the_end_of_a_large_file_is_not_ascii():
    data = b"a;b\n" * 100_000 + "é;è\n".encode("cp1252")
    assert sniff_csv(data) == ("cp1252", ";")


def test_a_beginning_cut_inside_a_character():
    data = "é;à\nê;ù".encode()[:-1]
    assert sniff_csv(data) == ("utf-8", ";")


def test_a_lone_accent_at_the_end_is_not_a_cut_character():
    assert sniff_csv("nom;lieu\n1;café".encode("cp1252")) == ("cp1252", ";")


def test_an_empty_file_is_refused():
    with pytest.raises(RuleError) as caught:
        sniff_csv(b" \n")
    assert caught.value.code == "file_empty"


# ------------------------------------------------------------ names


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Aït Melloul", "AIT-MELLOUL"),
        ("N° dossier", "n° DOSSIER "),
        ("Déjà  payé", "deja paye"),
        ("ONEE-Électricité", "onee electricite"),
        ("Cœur", "COEUR"),
        ("Montant_TTC (DH)", "montant ttc dh"),
        ("أكادير", "اكادير"),
        ("أَكَادِير", "اكادير"),
        ("أكـــادير", "اكادير"),
        ("آيت ملول", "ايت ملول"),
        ("إنزكان", "انزكان"),
        ("مستشفى", "مستشفي"),
        ("الجماعة", "الجماعه"),
        ("ٱلدار", "الدار"),
        ("حي ٣", "حي 3"),
        ("\u200fتزنيت\u200e", "تزنيت"),
        ("ﻻ", "لا"),
    ],
)
def test_spellings_that_fold_together(left, right):
    assert fold(left) == fold(right)


def test_names_that_stay_apart():
    names = ["Tata", "Tiznit", "Ait Amira", "Ait Melloul", "تزنيت", "تارودانت", "طاطا"]
    assert len({fold(name) for name in names}) == len(names)


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(text):
    once = fold(text)
    assert fold(once) == once
    assert once == once.strip()
    assert "  " not in once
