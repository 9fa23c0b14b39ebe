"""The Odoo server of this clone: in the foreground, in the background, or stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from . import build, capacity, odoo, odooconf, paths, platform, ports, process
from .database import Connection
from .errors import SrmError
from .locks import FileLock
from .platform import Platform
from .steps import say, step

READY_SECONDS = 180
HEALTH_SECONDS = 10
STOP_SECONDS = 30


@dataclass(frozen=True)
class Running:
    """A server of this clone; `started` tells a reused process id apart."""

    pid: int
    started: str
    port: int
    database: str
    demo: bool


def targets(demo: bool) -> build.Target:
    """The database of a mode: `srm` holds the demo, `srm_live` starts empty."""
    return build.Target("srm" if demo else "srm_live", demo)


def _note() -> Path:
    return paths.state_file("server.json")


def log_file() -> Path:
    return paths.state_file("log", "odoo.log")


def running() -> Running | None:
    """The living server noted by this clone, None when there is none."""
    try:
        found = Running(**json.loads(_note().read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return found if _started(found.pid) == found.started else None


def _started(pid: int) -> str:
    """When a process began, in the kernel's count; "" when it is gone or a zombie."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in "ZX" else fields[19]


def start_in_background(port: int | None, demo: bool) -> int:
    """Start Odoo and come back; beside a running one, say where that one is."""
    found = running()
    if found and found.demo == demo and port in (None, found.port):
        say(described(found))
        return 0
    return start(port, demo, background=True)


def described(found: Running) -> str:
    mode = "demo mode" if found.demo else "without demo"
    return (
        f"The server runs at http://127.0.0.1:{found.port} (process {found.pid},"
        f" database {found.database}, {mode})."
    )


def health(found: Running) -> tuple[bool, list[tuple[str, str]]]:
    """Whether every part of the server works, and what it says of each."""
    url = f"http://127.0.0.1:{found.port}/web/health"
    try:
        with urllib.request.urlopen(url, timeout=HEALTH_SECONDS) as answer:
            checks = json.load(answer)["checks"]
    except urllib.error.HTTPError as error:
        checks = _checks_of(error)
    except (OSError, ValueError, KeyError) as error:
        return False, [("server", f"gives no answer: {error}")]
    works = all(check["status"] != "fail" for check in checks.values())
    return works, [
        (name, f"{check['status']}: {check['text']}") for name, check in checks.items()
    ]


def _checks_of(error: urllib.error.HTTPError) -> dict[str, dict[str, str]]:
    try:
        return dict(json.load(error)["checks"])
    except (ValueError, KeyError, TypeError):
        return {"server": {"status": "fail", "text": f"answers {error}"}}


def start(port: int | None, demo: bool, *, background: bool) -> int:
    """Set everything up, start Odoo; wait for it unless in the background."""
    gate = FileLock(paths.state_file("server.lock"))
    if not gate.acquire(wait=False):
        raise _already(running())
    begin = time.monotonic()
    port, claim = ports.claim(port or odooconf.configured_port())
    socket_port, beside = ports.claim_beside(port, odooconf.configured_socket_port())
    parts = platform.prepare()
    with platform.database_server(parts) as server:
        connection = server.connection
        target = targets(demo)
        build.ensure(parts, connection, target)
        conf = odooconf.write(
            *(parts, connection, target.name),
            demo=demo,
            port=port,
            defaults=capacity.options(odooconf.configured_workers(), socket_port),
        )
        held = [gate.fd, claim.fd, beside.fd]
        held += [] if server.lock_fd is None else [server.lock_fd]
        with step("server"):
            log = log_file()
            child = launch(parts, connection, conf, log, held, background=background)
            _note().write_text(_describe(child.pid, port, target))
            wait_ready(child, port, log)
        _announce(connection, target, port, time.monotonic() - begin)
        if background:
            return 0
        return _wait(child)


def _already(found: Running | None) -> SrmError:
    if found is None:
        return SrmError("Another `./srm` is starting the server of this clone: wait.")
    return SrmError(
        f"The server already runs at http://127.0.0.1:{found.port} (process"
        f" {found.pid}): stop it with `./srm stop`."
    )


def _describe(pid: int, port: int, target: build.Target) -> str:
    return json.dumps(
        asdict(Running(pid, _started(pid), port, target.name, target.demo))
    )


def launch(
    parts: Platform,
    connection: Connection,
    conf: Path,
    log: Path,
    held: Sequence[int] = (),
    *,
    background: bool = False,
    settings: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start Odoo. Unless in the background it dies with us, whatever kills us."""
    before: Callable[[], None] | None = None if background else process.die_with_parent
    with log.open("ab") as stream:
        return subprocess.Popen(
            odoo.command(parts, conf),
            env={**parts.env(connection), **(settings or {})},
            cwd=paths.ROOT,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            start_new_session=True,
            pass_fds=held,
            preexec_fn=before,
        )


def wait_ready(child: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Wait for the login page; the server is stopped when it does not come."""
    deadline = time.monotonic() + READY_SECONDS
    try:
        while not login_page_answers(port):
            if child.poll() is not None:
                raise SrmError(_start_failure(port, log))
            if time.monotonic() > deadline:
                raise SrmError(
                    f"The server gave no login page within {READY_SECONDS} s:"
                    f" see {log}."
                )
            time.sleep(0.2)
    except BaseException:
        terminate(child.pid)
        raise


def login_page_answers(port: int) -> bool:
    try:
        url = f"http://127.0.0.1:{port}/web/login"
        with urllib.request.urlopen(url, timeout=60) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _start_failure(port: int, log: Path) -> str:
    text = log.read_text(errors="replace")[-20_000:]
    if "Address already in use" in text:
        return str(ports.busy(port))
    lines = [line for line in text.splitlines() if line.strip()]
    last = lines[-1] if lines else "no message"
    return f"The server stopped while starting: {last} (see {log})."


def _announce(
    connection: Connection, target: build.Target, port: int, seconds: float
) -> None:
    say(f"\nReady in {seconds:.0f} s:  http://127.0.0.1:{port}")
    if target.demo:
        logins = demo_logins(connection, target.name)
        width = max(len(login) for login, _, _ in logins)
        say("\nDemo logins (refused by a server which is not in demo mode):")
        for login, password, name in logins:
            say(f"  {login:<{width}}  {password:<8}  {name}")
    say(f"\nLog: {log_file()}")
    found = running()
    for name, text in health(found)[1] if found else ():
        if not text.startswith("pass"):
            say(f"Take note, {name}: {text}")


def demo_logins(connection: Connection, name: str) -> list[tuple[str, str, str]]:
    """(login, password, name) of the administrator and of the demo users."""
    rows = connection.query(
        """
        SELECT DISTINCT u.login,
               CASE WHEN u.login = 'admin' THEN 'admin' ELSE 'demo' END,
               p.name
          FROM res_users u
          JOIN res_partner p ON p.id = u.partner_id
          LEFT JOIN ir_model_data d ON d.model = 'res.users' AND d.res_id = u.id
         WHERE u.active
           AND (u.login = 'admin'
                OR d.module LIKE 'srm\\_%' AND d.name LIKE 'user\\_demo\\_%')
         ORDER BY 1
        """,
        name,
    )
    return [tuple(row.split("|", 2)) for row in rows.splitlines()]  # type: ignore[misc]


def _wait(child: subprocess.Popen[bytes]) -> int:
    say("Ctrl-C stops the server.")
    try:
        status = child.wait()
    except BaseException:
        say("\nstopping ...")
        terminate(child.pid)
        child.wait()
        _note().unlink(missing_ok=True)
        raise
    _note().unlink(missing_ok=True)
    if status:
        raise SrmError(
            f"The server ended by itself (status {status}): see {log_file()}."
        )
    return 0


def terminate(pid: int, seconds: float = STOP_SECONDS) -> None:
    """Ask a process to end; after that time, insist on its whole group."""
    started = _started(pid)
    deadline = time.monotonic() + seconds
    _signal(pid, signal.SIGTERM)
    while started and _started(pid) == started:
        if time.monotonic() > deadline:
            os.killpg(pid, signal.SIGKILL)
            return
        time.sleep(0.1)


def _signal(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def stop() -> bool:
    """Stop the server of this clone; False when none was running."""
    found = running()
    if found:
        terminate(found.pid)
    _note().unlink(missing_ok=True)
    return found is not None
