"""Backup and restore: database and filestore in one file, verified both ways.

The file is a tar archive: `database.dump` (pg_dump's custom format), the filestore, and
`manifest.json` with the SHA-256 of every member.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from . import build, cache, database, locks, odooconf, paths, platform, server
from .database import Connection
from .errors import SrmError
from .steps import say, step

FORMAT = 1
DUMP = "database.dump"
FILES = "filestore"
MANIFEST = "manifest.json"


def save(file: Path, *, demo: bool) -> int:
    """Write a backup of the project's database to `file`, then read it back."""
    if file.exists():
        raise SrmError(f"{file} exists already: choose another name.")
    parts = platform.prepare()
    target = server.targets(demo)
    with platform.database_server(parts) as served, _work_folder(file.parent) as folder:
        connection = served.connection
        if not database.exists(connection, target.name):
            raise SrmError(f"There is no database {target.name} to back up.")
        with step("dumping the database"):
            _dump(connection, target.name, folder / DUMP)
        with step("packing the filestore"):
            packed = folder / "backup.tar"
            _pack(packed, folder / DUMP, odooconf.filestore(target.name), target.name)
        with step("verifying"), tarfile.open(packed) as archive:
            _verified_manifest(archive, packed)
            _check_dump(connection, folder / DUMP)
        packed.replace(file)
    say(f"{file}: {file.stat().st_size / 2**20:.1f} MB, verified.")
    return 0


@contextmanager
def _work_folder(parent: Path) -> Iterator[Path]:
    """A temporary folder beside the file to write: the final rename stays atomic."""
    if not parent.is_dir():
        raise SrmError(f"The folder {parent} does not exist.")
    folder = Path(tempfile.mkdtemp(prefix=".srm-backup-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _dump(connection: Connection, name: str, target: Path) -> None:
    status, output = connection.run("pg_dump", "-Fc", "-f", str(target), name)
    if status:
        raise SrmError(f"pg_dump failed: {output.strip()}.")


def _check_dump(connection: Connection, dump: Path) -> None:
    status, output = connection.run("pg_restore", "-l", str(dump))
    if status:
        raise SrmError(f"The dump cannot be read back: {output.strip()}.")


def _pack(packed: Path, dump: Path, filestore: Path, name: str) -> None:
    members = {DUMP: dump}
    for path in sorted(filestore.rglob("*")):
        if path.is_file() and "checklist" not in path.parts:
            members[f"{FILES}/{path.relative_to(filestore)}"] = path
    manifest = {
        "format": FORMAT,
        "database": name,
        "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "sha256": {member: _sha256(path) for member, path in members.items()},
    }
    text = packed.with_name(MANIFEST)
    text.write_text(json.dumps(manifest, indent=1))
    with tarfile.open(packed, "w") as archive:
        archive.add(text, MANIFEST)
        for member, path in members.items():
            archive.add(path, member)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _corrupt(file: Path, why: str) -> SrmError:
    return SrmError(f"{file} is no intact backup ({why}): nothing was changed.")


def _verified_manifest(archive: tarfile.TarFile, file: Path) -> dict[str, object]:
    """The manifest, after checking that every member has its checksum and no more."""
    try:
        stream = archive.extractfile(MANIFEST)
        manifest = json.load(stream) if stream else {}
    except (KeyError, ValueError) as error:
        raise _corrupt(file, "it has no readable manifest") from error
    expected = dict(manifest.get("sha256", {}))
    if manifest.get("format") != FORMAT or DUMP not in expected:
        raise _corrupt(file, "unknown format")
    for member in archive.getmembers():
        if member.name == MANIFEST:
            continue
        stream = archive.extractfile(member) if member.isfile() else None
        if stream is None or member.name not in expected or _escapes(member.name):
            raise _corrupt(file, f"unexpected content {member.name}")
        found = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]
        if found != expected.pop(member.name):
            raise _corrupt(file, f"wrong checksum of {member.name}")
    if expected:
        raise _corrupt(file, f"{next(iter(expected))} is missing")
    return dict(manifest)


def load(file: Path, *, demo: bool) -> int:
    """Replace the project's database by the one in `file`, all or nothing."""
    if not file.is_file():
        raise SrmError(f"{file} does not exist.")
    gate = locks.FileLock(paths.state_file("server.lock"))
    if not gate.acquire(wait=False):
        raise SrmError("The server is running: `./srm stop` before a restore.")
    with _work_folder(paths.state_dir()) as folder:
        with step("verifying the backup"):
            _extract(file, folder)
        parts = platform.prepare()
        with platform.database_server(parts) as served:
            target = server.targets(demo)
            with step(f"restoring database {target.name}"):
                _restore(served.connection, target, folder)
    say(f"{file} is restored; `./srm run` starts it.")
    return 0


def _extract(file: Path, folder: Path) -> None:
    try:
        with tarfile.open(file) as archive:
            _verified_manifest(archive, file)
            archive.extractall(folder, **_only_data())
    except (tarfile.TarError, EOFError) as error:
        raise _corrupt(file, str(error) or "unreadable archive") from error


def _escapes(name: str) -> bool:
    """Whether a member would be written outside the folder it is unpacked into.

    >>> _escapes("filestore/ab/abcd"), _escapes("../x"), _escapes("/etc/x")
    (False, True, True)
    """
    path = PurePosixPath(name)
    return path.is_absolute() or ".." in path.parts


def _only_data() -> dict[str, str]:
    """Python's own guard where there is one: 3.11.4; Debian 12 has 3.11.2.

    Names and kinds of the members were checked already.
    """
    return {"filter": "data"} if hasattr(tarfile, "data_filter") else {}


def _restore(connection: Connection, target: build.Target, folder: Path) -> None:
    build.forget(connection, target.temporary)
    database.create(connection, target.temporary)
    status, output = connection.run(
        *("pg_restore", "--no-owner", "--no-acl", "--no-comments", "--exit-on-error"),
        *("-d", target.temporary, str(folder / DUMP)),
    )
    if status:
        build.forget(connection, target.temporary)
        reason = (output.strip().splitlines() or ["no message"])[0]
        raise SrmError(f"The backup could not be restored: {reason}.")
    # Stored files are named after their content: adding them to those of the database
    # still in place harms neither, so the switch is one transaction of the server.
    if (folder / FILES).is_dir():
        final = odooconf.filestore(target.name)
        shutil.copytree(folder / FILES, final, dirs_exist_ok=True)
    _swap(connection, target)


def _swap(connection: Connection, target: build.Target) -> None:
    old = f"{target.name}_old"
    build.forget(connection, old)
    away = f'ALTER DATABASE "{target.name}" RENAME TO "{old}";'
    if not database.exists(connection, target.name):
        away = ""
    connection.query(
        f'BEGIN; {away} ALTER DATABASE "{target.temporary}" RENAME TO "{target.name}";'
        " COMMIT;"
    )
    target.update_note.unlink(missing_ok=True)
    database.drop(connection, old)
    leftover = odooconf.filestore(target.temporary)
    if os.path.lexists(leftover):
        cache.remove(leftover)
