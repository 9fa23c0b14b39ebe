"""The suite's add-ons: which there are, and whether their files changed."""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from . import paths

# Without an effect on the database: seen at run time, or not at all.
_SKIPPED_FOLDERS = {"tests", "__pycache__", "readme", "src", "lib"}
_SKIPPED_SUFFIXES = {".pyc", ".md", ".rst", ".pot"}


def names() -> list[str]:
    """Installable add-ons of the suite, in alphabetical order."""
    return [name for name, m in _manifests() if m.get("installable", True)]


def required() -> list[str]:
    """Add-ons of others which the suite's own depend on, in alphabetical order."""
    depends = {name for _name, manifest in _manifests() for name in manifest["depends"]}
    return sorted(depends - set(names()))


def _manifests() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(paths.ADDONS.glob("srm_*/__manifest__.py")):
        yield path.parent.name, ast.literal_eval(path.read_text("utf-8"))


def fingerprints() -> dict[str, str]:
    """Hash of the files of each add-on which an update would load."""
    return {name: _fingerprint(paths.ADDONS / name) for name in names()}


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(_relevant(folder)):
        digest.update(str(path.relative_to(folder)).encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _relevant(folder: Path) -> list[Path]:
    return [
        path
        for path in folder.rglob("*")
        if path.is_file()
        and path.suffix not in _SKIPPED_SUFFIXES
        and not _SKIPPED_FOLDERS & set(path.relative_to(folder).parts[:-1])
    ]


def assets_stamp(platform_key: str) -> str:
    """Changes with every file that may end up in the web client's bundles."""
    digest = hashlib.sha256(platform_key.encode())
    for name in names():
        folder = paths.ADDONS / name
        files = [folder / "__manifest__.py", *folder.glob("static/src/**/*")]
        for path in sorted(path for path in files if path.is_file()):
            digest.update(str(path.relative_to(paths.ADDONS)).encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def stamp(platform_key: str) -> str:
    """What a database was built from, as the JSON text kept inside it."""
    return json.dumps(
        {"platform": platform_key, "addons": fingerprints()}, sort_keys=True
    )


def plan(current: str, wanted: str) -> tuple[list[str], list[str]]:
    """Add-ons to install and to update to get from one stamp to another.

    >>> old = '{"platform": "a", "addons": {"srm_x": "1", "srm_y": "1"}}'
    >>> new = '{"platform": "a", "addons": {"srm_x": "2", "srm_y": "1", "srm_z": "1"}}'
    >>> plan(old, new)
    (['srm_z'], ['srm_x'])
    >>> plan(old.replace("a", "b", 1), old)  # Odoo or a package changed
    ([], ['base'])
    """
    old, new = json.loads(current or "{}"), json.loads(wanted)
    before = old.get("addons", {})
    install = [name for name in new["addons"] if name not in before]
    if old.get("platform") != new["platform"]:
        return install, ["base"]
    changed = [n for n, h in new["addons"].items() if n in before and before[n] != h]
    return install, changed
