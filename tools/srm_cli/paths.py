"""Where things are: the clone, its private state, the user's cache."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from .errors import SrmError

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
ADDONS = ROOT / "addons"
ENGINE = ROOT / "engine"
BENCHES = ROOT / "tools" / "bench"


def state_dir() -> Path:
    """Private state of this clone (`.srm/`, or the setting SRM_STATE_DIR)."""
    path = Path(os.environ.get("SRM_STATE_DIR") or ROOT / ".srm").absolute()
    path.mkdir(parents=True, exist_ok=True)
    # Others may pass through (PostgreSQL's account, when started by root), not look.
    if path.stat().st_uid == os.geteuid():
        path.chmod(0o711)
    elif not os.access(path, os.W_OK):
        raise SrmError(
            f"{path} belongs to another user: run as that user, or remove the folder."
        )
    return path


def state_file(*parts: str) -> Path:
    path = state_dir().joinpath(*parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def cache_dir() -> Path:
    """The user's cache folder, shared by all clones (setting SRM_CACHE_DIR)."""
    explicit = os.environ.get("SRM_CACHE_DIR")
    if explicit:
        path = Path(explicit).absolute()
    else:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        path = Path(base).absolute() / "srm"
    try:
        path.mkdir(parents=True, exist_ok=True)
    except (PermissionError, FileNotFoundError):
        # A user without a home folder, as `nobody`: cache inside the clone.
        path = state_dir() / "cache"
        path.mkdir(exist_ok=True)
    return path


def clone_key() -> str:
    """Short key of this clone: two clones never share what is named after it."""
    return hashlib.sha256(os.fsencode(state_dir())).hexdigest()[:12]


def short_temp_base() -> str:
    """A temporary folder short enough for the 107 bytes of a socket's path."""
    base = tempfile.gettempdir()
    return base if len(os.fsencode(base)) < 60 else "/tmp"


def require_free_space(path: Path, megabytes: int, purpose: str) -> None:
    """Refuse to begin what the disk cannot hold (SRM_MIN_FREE_MB replaces `need`)."""
    need = int(os.environ.get("SRM_MIN_FREE_MB") or megabytes)
    free = shutil.disk_usage(path).free // 2**20
    if free < need:
        raise SrmError(
            f"The disk is full: {purpose} needs {need} MB in {path} and only {free} MB"
            " are free; free some space and run the same command again."
        )
