"""pytest plugin of the suite: a test that does not run is a test that fails.

Loaded by `./srm test` with `-p srm_cli.strict`, so that it holds for every folder.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

REASON = "skipped, which the suite does not allow: "


def _fail_if_skipped(report: Any) -> Any:
    if report.skipped:
        detail = report.longrepr
        reason = detail[2] if isinstance(detail, tuple) else str(detail)
        report.outcome = "failed"
        report.longrepr = REASON + reason
        report.__dict__.pop("wasxfail", None)
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, Any, Any]:
    return _fail_if_skipped((yield))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, Any, Any]:
    return _fail_if_skipped((yield))
