"""A machine of its own for a drill: a database cluster that may be killed, a server.

The cluster has the safe settings: what it confirmed is there after a kill.
"""

from __future__ import annotations

import base64
import contextlib
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import requests

from srm_cli import build, cache, database, harness, odooconf, paths, ports, postgres
from srm_cli import server as servers
from srm_cli.database import Connection

TEMPLATE = "srm_drill_tpl"
PATIENCE = 300


@dataclass
class Base:
    """The cluster, with a restored copy of the demo database as a template."""

    context: harness.Context
    cluster: postgres.Cluster
    folder: Path

    @property
    def connection(self) -> Connection:
        return Connection(
            host=str(self.cluster.socket),
            port=str(postgres.PORT),
            user=postgres.ROLE,
            bin=self.context.platform.pg.bin,
        )

    def kill(self) -> None:
        """As a machine out of memory does: no chance to say goodbye."""
        pid = postgres.running_pid(self.cluster)
        os.kill(pid, signal.SIGKILL)
        until(lambda: not _alive(pid), "the database is gone")

    def start(self) -> None:
        postgres.ensure_started(self.cluster)

    def stop(self) -> None:
        postgres.stop(self.cluster)


def _alive(pid: int) -> bool:
    try:
        return (
            Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        )
    except OSError:
        return False


@contextmanager
def base(context: harness.Context) -> Iterator[Base]:
    """A cluster of this worker; everything is dropped at the end."""
    name = f"drill-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    postgres.destroy(name)
    folder = paths.state_dir() / f"{name}-data"
    if folder.exists():
        cache.remove(folder)
    cluster = postgres.cluster(name, context.platform.pg, fast=False)
    made = Base(context, cluster, folder)
    made.start()
    try:
        _restore(made)
        yield made
    finally:
        postgres.destroy(name)
        cache.remove(folder)


def _restore(made: Base) -> None:
    """The demo database and its files, from the cluster of the tests."""
    made.folder.mkdir(parents=True)
    dump = made.folder / "demo.dump"
    source = harness.DEMO_TEMPLATE.name
    _checked(made.context.connection, "pg_dump", "-Fc", "-Z1", "-f", str(dump), source)
    database.create(made.connection, TEMPLATE)
    options = ("--no-owner", "--no-acl", "--no-comments", "--exit-on-error", "-j", "2")
    _checked(made.connection, "pg_restore", *options, "-d", TEMPLATE, str(dump))
    dump.unlink()
    _copy_files(
        odooconf.filestore(source, test=True), made.folder / "filestore", TEMPLATE
    )


def _checked(connection: Connection, *command: str) -> None:
    status, output = connection.run(*command)
    assert status == 0, output


def _copy_files(source: Path, store: Path, name: str) -> None:
    if source.is_dir():
        shutil.copytree(source, store / name, copy_function=build.link, symlinks=True)


@dataclass
class Machine:
    """A server with its database, and the hands of an operator who is not gentle."""

    base: Base
    name: str
    workers: int = 2
    settings: Mapping[str, str] = field(default_factory=dict)
    child: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.port = ports.any_free(run=2)
        self.log = paths.state_file("log", f"{self.name}.log")
        self.url = f"http://127.0.0.1:{self.port}"

    # Life

    def start(self) -> None:
        connection = self.base.connection
        conf = odooconf.write(
            *(self.base.context.platform, connection, self.name),
            demo=True,
            test=True,
            port=self.port,
            name=f"{self.name}.conf",
            extra={
                "data_dir": str(self.base.folder),
                "workers": str(self.workers),
                "max_cron_threads": "1",
                "gevent_port": str(self.port + 1),
            },
        )
        self.child = servers.launch(
            self.base.context.platform,
            connection,
            conf,
            self.log,
            settings=self.settings,
        )
        servers.wait_ready(self.child, self.port, self.log)

    def stop(self) -> None:
        if self.child:
            servers.terminate(self.child.pid, seconds=5)
            self.child.wait()
            self.child = None

    @property
    def processes(self) -> list[int]:
        """The first process of the server and those it made."""
        assert self.child
        listed = subprocess.run(
            ["ps", "-o", "pid=", "-g", str(os.getpgid(self.child.pid))],
            capture_output=True,
            text=True,
            check=True,
        )
        return [int(pid) for pid in listed.stdout.split()]

    # Looking

    def health(self) -> tuple[int, dict]:
        answer = requests.get(f"{self.url}/web/health", timeout=30)
        return answer.status_code, answer.json()

    def healthy(self) -> bool:
        with contextlib.suppress(requests.RequestException):
            return self.health()[0] == 200
        return False

    def query(self, sql: str) -> str:
        return self.base.connection.query(sql, self.name)

    def number(self, sql: str) -> int:
        return int(self.query(sql) or 0)

    def wake_schedulers(self) -> None:
        self.base.connection.query(f"NOTIFY cron_trigger, '{self.name}'")

    def logged(self) -> str:
        return self.log.read_text(errors="replace")

    def kill_worker(self, holding: str) -> int:
        """Kill -9 the process whose transaction a query on its locks finds."""
        sql = f"""
            SELECT DISTINCT activity.application_name
              FROM pg_locks lock JOIN pg_stat_activity activity USING (pid)
             WHERE activity.datname = '{self.name}' AND lock.granted AND ({holding})
        """
        found = until(lambda: self.query(sql), "a process at work")
        (pid,) = re.findall(r"^odoo-(\d+)$", found, re.M)[:1]
        os.kill(int(pid), signal.SIGKILL)
        return int(pid)


class Person:
    """Somebody signed in, who calls what the web client calls."""

    def __init__(self, machine: Machine, login: str, password: str = "demo") -> None:
        self.machine = machine
        self.session = requests.Session()
        account = {"login": login, "password": password, "db": machine.name}
        self.post("/web/session/authenticate", account)

    def post(self, path: str, params: dict):
        answer = self.session.post(
            self.machine.url + path,
            json={"jsonrpc": "2.0", "method": "call", "id": 1, "params": params},
            timeout=PATIENCE,
        )
        answer.raise_for_status()
        body = answer.json()
        if "error" in body:
            raise Refused(body["error"]["data"])
        return body.get("result")

    def call(self, model: str, method: str, *args, **kwargs):
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self.post(f"/web/dataset/call_kw/{model}/{method}", params)

    def read(self, model: str, res_id: int, *names: str) -> dict:
        (found,) = self.call(model, "read", [res_id], list(names))
        return found


class Refused(Exception):
    """What the server says to a call it does not do."""

    def __init__(self, data: dict) -> None:
        super().__init__(data["message"])
        self.data = data


def until(test: Callable[[], object], what: str, seconds: float = PATIENCE):
    """What a test gives once it gives something."""
    deadline = time.monotonic() + seconds
    while not (found := test()):
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.2)
    return found


@contextmanager
def machine(
    made: Base,
    name: str,
    *,
    workers: int = 2,
    settings: Mapping[str, str] | None = None,
) -> Iterator[Machine]:
    """A running server on a copy of the template."""
    connection = made.connection
    database.drop(connection, name)
    database.create(connection, name, template=TEMPLATE)
    store = made.folder / "filestore"
    _copy_files(store / TEMPLATE, store, name)
    running = Machine(made, name, workers, settings or {})
    running.log.unlink(missing_ok=True)
    try:
        running.start()
        until(running.healthy, "the server is healthy")
        yield running
    finally:
        running.stop()
        made.start()  # whatever the drill did to it
        database.drop(connection, name)
        cache.remove(store / name)
        (paths.state_dir() / f"{name}.conf").unlink(missing_ok=True)


def encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()
