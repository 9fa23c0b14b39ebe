"""Content-keyed store of built trees in the user's cache folder.

A tree is built in a temporary folder, under a lock, and renamed into place when it is
complete: two clones may build at once, and `kill -9` leaves at most a temporary folder
that the next build sweeps away.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from . import locks, paths

KEEP_UNUSED_DAYS = 14


def key_of(*parts: str | bytes) -> str:
    """Key of a tree: a hash of everything its content depends on."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()[:16]


def tree(
    name: str,
    key: str,
    build: Callable[[Path], None],
    *,
    megabytes: int,
    purpose: str,
) -> Path:
    """Path of the tree `name`-`key`, built by `build(folder)` unless already there."""
    base = paths.cache_dir()
    final = base / f"{name}-{key}"
    if not _is_complete(final):
        with locks.exclusive(base / "locks" / name):
            if not _is_complete(final):
                _build(base, name, final, build, megabytes, purpose)
    _touch(final / ".used")
    return final


def _is_complete(path: Path) -> bool:
    return (path / ".complete").is_file()


def _build(
    base: Path,
    name: str,
    final: Path,
    build: Callable[[Path], None],
    megabytes: int,
    purpose: str,
) -> None:
    _sweep(base, name)
    paths.require_free_space(base, megabytes, purpose)
    temporary = Path(tempfile.mkdtemp(prefix=f"tmp-{name}-", dir=base))
    try:
        temporary.chmod(0o755)
        build(temporary)
        (temporary / ".complete").touch()
        if final.exists():
            remove(final)
        temporary.rename(final)
    except BaseException:
        remove(temporary)
        raise


def _sweep(base: Path, name: str) -> None:
    """Remove what a killed build left, and trees nobody used for a while.

    Called with the lock of `name` held: no living build owns these folders.
    """
    for leftover in base.glob(f"tmp-{name}-*"):
        remove(leftover)
    limit = time.time() - KEEP_UNUSED_DAYS * 86400
    for old in base.glob(f"{name}-*"):
        used = old / ".used"
        if used.exists() and used.stat().st_mtime < limit:
            remove(old)


def _touch(path: Path) -> None:
    """Note that the tree is in use; a read-only cache is as good as any."""
    try:
        path.touch()
    except PermissionError:
        return


def remove(path: Path) -> None:
    """Delete a tree even where a package made a folder read-only."""

    def retry(function: Callable[[str], object], target: str, _info: object) -> None:
        os.chmod(os.path.dirname(target), 0o700)
        function(target)

    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, onerror=retry)
    else:
        path.unlink(missing_ok=True)
