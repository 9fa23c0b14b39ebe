"""Tools of the set-up tests: the command line in a private place, injected faults."""

from __future__ import annotations

import http.server
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from srm_cli import harness, paths

# The interpreter a user starts `./srm` with, not the one of our environment.
PYTHON = getattr(sys, "_base_executable", sys.executable)


@dataclass
class Cli:
    """`./srm` with a private state and cache, away from those of the suite."""

    folder: Path
    env: dict[str, str]

    @property
    def state(self) -> Path:
        return self.folder / "state"

    @property
    def cache(self) -> Path:
        return self.folder / "cache"

    def run(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [PYTHON, str(paths.ROOT / "srm"), *arguments],
            env={**self.env, **settings},
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=300,
        )

    def start(self, *arguments: str, **settings: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [PYTHON, str(paths.ROOT / "srm"), *arguments],
            env={**self.env, **settings},
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def leftovers(self) -> list[str]:
        """Built or half built trees in the cache.

        Debian's Python has no pip: the one that was fetched for it is whole.
        """
        names = (p.name for p in self.cache.iterdir() if not p.is_symlink())
        ours = (name for name in names if name not in {"locks", "ports"})
        return sorted(name for name in ours if not name.startswith("pip-"))


@contextmanager
def private_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where the machine has room: databases start much faster."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > 2**31
    if not (roomy and os.access(memory, os.W_OK)):
        yield tmp_path
        return
    folder = Path(tempfile.mkdtemp(prefix="srm-test-", dir=memory))
    try:
        folder.chmod(0o755)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def private_cli(folder: Path, context: harness.Context, *without: str) -> Cli:
    """A command line whose cache has every part but `without` (links to ours)."""
    parts = context.platform
    warm = {
        "venv": parts.venv.root,
        "rtlcss": parts.rtlcss.parent.parent,
        "pgsql": parts.pg.root,
        "odoo": parts.odoo.python_path.parents[3],
    }
    cli = Cli(folder, _clean_environment(folder))
    cli.cache.mkdir(parents=True)
    if "odoo" not in without and not (warm["odoo"] / ".complete").is_file():
        cli.env["ODOO_SRC"] = str(parts.odoo.python_path)
    for name, path in warm.items():
        if name not in without and (path / ".complete").is_file():
            (cli.cache / path.name).symlink_to(path)
    return cli


def _clean_environment(folder: Path) -> dict[str, str]:
    """The environment without what `./srm test` added to it."""
    dropped = ("PG", "PYTHON", "SRM_", "ODOO_", "PYTEST_")
    env = {k: v for k, v in os.environ.items() if not k.startswith(dropped)}
    return {
        **env,
        "SRM_STATE_DIR": str(folder / "state"),
        "SRM_CACHE_DIR": str(folder / "cache"),
    }


def the_sentence(result: subprocess.CompletedProcess[str]) -> str:
    """The one sentence of a refused command: a single line, status 1, no traceback."""
    assert result.returncode == 1, (result.stdout, result.stderr)
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("srm: ") and lines[0].endswith("."), lines[0]
    return lines[0].removeprefix("srm: ")


Answer = tuple[int, bytes]


@contextmanager
def web_stub(answer: Callable[[str], Answer]) -> Iterator[str]:
    """A local web server which answers each path with a status and a body; its URL."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = answer(self.path)
            self.send_response(status)
            if self.path.startswith("/simple/") and self.path.endswith("/"):
                self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Stay silent."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def refusing(_path: str) -> Answer:
    return 403, b"Forbidden"


def package_index(files: dict[str, bytes]) -> Callable[[str], Answer]:
    """A Python package index which serves these files, whatever they hold."""

    def answer(path: str) -> Answer:
        name = path.rstrip("/").rpartition("/")[2]
        if name in files:
            return 200, files[name]
        if path.startswith("/simple/"):
            prefix = name.replace("-", "_")
            links = [f for f in files if f.lower().startswith(f"{prefix}-")]
            body = "".join(f'<a href="/files/{f}">{f}</a>' for f in links)
            return 200, f"<!DOCTYPE html><html><body>{body}</body></html>".encode()
        return 404, b""

    return answer


def npm_registry(address: list[str]) -> Callable[[str], Answer]:
    """An npm registry that has every package of our lock, each archive broken."""
    lock = json.loads((paths.HERE / "node" / "package-lock.json").read_text())
    versions = {
        name.removeprefix("node_modules/"): entry["version"]
        for name, entry in lock["packages"].items()
        if name
    }

    def answer(path: str) -> Answer:
        name = path.strip("/")
        if name not in versions:
            return 200, b"these bytes are no archive"
        version = versions[name]
        tarball = f"{address[0]}/archive/{name}-{version}.tgz"
        entry = {"name": name, "version": version, "dist": {"tarball": tarball}}
        body = {
            "name": name,
            "dist-tags": {"latest": version},
            "versions": {version: entry},
        }
        return 200, json.dumps(body).encode()

    return answer


@contextmanager
def old_postgres(number: str) -> Iterator[int]:
    """Port of a server that speaks PostgreSQL's protocol, if only its version."""
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_serve_old, args=(listener, number), daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()


def _serve_old(listener: socket.socket, number: str) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        with client, client.makefile("rwb") as stream:
            _converse(stream, number)


def _message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!I", len(body) + 4) + body


def _converse(stream, number: str) -> None:
    """Greeting, then the same one-row answer to whatever is asked."""
    while True:
        size, code = struct.unpack("!II", stream.read(8))
        stream.read(size - 8)
        if code >> 16 == 3:  # a start-up packet; the others ask for encryption
            break
        stream.write(b"N")
        stream.flush()
    ready = _message(b"Z", b"I")
    version = b"server_version\x00" + f"{int(number) // 10000}.0".encode() + b"\x00"
    encoding = b"client_encoding\x00UTF8\x00"
    greeting = _message(b"R", struct.pack("!I", 0))
    stream.write(greeting + _message(b"S", version) + _message(b"S", encoding) + ready)
    stream.flush()
    column = b"v\x00" + struct.pack("!IHIHiH", 0, 0, 25, 0xFFFF, -1, 0)
    row = struct.pack("!HI", 1, len(number)) + number.encode()
    while kind := stream.read(1):
        (size,) = struct.unpack("!I", stream.read(4))
        stream.read(size - 4)
        if kind == b"X":
            return
        described = _message(b"T", struct.pack("!H", 1) + column) + _message(b"D", row)
        stream.write(described + _message(b"C", b"SHOW\x00") + ready)
        stream.flush()
