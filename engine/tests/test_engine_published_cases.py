"""Every published figure, recomputed through the command line."""

from collections import defaultdict
from decimal import Decimal

import pytest
from engine_cases import BUILDERS, Case, all_cases, read_rows, run_cases

CASES = all_cases()

# Rows of the files that are no case of a calculation, and where they are tested or why
# nothing can be recomputed from them.
ELSEWHERE = {
    "procurement": {
        "F10": "only the total of the declaration is published, not its lines",
        **dict.fromkeys(
            ("C01", "C02", "A01", "A02", "A04", "V01"), "test_engine_statement"
        ),
        **dict.fromkeys(("W01", "W02", "W04", "M01"), "test_engine_withholding"),
    },
    "hse": {
        "IG-TRAP": "a printed error on an index with competing definitions",
        "SGTM-TRAP": "test_engine_safety",
        "COV-02": "test_engine_coverage",
        "CB-03-TRAP": "test_engine_carbon",
        "CB-06": "test_srm_published_cases of srm_hse",
        "CB-07": "test_srm_published_cases of srm_hse",
        "RISK-01": "test_srm_scoring of srm_hse",
        "HAB-01": "test_engine_authorisations",
        "HAB-02": "test_engine_authorisations",
        "LEG-02": "test_srm_committee of srm_hse",
        "LEG-03": "test_srm_committee of srm_hse",
    },
    "projects": {
        "TER-01": "data of srm_base: test_srm_territory",
    },
}


@pytest.fixture(scope="module")
def results() -> dict[str, dict]:
    """Run each calculation once with all its cases."""
    by_calc: dict[str, list[Case]] = defaultdict(list)
    for case in CASES:
        by_calc[case.calc].append(case)
    found = {}
    for calc, cases in by_calc.items():
        answers = run_cases(calc, [case.given for case in cases])
        found.update(zip((case.id for case in cases), answers, strict=True))
    return found


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_published_case(case: Case, results: dict[str, dict]):
    for path, expected in case.expected.items():
        assert_published(dig(results[case.id], path), expected, case.tolerance)


def dig(result: object, path: str) -> object:
    """Follow ``a.0.b`` into a result."""
    for step in path.split("."):
        result = result[int(step)] if isinstance(result, list) else result[step]
    return result


def assert_published(found: object, expected: object, tolerance: Decimal) -> None:
    numeric = isinstance(expected, str) and isinstance(found, str)
    if numeric and expected.lstrip("-").replace(".", "", 1).isdigit():
        assert abs(Decimal(found) - Decimal(expected)) <= tolerance
    else:
        assert found == expected


@pytest.mark.parametrize("name", BUILDERS)
def test_no_row_is_left_out(name: str):
    rows = set(read_rows(name))
    covered, elsewhere = set(BUILDERS[name]), set(ELSEWHERE[name])
    assert covered | elsewhere == rows
    assert not covered & elsewhere
