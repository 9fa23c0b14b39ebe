"""HTTP ports: clones do not clash, and a port taken by another program is named."""

from __future__ import annotations

import http.client
import random
import socket
from pathlib import Path

from . import locks, paths
from .errors import SrmError
from .steps import say

DEFAULT = 8069
TRIES = 50
BESIDE = 3  # Odoo's own habit: pages on 8069, web sockets on 8072
QUIET = (12000, 30000)


def is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def any_free(run: int = 1) -> int:
    """The first of ``run`` free ports in a row, at random.

    Below the range the kernel takes the ports of outgoing connections from: one of
    those may be gone again by the time a server binds it.
    """
    while True:
        first = random.randrange(*QUIET)
        if all(is_free(port) for port in range(first, first + run)):
            return first


def _is_odoo(port: int) -> bool:
    """Whether an Odoo answers there: another clone's server, not a stranger."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/web/health")
        return b'"status"' in connection.getresponse().read(200)
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _lock(port: int) -> locks.FileLock:
    return locks.FileLock(paths.cache_dir() / "ports" / f"{port}.lock")


def busy(port: int) -> SrmError:
    return SrmError(
        f"Port {port} is in use by another program: stop that program,"
        f" or choose another port with `./srm run --port {port + 1}`."
    )


def claim(explicit: int | None) -> tuple[int, locks.FileLock]:
    """A port for our server, and the lock that keeps other clones off it.

    An explicit port is taken or refused. Otherwise the port of last time (first 8069)
    is taken; when another clone's server has it, the next free one. When any other
    program has it, it is refused: it should not depend on chance where the suite is.
    """
    if explicit:
        lock = _lock(explicit)
        if not lock.acquire(wait=False) or not is_free(explicit):
            raise busy(explicit)
        return explicit, lock
    first = _remembered()
    for port in range(first, first + TRIES):
        lock = _lock(port)
        if lock.acquire(wait=False):
            if is_free(port):
                _remember(port, first)
                return port, lock
            if port == first and not _is_odoo(port):
                raise busy(port)
        lock.close()
    raise busy(first)


def claim_beside(port: int, explicit: int | None) -> tuple[int, locks.FileLock]:
    """A second port, for web sockets: the one asked for, or the next one free."""
    if explicit:
        return claim(explicit)
    for second in range(port + BESIDE, port + BESIDE + TRIES):
        lock = _lock(second)
        if lock.acquire(wait=False) and is_free(second):
            return second, lock
        lock.close()
    raise busy(port + BESIDE)


def _note() -> Path:
    return paths.state_file("port")


def _remembered() -> int:
    note = _note()
    text = note.read_text().strip() if note.is_file() else ""
    return int(text) if text.isdigit() else DEFAULT


def _remember(port: int, wanted: int) -> None:
    if port != wanted:
        say(f"      port {wanted} serves another clone: this one uses {port}")
    _note().write_text(f"{port}\n")
