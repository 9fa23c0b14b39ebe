"""`./srm test`: the whole suite, from nothing, in one pytest run."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from . import build, chromium, harness, locks, odooconf, paths, platform
from .database import Connection
from .errors import SrmError
from .platform import Platform
from .process import in_parallel

# Without a browser and without set-up faults: what a rule or a model change needs.
FAST = ("addons/*/tests", "engine/tests")
ALL = (
    "tests",
    *FAST,
)  # the slowest first: no worker is left alone with them at the end
# In the process of pytest: no job runner of its own, and no limit on the memory of the
# browsers it starts (a limit is inherited, and a browser reserves a lot).
IN_PYTEST = {
    "workers": "0",
    "server_wide_modules": "base,rpc,web",
    "limit_memory_soft": "0",
    "limit_memory_hard": "0",
}


@contextmanager
def alone() -> Iterator[None]:
    """Tests and benches of one clone share a cluster: one at a time."""
    lock = locks.FileLock(paths.state_file("test.lock"))
    try:
        if not lock.acquire(wait=False):
            raise SrmError("Another `./srm test` or `bench` runs in this clone: wait.")
        yield
    finally:
        lock.close()


def run(expression: str | None, fast: bool, extra: Sequence[str]) -> int:
    """Prepare templates, run pytest; its exit status. Nothing is printed after it."""
    with alone():
        parts = platform.prepare()
        browser = "" if fast else chromium.ensure()
        with platform.database_server(parts, test=True) as served:
            connection = served.connection
            _drop_leftovers(connection)
            wanted = [harness.TEMPLATE] + ([] if fast else [harness.DEMO_TEMPLATE])
            _ensure_templates(parts, connection, wanted)
            note = harness.save(harness.Context(parts, connection, browser))
            env = {**parts.env(connection), harness.VARIABLE: str(note)}
            env["PYTHONPATH"] += os.pathsep + str(paths.ROOT / "tools")
            command = _pytest(parts, connection, expression, fast, extra)
            return subprocess.call(command, env=env, cwd=paths.ROOT)


def _ensure_templates(
    parts: Platform, connection: Connection, wanted: Sequence[build.Target]
) -> None:
    jobs = [partial(build.ensure, parts, connection, target) for target in wanted]
    in_parallel(jobs)


def _drop_leftovers(connection: Connection) -> None:
    """Databases a killed test run left behind."""
    sql = "SELECT datname FROM pg_database WHERE datname LIKE 'srm\\_tmp\\_%'"
    for name in connection.query(sql).split():
        build.forget(connection, name, test=True)


def _pytest(
    parts: Platform,
    connection: Connection,
    expression: str | None,
    fast: bool,
    extra: Sequence[str],
) -> list[str]:
    conf = odooconf.write(
        parts,
        connection,
        harness.TEMPLATE.name,
        demo=False,
        test=True,
        name="test.conf",
        extra=IN_PYTEST,
        jobs="root:0",
    )
    workers = max(2, min(os.cpu_count() or 2, 6))
    command = [
        *(parts.python, "-m", "pytest", "-p", "srm_cli.strict"),
        *("-n", str(workers), "--dist", "loadscope", "--no-loadscope-reorder"),
        *(f"--odoo-config={conf}", f"--odoo-database={harness.TEMPLATE.name}"),
        *("--odoo-log-level=warn", "--odoo-http"),
        *("-o", f"cache_dir={paths.state_dir() / 'pytest-cache'}"),
        *(["-k", expression] if expression else []),
    ]
    return [*command, *(extra or _existing(FAST if fast else ALL))]


def _existing(patterns: Sequence[str]) -> list[str]:
    found = [p for pattern in patterns for p in sorted(paths.ROOT.glob(pattern))]
    return [str(path.relative_to(paths.ROOT)) for path in found if any(_tests(path))]


def _tests(folder: Path) -> list[Path]:
    return list(folder.rglob("test_*.py"))
