"""What `./srm test` tells the tests: the platform and the server it prepared."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import build, odooconf, paths, pgbinaries, ports, server, venv
from .database import Connection
from .odoo_tree import OdooTree
from .platform import Platform

VARIABLE = "SRM_TEST_CONTEXT"
TEMPLATE = build.Target("srm_tpl", demo=False, test=True)
DEMO_TEMPLATE = build.Target("srm_demo_tpl", demo=True, test=True)
TEMPORARY = "srm_tmp_"


@dataclass(frozen=True)
class Context:
    platform: Platform
    connection: Connection
    chromium: str


def save(context: Context) -> Path:
    """Write the context for the test processes; nothing in it is secret but a file
    readable by its owner only costs nothing."""
    parts, connection = context.platform, context.connection
    path = paths.state_file("test-context.json")
    path.touch(mode=0o600)
    path.write_text(
        json.dumps(
            {
                "odoo": str(parts.odoo.python_path),
                "addons": [str(p) for p in parts.odoo.addons],
                "odoo_key": parts.odoo.key,
                "venv": [str(parts.venv.root), parts.venv.key],
                "rtlcss": str(parts.rtlcss),
                "pg": str(parts.pg.root),
                "chromium": context.chromium,
                "connection": {
                    "host": connection.host,
                    "port": connection.port,
                    "user": connection.user,
                    "password": connection.password,
                    "embedded": connection.embedded,
                },
            }
        )
    )
    return path


def load() -> Context:
    """The context inside a test process."""
    data = json.loads(Path(os.environ[VARIABLE]).read_text())
    addons = tuple(Path(p) for p in data["addons"])
    root, key = data["venv"]
    parts = Platform(
        OdooTree(Path(data["odoo"]), addons, data["odoo_key"]),
        venv.Venv(Path(root), key),
        Path(data["rtlcss"]),
        pgbinaries.PgBinaries(Path(data["pg"])),
    )
    connection = Connection(bin=parts.pg.bin, **data["connection"])
    return Context(parts, connection, data["chromium"])


@dataclass(frozen=True)
class TestServer:
    """A real Odoo process on a throw-away copy of the demo database."""

    __test__ = False  # not a test class, whatever its name says

    base_url: str
    database: str
    log_path: Path
    logins: dict[str, str]


#: The works of the night, due since the template was built, would all start with each
#: server; what a person starts (a take-on, a mail) still runs at once.
NO_NIGHTLY_WORK = """
    UPDATE ir_cron SET nextcall = (now() AT TIME ZONE 'UTC') + interval '1 day'
"""


@contextmanager
def demo_server(
    context: Context, name: str, extra: Mapping[str, str] | None = None
) -> Iterator[TestServer]:
    """Start Odoo on a copy of the demo template; drop everything at the end.

    :param extra: options of the server's configuration
    """
    build.copy(context.connection, DEMO_TEMPLATE.name, name)
    context.connection.query(NO_NIGHTLY_WORK, name)
    try:
        with serve(context, name, name, extra) as running:
            yield running
    finally:
        build.forget(context.connection, name, test=True)


@contextmanager
def serve(
    context: Context, name: str, label: str, extra: Mapping[str, str] | None = None
) -> Iterator[TestServer]:
    """Start Odoo on a database that is there.

    :param label: names the log and the configuration of this process
    """
    connection = context.connection
    port = ports.any_free()
    log = paths.state_file("log", f"{label}.log")
    log.unlink(missing_ok=True)
    conf = odooconf.write(
        context.platform,
        connection,
        name,
        demo=True,
        test=True,
        port=port,
        name=f"{label}.conf",
        extra=extra,
    )
    child = server.launch(context.platform, connection, conf, log)
    try:
        server.wait_ready(child, port, log)
        logins = {row[0]: row[1] for row in server.demo_logins(connection, name)}
        yield TestServer(f"http://127.0.0.1:{port}", name, log, logins)
    finally:
        server.terminate(child.pid, seconds=2)  # nothing in it is worth waiting for
        child.wait()
        conf.unlink()
