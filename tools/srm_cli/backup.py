"""Backup and restore: database and filestore in one file, verified both ways.

The file is a tar archive: `database.dump` (pg_dump's custom format), the filestore, and
`manifest.json` with the SHA-256 of every member. Nobody but its owner may read it. On
request it is encrypted; else it leaves out what opens a door (see `backup_secrets`).
Neither holds the settings of the server, its master password, nor anybody's session.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tarfile
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from . import (
    backup_key,
    backup_secrets,
    build,
    cache,
    database,
    locks,
    odooconf,
    paths,
    platform,
    server,
)
from .backup_secrets import Table
from .database import Connection
from .errors import SrmError
from .steps import say, step

FORMAT = 2
FORMATS = (1, FORMAT)
DUMP = "database.dump"
FILES = "filestore"
MANIFEST = "manifest.json"


def save(file: Path, *, demo: bool, encrypt: Sequence[str] = ()) -> int:
    """Write a backup of the project's database to `file`, then read it back.

    :param encrypt: public keys; without one the secrets of the database are left out
    """
    if file.exists():
        raise SrmError(f"{file} exists already: choose another name.")
    keys = backup_key.recipients(encrypt)
    parts = platform.prepare()
    target = server.targets(demo)
    with (
        platform.database_server(parts) as served,
        _work_folder(file.parent) as beside,
        _work_folder(paths.state_dir() if keys else file.parent) as folder,
    ):
        connection = served.connection
        if not database.exists(connection, target.name):
            raise SrmError(f"There is no database {target.name} to back up.")
        tables = [] if keys else backup_secrets.found(connection, target.name)
        with step("dumping the database"):
            _dump(connection, target.name, folder, tables)
        with step("packing the filestore"):
            packed = folder / "backup.tar"
            _pack(packed, folder, target.name, tables)
        with step("verifying"), tarfile.open(packed) as archive:
            _verified_manifest(archive, packed)
            _check_dump(connection, folder / DUMP)
        if keys:
            with step("encrypting"):
                backup_key.encrypt(parts, packed, beside / "encrypted", keys)
            packed = beside / "encrypted"
        packed.replace(file)
    _announce(file, tables, encrypted=bool(keys))
    return 0


def _announce(file: Path, tables: Sequence[Table], *, encrypted: bool) -> None:
    kind = "encrypted" if encrypted else "not encrypted, without the secrets"
    say(f"{file}: {file.stat().st_size / 2**20:.1f} MB, verified, {kind}.")
    if missing := backup_secrets.left_out(tables):
        say(f"To be entered again after a restore: {missing} (--encrypt keeps them).")


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


def _dump(
    connection: Connection, name: str, folder: Path, tables: Sequence[Table]
) -> None:
    options = backup_secrets.dump_options(tables) if tables else []
    status, output = connection.run(
        *("pg_dump", "-Fc", "-f", str(folder / DUMP), *options, name)
    )
    if status:
        raise SrmError(f"pg_dump failed: {output.strip()}.")
    for table in tables:
        backup_secrets.write(connection, name, table, folder / table.member)


def _check_dump(connection: Connection, dump: Path) -> None:
    """Read the dump to its end: its list of contents is at the front."""
    status, output = connection.run("pg_restore", "-f", os.devnull, str(dump))
    if status:
        raise SrmError(f"The dump cannot be read back: {output.strip()}.")


def _pack(packed: Path, folder: Path, name: str, tables: Sequence[Table]) -> None:
    filestore = odooconf.filestore(name)
    members = {DUMP: folder / DUMP}
    members.update((table.member, folder / table.member) for table in tables)
    for path in sorted(filestore.rglob("*")):
        if path.is_file() and "checklist" not in path.parts:
            members[f"{FILES}/{path.relative_to(filestore)}"] = path
    manifest = {
        "format": FORMAT,
        "database": name,
        "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "without_secrets": [table.described() for table in tables],
        "sha256": {member: _sha256(path) for member, path in members.items()},
    }
    text = folder / MANIFEST
    text.write_text(json.dumps(manifest, indent=1))
    descriptor = os.open(packed, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    with (
        os.fdopen(descriptor, "w+b") as stream,
        tarfile.open(fileobj=stream, mode="w") as archive,
    ):
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
    if manifest.get("format") not in FORMATS or DUMP not in expected:
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


def load(file: Path, *, demo: bool, key: Path | None = None) -> int:
    """Replace the project's database by the one in `file`, all or nothing.

    :param key: file of the private key of an encrypted backup
    """
    if not file.is_file():
        raise SrmError(f"{file} does not exist.")
    gate = locks.FileLock(paths.state_file("server.lock"))
    if not gate.acquire(wait=False):
        raise SrmError("The server is running: `./srm stop` before a restore.")
    with _work_folder(paths.state_dir()) as folder:
        parts = platform.prepare()
        packed = file
        if backup_key.is_encrypted(file):
            packed = folder / "decrypted.tar"
            with step("decrypting the backup"):
                backup_key.decrypt(parts, file, packed, key)
        with step("verifying the backup"):
            tables = _extract(packed, file, folder)
        with platform.database_server(parts) as served:
            target = server.targets(demo)
            with step(f"restoring database {target.name}"):
                _restore(served.connection, target, folder, tables)
    say(f"{file} is restored; `./srm run` starts it.")
    return 0


def _extract(packed: Path, file: Path, folder: Path) -> list[Table]:
    """Unpack a backup; the tables that come without their secrets.

    :param file: what the person named, for messages
    """
    try:
        with tarfile.open(packed) as archive:
            manifest = _verified_manifest(archive, file)
            archive.extractall(folder, **_only_data())
        described = manifest.get("without_secrets") or []
        return [Table.read(table) for table in described]  # type: ignore[attr-defined]
    except (tarfile.TarError, EOFError, KeyError, TypeError) as error:
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


#: The parts of a dump: the rows without secrets come before what checks them.
ROWS, RULES = ("--section=pre-data", "--section=data"), ("--section=post-data",)


def _restore(
    connection: Connection, target: build.Target, folder: Path, tables: Sequence[Table]
) -> None:
    build.forget(connection, target.temporary)
    database.create(connection, target.temporary)
    try:
        _restore_sections(connection, target.temporary, folder, ROWS)
        for table in tables:
            source = folder / table.member
            backup_secrets.load(connection, target.temporary, table, source)
        _restore_sections(connection, target.temporary, folder, RULES)
        backup_secrets.renew(connection, target.temporary)
    except BaseException:
        build.forget(connection, target.temporary)
        raise
    # Stored files are named after their content: adding them to those of the database
    # still in place harms neither, so the switch is one transaction of the server.
    if (folder / FILES).is_dir():
        final = odooconf.filestore(target.name)
        shutil.copytree(folder / FILES, final, dirs_exist_ok=True)
    _swap(connection, target)


def _restore_sections(
    connection: Connection, name: str, folder: Path, sections: Sequence[str]
) -> None:
    status, output = connection.run(
        *("pg_restore", "--no-owner", "--no-acl", "--no-comments", "--exit-on-error"),
        *(*sections, "-d", name, str(folder / DUMP)),
    )
    if status:
        reason = (output.strip().splitlines() or ["no message"])[0]
        raise SrmError(f"The backup could not be restored: {reason}.")


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
