"""Everything Odoo needs to run on this machine, prepared once and described here."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from . import cache, database, node, odoo_tree, paths, pgbinaries, postgres, venv
from .database import Connection
from .process import in_parallel
from .steps import step

T = TypeVar("T")


@dataclass(frozen=True)
class Platform:
    """The prepared parts; `key` changes when a database must be updated for them."""

    odoo: odoo_tree.OdooTree
    venv: venv.Venv
    rtlcss: Path
    pg: pgbinaries.PgBinaries

    @property
    def key(self) -> str:
        return cache.key_of(self.odoo.key, venv.REQUIREMENTS.read_bytes())

    @property
    def python(self) -> str:
        return str(self.venv.python)

    def addons_path(self) -> str:
        return ",".join(str(p) for p in (paths.ADDONS, *self.odoo.addons))

    def env(self, connection: Connection | None = None) -> dict[str, str]:
        """Environment of every program we start: our tools first on PATH."""
        tools = (
            *(self.venv.root / "bin", self.rtlcss, node.node_bin(self.venv)),
            connection.bin if connection else self.pg.bin,
        )
        python_path = (paths.ENGINE, self.odoo.python_path)
        env = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
        return {
            **env,
            "PATH": os.pathsep.join([*map(str, tools), env.get("PATH", os.defpath)]),
            "PYTHONPATH": os.pathsep.join(map(str, python_path)),
            "PYTHONNOUSERSITE": "1",
            "PYTHONUNBUFFERED": "1",
            "TZ": "UTC",
            **(connection.env() if connection else {}),
        }


def _step(name: str, job: Callable[[], T]) -> Callable[[], T]:
    def run() -> T:
        with step(name):
            return job()

    return run


def prepare() -> Platform:
    """Build or find the parts. Downloads run side by side; nothing is done twice."""
    tree, built = in_parallel(
        [
            _step("Odoo 19 and its assets", odoo_tree.prepare),
            _step("Python packages and OCA add-ons", venv.prepare),
        ]
    )
    rtlcss = _step("rtlcss (right-to-left style sheets)", lambda: node.prepare(built))()
    pg = _step("PostgreSQL programs", lambda: pgbinaries.prepare(built))()
    return Platform(tree, built, rtlcss, pg)


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server in use, and the lock a background process must inherit."""

    connection: Connection
    lock_fd: int | None


@contextmanager
def database_server(
    platform: Platform, *, test: bool = False, fast: bool | None = None
) -> Iterator[Server]:
    """The configured PostgreSQL server, or the embedded one started for the time.

    The embedded cluster of the tests is fast rather than safe, unless told otherwise.
    """
    external = database.external_settings()
    if external:
        with step(f"PostgreSQL server at {external['host']}"):
            connection = Connection(bin=platform.pg.bin, embedded=False, **external)
            database.check_version(connection)
        yield Server(connection, None)
        return
    name = "test-pg" if test else "pg"
    target = postgres.cluster(name, platform.pg, fast=test if fast is None else fast)
    with ExitStack() as stack:
        with step("PostgreSQL"):
            fd = stack.enter_context(postgres.session(target))
        connection = Connection(
            host=str(target.socket),
            port=str(postgres.PORT),
            user=postgres.ROLE,
            bin=platform.pg.bin,
        )
        yield Server(connection, fd)
