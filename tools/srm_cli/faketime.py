"""A clock of one's own for the programs of a test: Debian's libfaketime, unpacked.

Programs started with `environment(folder)` read their clock through a file: "+400d" in
it is four hundred days from now.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from . import apt, cache, paths
from .errors import SrmError

PACKAGE = ("libfaketime", "bookworm")


def library() -> Path:
    """Path of the library, fetched once."""
    key = cache.key_of(*PACKAGE)
    root = cache.tree("faketime", key, _build, megabytes=20, purpose="libfaketime")
    found = sorted(root.glob("usr/lib/*/faketime/libfaketime.so.1"))
    if not found:
        raise SrmError("Debian's libfaketime holds no library for this machine.")
    return found[0]


def _build(root: Path) -> None:
    apt.fetch([PACKAGE], root / "apt", root)


PYTHON = paths.HERE / "scripts" / "faketime"


def environment(folder: Path) -> dict[str, str]:
    """Variables that make a program and its children read the clock `folder`/clock.

    The folder is one that every account involved may read. Python programs also need
    the folder PYTHON on their path.
    """
    shutil.copy(library(), folder)
    (folder / "clock").write_text("+0\n")
    return {
        "LD_PRELOAD": str(folder / library().name),
        "FAKETIME_TIMESTAMP_FILE": str(folder / "clock"),
        "FAKETIME_NO_CACHE": "1",
        # Waiting and timeouts go on as they are.
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }
