"""``python -m srm_engine``: order, bad cases, exit status, help."""

import json

import pytest
from engine_cases import run_cli
from srm_engine.calcs import CALCS
from srm_engine.errors import RuleError

INVOICE = {
    "invoice_date": "2025-01-10",
    "amount_ttc": "100000",
    "as_of": "2025-06-30",
}


def late_payment(**values) -> dict:
    return CALCS["late-payment"]({**INVOICE, **values})


def refusal(calc: str, case: object) -> str:
    with pytest.raises(RuleError) as caught:
        CALCS[calc](case)
    return str(caught.value)


def test_a_bad_case_keeps_its_place():
    good = {"kind": "ice", "value": "002136093000040"}
    done = run_cli("identifiers", json.dumps([good, {"kind": "ice"}, 7, good]))
    results = json.loads(done.stdout)
    assert done.returncode == 1
    assert [result.get("valid") for result in results] == [True, None, None, True]
    assert results[1] == {"error": "missing key: value"}
    assert results[2] == {"error": "a JSON object is expected"}
    assert done.stderr == ""


@pytest.mark.parametrize("data", ["[]", "\ufeff[]"])
def test_no_case_no_result(data):
    done = run_cli("late-payment", data)
    assert (done.returncode, json.loads(done.stdout)) == (0, [])


@pytest.mark.parametrize(
    "data", ["", "{", "{}", "1", "null", '"a"', "[1,]", "[NaN]", "[" * 100_000]
)
def test_what_is_not_a_list_gives_one_sentence(data):
    done = run_cli("late-payment", data)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("srm_engine: the input ")
    assert len(done.stderr.splitlines()) == 1


def test_help_lists_the_calculations():
    done = run_cli("--help", "")
    assert done.returncode == 0
    for name, calc in CALCS.items():
        summary = calc.__doc__.splitlines()[0]
        assert f"  {name}" in done.stdout and summary in done.stdout


def test_an_unknown_calculation_is_refused():
    done = run_cli("horoscope", "[]")
    assert (done.returncode, done.stdout) == (2, "")
    assert "horoscope" in done.stderr


def test_figures_that_overflow_together_are_a_bad_case():
    case = {"quantity": "1", "unit": "kWh", "factor": "1", "factor_unit": "kWh"}
    large = {**case, "quantity": "9" * 15, "factor": "9" * 15}
    done = run_cli(
        "carbon", json.dumps([{"activities": [case]}, {"activities": [large]}])
    )
    good, bad = json.loads(done.stdout)
    assert done.returncode == 1
    assert good["total"] == "1.000000"
    assert bad == {"error": "the figures of this case are out of range"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"amount": "1"}, "unknown key: amount"),
        ({"invoice_date": None}, "missing key: invoice_date"),
        ({"invoice_date": "10/01/2025"}, "invoice_date: '10/01/2025' is not a date"),
        ({"invoice_date": "2025-02-30"}, "invoice_date: '2025-02-30' is not a date"),
        ({"amount_ttc": "1200,50"}, "amount_ttc: '1200,50' is not a decimal"),
        ({"amount_ttc": "-5"}, "the invoice amount -5 is negative"),
        ({"agreed_days": "sixty"}, "agreed_days: 'sixty' is not a whole number"),
        ({"agreed_days": 1.5}, "agreed_days: 1.5 is not a whole number"),
        ({"agreed_days": -1}, "a term of -1 days is negative"),
        ({"periodic_month": "2025-13"}, "periodic_month: '2025-13' is not a month"),
        ({"counting": "weeks"}, "counting: 'weeks' is not one of: calendar"),
        ({"payments": {}}, "payments: a list is expected"),
        (
            {"payments": [{"date": "2025-01-01", "amount": "1"}, {"date": "x"}]},
            "payments: no. 2: date: 'x' is not a date",
        ),
        (
            {"payments": [{"date": "2025-01-01", "amount": "1", "day": 1}]},
            "payments: no. 1: unknown key: day",
        ),
        ({"court": {"until": "2025-01-01"}}, "court: missing key: from"),
        (
            {"key_rates": [{"from": "2025-01-01"}]},
            "key_rates: no. 1: missing key: rate",
        ),
        ({"key_rates": []}, "no key rate is known for a delay starting on 2025-03-12"),
    ],
)
def test_refusals_name_the_key(change, message):
    assert refusal("late-payment", {**INVOICE, **change}).startswith(message)


def test_every_key_of_late_payment_counts():
    found = late_payment(
        periodic_month="2025-01",
        agreed_days=30,
        sector_days=20,
        payments=[{"date": "2025-03-10", "amount": "40000"}],
        court={"from": "2025-04-01", "until": "2025-05-31"},
        counting="date_to_date",
        key_rates=[{"from": "2025-01-01", "rate": "2.125"}],
    )
    assert found["start_date"] == "2025-02-01"
    assert found["due_date"] == "2025-02-21"
    assert (found["months"], found["rate"]) == (4, "4.675")
    # Paid part 40000 x 2.125 %; unpaid part 60000: February, March, May, June windows.
    assert found["fine"] == "3655.00"
    assert found["by_quarter"] == {"2025-T1": "2635.00", "2025-T2": "1020.00"}


def test_null_means_absent():
    keys = (
        "delivery_date",
        "agreed_days",
        "court",
        "payments",
        "key_rates",
        "counting",
    )
    assert late_payment(**dict.fromkeys(keys)) == late_payment()


def test_numbers_are_accepted_as_written():
    """A JSON number is read digit by digit: it never becomes a binary fraction."""
    cases = '[{"invoice_date": "2025-01-10", "amount_ttc": 0.1, "as_of": "2025-03-31"}]'
    done = run_cli("late-payment", cases)
    assert done.returncode == 0
    assert json.loads(done.stdout)[0]["fine"] == "0.00"


def test_without_an_end_only_dates_and_scope_are_given():
    found = late_payment(as_of=None)
    assert (found["in_scope"], found["due_date"]) == (True, "2025-03-11")
    assert found["fine"] is found["months"] is found["rate"] is None
    assert "Neither payments nor as_of" in found["reason"]


def test_out_of_scope_is_zero_without_an_end():
    found = late_payment(as_of=None, invoice_date="2024-12-31", amount_ttc="800")
    assert (found["in_scope"], found["fine"], found["by_quarter"]) == (
        False,
        "0.00",
        {},
    )


def test_an_identifier_is_a_text():
    case = {"kind": "ice", "value": 2136093000040}
    assert refusal("identifiers", case).startswith("value: 2136093000040 is not a text")
