"""`./srm bench NAME`: one benchmark on a throw-away database.

A benchmark is a file `tools/bench/NAME.py` with

    SIZE = 100_000                                     # default of --size
    def run(env, size: int, compare: bool) -> dict:    # figures, JSON values only

`env` is an Odoo environment of the administrator on a copy of the test template: every
add-on of the suite is installed, without demo data. `run` may commit: the database is
dropped afterwards. `compare` asks it to measure the peer too and to add the ratio.
For timing: `from srm_cli.bench import timed`. What `run` returns is printed as a table
and, as the last line, as one JSON object together with the machine's size.

The server runs with its safe settings (every commit reaches the disk).
"""

from __future__ import annotations

import json
import os
import platform as machine
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

from . import build, harness, odooconf, paths, platform, testing
from .errors import SrmError
from .steps import step


@contextmanager
def timed(figures: dict[str, object], key: str) -> Iterator[None]:
    """Measure a block; its seconds go to `figures[key]`, rounded to milliseconds."""
    begin = time.perf_counter()
    yield
    figures[key] = round(time.perf_counter() - begin, 3)


def names() -> list[str]:
    found = sorted(path.stem for path in paths.BENCHES.glob("*.py"))
    return [name for name in found if not name.startswith("_")]


def run(name: str, size: int | None, compare: bool) -> int:
    """Run one benchmark; its exit status."""
    if name not in names():
        known = ", ".join(names()) or "none yet"
        raise SrmError(f"There is no benchmark {name!r}; there are: {known}.")
    with testing.alone():
        parts = platform.prepare()
        with platform.database_server(parts, test=True, fast=False) as served:
            connection = served.connection
            build.ensure(parts, connection, harness.TEMPLATE)
            database = f"{harness.TEMPORARY}bench_{name}"
            with step("copy of the template"):
                build.copy(connection, harness.TEMPLATE.name, database)
            conf = odooconf.write(
                *(parts, connection, database),
                demo=False,
                test=True,
                name="bench.conf",
            )
            try:
                env = parts.env(connection)
                env["PYTHONPATH"] += os.pathsep + str(paths.ROOT / "tools")
                script = paths.HERE / "scripts" / "run_bench.py"
                arguments = [str(conf), database, str(paths.BENCHES / f"{name}.py")]
                arguments += [str(size or 0), str(int(compare))]
                return subprocess.call(
                    [parts.python, str(script), *arguments], env=env, cwd=paths.ROOT
                )
            finally:
                build.forget(connection, database, test=True)


def machine_figures() -> dict[str, object]:
    """What the figures were measured on."""
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return {
        "cores": os.cpu_count(),
        "ram_gb": round(pages * size / 2**30, 1),
        "python": machine.python_version(),
        "postgresql": _server_version(),
    }


def _server_version() -> str:
    output = subprocess.run(
        ["psql", "-X", "-A", "-t", "-d", "template1", "-c", "SHOW server_version"],
        capture_output=True,
        text=True,
        check=True,
    )
    return output.stdout.strip()


def report(name: str, figures: dict[str, object], seconds: float) -> None:
    """The table, then the JSON object as the last line."""
    result = {"bench": name, **figures, "seconds_total": round(seconds, 1)}
    result |= {f"machine_{key}": value for key, value in machine_figures().items()}
    width = max(len(key) for key in result)
    for key, value in result.items():
        print(f"{key:<{width}}  {value}")
    print(json.dumps(result, ensure_ascii=False), flush=True)
