"""Embedded PostgreSQL clusters: private data, reached by a Unix socket only.

`./srm run` uses a cluster with the safe settings (a killed machine loses nothing);
`./srm test` uses another one that trades safety for speed: it holds throw-away
databases only.
"""

from __future__ import annotations

import os
import shutil
import signal
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import cache, locks, paths, process
from .account import Account, current_user, for_postgres
from .errors import SrmError, cause_of
from .pgbinaries import PgBinaries

PORT = 5432  # names the socket file in a folder of our own; nothing listens on TCP
ROLE = "odoo"
START_SECONDS = 60


@dataclass(frozen=True)
class Cluster:
    """One PostgreSQL cluster of this clone. `name` is "pg" or "test-pg"."""

    name: str
    home: Path
    binaries: PgBinaries
    account: Account
    fast: bool

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "postgres.log"

    @property
    def socket(self) -> Path:
        return Path((self.home / "socket-dir").read_text().strip())

    def env(self) -> dict[str, str]:
        """Environment for PostgreSQL's own server programs."""
        plain = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        extra = {"LC_ALL": "C.UTF-8", "TZ": "UTC", **self.binaries.library_env()}
        return {**plain, **extra}

    def call(self, program: str, *arguments: str) -> tuple[int, str]:
        return process.capture(
            [self.binaries.bin / program, *arguments],
            env=self.env(),
            cwd=self.home,
            **self.account.popen(),
        )


def cluster(name: str, binaries: PgBinaries, *, fast: bool) -> Cluster:
    """The cluster `name` of this clone, in a place its account can reach."""
    account = for_postgres()
    home = _home(name, account)
    if account.switch:
        binaries = _reachable_binaries(binaries, home, account)
    return Cluster(name, home, binaries, account, fast)


def _home(name: str, account: Account) -> Path:
    """Folder of the cluster: under the private state, unless its account is shut out.

    The choice is remembered in `<state>/<name>.home`, which `reset` reads.
    """
    kept = _noted_home(name)
    if kept:
        _check_owner(kept, account)
        return kept
    home = paths.state_dir() / name
    if not account.can_traverse(paths.state_dir()):
        home = _outside_home(name)
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o700)
    account.own(home)
    note = paths.state_file(f"{name}.home")
    note.write_text(f"{paths.clone_key()}\n{home}\n")
    return home


def _check_owner(home: Path, account: Account) -> None:
    if home.stat().st_uid != account.uid:
        raise SrmError(
            f"The database folder {home} belongs to another account than"
            f" {account.name}: run as the user who made it, or `./srm reset`."
        )


def _outside_home(name: str) -> Path:
    """A folder outside a clone whose path is closed to PostgreSQL's account."""
    for base in (Path("/var/lib"), Path("/var/tmp")):
        if os.access(base, os.W_OK):
            parent = base / f"srm-{paths.clone_key()}"
            parent.mkdir(mode=0o711, exist_ok=True)
            if parent.is_symlink() or parent.stat().st_uid != os.geteuid():
                raise SrmError(f"{parent} exists and is not ours: remove it.")
            return parent / name
    raise SrmError("Neither /var/lib nor /var/tmp is writable for the database.")


def _reachable_binaries(pg: PgBinaries, home: Path, account: Account) -> PgBinaries:
    if account.can_traverse(pg.root):
        return pg
    copy = home / pg.root.name
    if not copy.is_dir():
        temporary = Path(tempfile.mkdtemp(prefix="tmp-bin-", dir=home))
        shutil.copytree(pg.root, temporary / "tree", symlinks=True)
        (temporary / "tree").rename(copy)
        temporary.rmdir()
        account.own_tree(copy)
    return PgBinaries(copy)


@contextmanager
def session(target: Cluster) -> Iterator[int]:
    """Use the cluster: started if need be, stopped by whoever leaves it last.

    Yields the file descriptor of a lock that a server left in the background has to
    inherit: it counts as a user for as long as it lives.
    """
    users = locks.FileLock(paths.state_file(f"{target.name}.users"))
    with locks.exclusive(paths.state_file(f"{target.name}.start")):
        if _has_other_settings(target) and users.acquire(wait=False):
            stop(target)
        users.acquire(shared=True)
        ensure_started(target)
    try:
        yield users.fd
    finally:
        users.close()
        stop_if_unused(target)


def _has_other_settings(target: Cluster) -> bool:
    """Whether the server left running is fast where safe is wanted, or vice versa."""
    conf = target.data / "postgresql.conf"
    return conf.is_file() and ("fsync = off" in conf.read_text()) != target.fast


def stop_if_unused(target: Cluster) -> None:
    with locks.exclusive(paths.state_file(f"{target.name}.start")):
        users = locks.FileLock(paths.state_file(f"{target.name}.users"))
        try:
            if users.acquire(wait=False):
                stop(target)
        finally:
            users.close()


def stop(target: Cluster) -> None:
    _terminate(target.data)


def running_pid(target: Cluster) -> int:
    """Process id of the living server of this cluster, 0 when there is none."""
    return _pid_in(target.data)


def _pid_in(data: Path) -> int:
    """Process id of the server that works in a data folder, 0 when there is none.

    A pid file survives `kill -9` and a power cut, and its number may meanwhile belong
    to another process: only one which works in the folder counts.
    """
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n")[0])
        works_in = os.readlink(f"/proc/{pid}/cwd")
    except (OSError, ValueError, IndexError):
        return 0
    return pid if works_in == os.path.realpath(data) else 0


def ensure_started(target: Cluster) -> None:
    if running_pid(target) and _socket_is_there(target):
        return
    if not (target.data / "PG_VERSION").is_file():
        _init(target)
    if running_pid(target):  # its socket was swept away: nobody can reach it any more
        stop(target)
    (target.data / "postmaster.pid").unlink(missing_ok=True)
    _configure(target)
    _start(target)
    if not (target.home / "prepared").is_file():
        _prepare_template(target)


def _socket_is_there(target: Cluster) -> bool:
    note = target.home / "socket-dir"
    return note.is_file() and (target.socket / f".s.PGSQL.{PORT}").exists()


def _init(target: Cluster) -> None:
    paths.require_free_space(target.home, 600, "the database")
    temporary = target.home / "data.new"
    if temporary.exists():
        cache.remove(temporary)
    status, output = target.call(
        *("initdb", "-D", str(temporary), "-U", "postgres", "-E", "UTF8"),
        # Unicode upper/lower case without depending on the machine's locales.
        *("--locale=C.UTF-8", "--locale-provider=builtin"),
        *("--builtin-locale=C.UTF-8", "--auth=peer", "--no-sync"),
    )
    if status:
        raise _failure(target, "could not be created", output)
    temporary.rename(target.data)


def _configure(target: Cluster) -> None:
    """Write the server's configuration; who may connect is decided by the kernel."""
    _make_socket_folder(target)
    user = current_user()
    settings = [
        "listen_addresses = ''",
        f"unix_socket_directories = '{target.socket}'",
        "unix_socket_permissions = 0700",
        f"port = {PORT}",
        "max_connections = 100",
        "shared_buffers = 256MB",
        "work_mem = 16MB",
        "maintenance_work_mem = 128MB",
        "max_wal_size = 2GB",
        "random_page_cost = 1.1",
        "jit = off",
        "log_timezone = 'UTC'",
        "timezone = 'UTC'",
        "log_line_prefix = '%m [%p] %d '",
    ]
    if target.fast:
        settings += [
            "fsync = off",
            "synchronous_commit = off",
            "full_page_writes = off",
            "wal_level = minimal",
            "max_wal_senders = 0",
            "autovacuum_naptime = 10min",
        ]
    _write(target, "postgresql.conf", "\n".join(settings))
    _write(target, "pg_hba.conf", "local all all peer map=srm")
    _write(target, "pg_ident.conf", f'srm "{user}" {ROLE}\nsrm "{user}" postgres')


def _write(target: Cluster, name: str, text: str) -> None:
    path = target.data / name
    path.write_text(text + "\n")
    path.chmod(0o600)
    target.account.own(path)


def _make_socket_folder(target: Cluster) -> None:
    """A short private folder: a socket's path may not exceed 107 bytes."""
    note = target.home / "socket-dir"
    if note.is_file() and _is_private(target.socket, target.account):
        return
    folder = tempfile.mkdtemp(prefix="srm-", dir=paths.short_temp_base())
    target.account.own(Path(folder))
    note.write_text(f"{folder}\n")


def _is_private(folder: Path, account: Account) -> bool:
    try:
        info = folder.lstat()
    except FileNotFoundError:
        return False
    private = stat.S_ISDIR(info.st_mode) and stat.S_IMODE(info.st_mode) == 0o700
    return private and info.st_uid == account.uid


def _start(target: Cluster) -> None:
    options = ("-D", str(target.data), "-l", str(target.log), "-w")
    deadline = time.monotonic() + 15
    while True:
        if target.log.exists():
            target.log.unlink()
        status, output = target.call(
            "pg_ctl", *options, "-t", str(START_SECONDS), "start"
        )
        if status == 0:
            return
        text = target.log.read_text(errors="replace") if target.log.exists() else output
        # Back-ends of a killed server need a moment to notice and to let go.
        lingering = "is still in use" in text or "lock file" in text
        if not lingering or time.monotonic() > deadline:
            raise _failure(target, "does not start", text)
        time.sleep(0.5)


def _failure(target: Cluster, what: str, output: str) -> SrmError:
    if cause_of(output) == "disk":
        return SrmError(
            f"The disk is full: PostgreSQL has no room left in {target.home};"
            " free some space and run the same command again."
        )
    lines = [line for line in output.splitlines() if "FATAL" in line or "error" in line]
    reason = (lines or output.strip().splitlines() or ["no message"])[-1].strip()
    return SrmError(f"PostgreSQL {what}: {reason} (see {target.log}).")


def _prepare_template(target: Cluster) -> None:
    """Role and extensions every database gets; harmless when repeated."""
    statements = f"""
        DO $$ BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{ROLE}') THEN
                CREATE ROLE {ROLE} LOGIN CREATEDB;
            END IF;
        END $$;
        CREATE EXTENSION IF NOT EXISTS pg_trgm;
        CREATE EXTENSION IF NOT EXISTS unaccent;
        -- what Odoo itself does to be able to index accent-insensitive searches
        ALTER FUNCTION unaccent(text) IMMUTABLE;
    """
    psql = target.binaries.bin / "psql"
    where = ("-h", str(target.socket), "-p", str(PORT), "-U", "postgres")
    status, output = process.capture(
        [psql, "-X", "-q", "-v", "ON_ERROR_STOP=1", *where, "-d", "template1"],
        env=target.env(),
        stdin=statements,
    )
    if status:
        raise _failure(target, "could not be prepared", output)
    (target.home / "prepared").touch()


def stop_leftover(name: str = "pg") -> None:
    """Stop an embedded cluster nobody uses any more, from the notes alone."""
    home = _noted_home(name)
    if home is None:
        return
    users = locks.FileLock(paths.state_file(f"{name}.users"))
    try:
        if users.acquire(wait=False):
            _terminate(home / "data")
    finally:
        users.close()


def destroy(name: str) -> None:
    """Stop a cluster and remove everything it holds, wherever it is."""
    home = _noted_home(name)
    if home is None:
        return
    _terminate(home / "data")
    note = home / "socket-dir"
    if note.is_file():
        shutil.rmtree(note.read_text().strip(), ignore_errors=True)
    cache.remove(home)
    if home.parent.name == f"srm-{paths.clone_key()}" and not any(
        home.parent.iterdir()
    ):
        home.parent.rmdir()


def _noted_home(name: str) -> Path | None:
    """Folder of a cluster of this very clone, None when there is none."""
    note = paths.state_file(f"{name}.home")
    if not note.is_file():
        return None
    key, _, home = note.read_text().strip().partition("\n")
    return Path(home) if key == paths.clone_key() and Path(home).is_dir() else None


def _terminate(data: Path) -> None:
    """PostgreSQL's fast shutdown is SIGINT to its first process."""
    pid = _pid_in(data)
    if not pid:
        return
    os.kill(pid, signal.SIGINT)
    deadline = time.monotonic() + 30
    while _pid_in(data) and time.monotonic() < deadline:
        time.sleep(0.1)
