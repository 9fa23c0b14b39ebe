"""pytest plugin of the suite: a test that does not run is a test that fails, and
parallel workers share nothing.

Loaded by `./srm test` with `-p srm_cli.strict`, so that it holds for every folder.
"""

from __future__ import annotations

import shutil
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from . import build, cache

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


@contextmanager
def own_filestore(original: str, name: str) -> Iterator[None]:
    """Give a worker's copy of the database files of its own (hard links).

    pytest-odoo lets all workers use the files of the original: Odoo's clean-up in one
    worker then removes files that only another worker's database knows.
    """
    from odoo.tools import config

    if original == name:
        yield
        return
    base = Path(config["data_dir"]) / "filestore"
    own = base / name
    if own.exists():
        cache.remove(own)
    if (base / original).is_dir():
        shutil.copytree(base / original, own, copy_function=build.link)
    try:
        yield
    finally:
        shutil.rmtree(own, ignore_errors=True)


def pytest_configure(config: pytest.Config) -> None:
    plugin = config.pluginmanager.get_plugin("odoo")
    if plugin is not None:
        plugin._shared_filestore = own_filestore


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What tests counted with `record_property`: how much was attacked, say."""
    stats = terminalreporter.stats
    counted = [
        f"{report.nodeid.rpartition('::')[2]}: {name}: {value}"
        for report in (*stats.get("passed", ()), *stats.get("failed", ()))
        for name, value in report.user_properties
    ]
    if counted:
        terminalreporter.section("counted")
        terminalreporter.write("\n".join(counted) + "\n")
