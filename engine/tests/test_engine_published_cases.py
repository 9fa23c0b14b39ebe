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
        "CB-06": "network losses: no calculation yet",
        "CB-07": "commuting: no calculation yet",
        "RISK-01": "risk scales: no calculation yet",
        "HAB-01": "test_engine_authorisations",
        "HAB-02": "test_engine_authorisations",
        "LEG-02": "legal deadlines: no calculation yet",
        "LEG-03": "staff delegates: no calculation yet",
    },
    "projects": {
        "REL-02": "outages: no calculation yet",
        "FIN-01": "budget: no calculation yet",
        "FIN-02": "budget: no calculation yet",
        "CONV-02": "funding: no calculation yet",
        "CONV-03": "funding: no calculation yet",
        "SRM-02": "funding: no calculation yet",
        "SRM-03": "funding: no calculation yet",
        "TER-01": "territory: data of the base add-on",
        "CCTV-01": "sewer grading: no calculation yet",
        "CCTV-03": "sewer grading: no calculation yet",
        "CNAIM-01": "asset health: no calculation yet",
        "CNAIM-03": "asset health: no calculation yet",
        "CNAIM-04": "asset health: no calculation yet",
        "DWH-01": "pressure floors: no calculation yet",
        "DWH-02": "pressure floors: no calculation yet",
        "DWH-04": "pressure floors: no calculation yet",
        "DWH-05": "pressure floors: no calculation yet",
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
