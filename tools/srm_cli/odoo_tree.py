"""Odoo 19: Debian's signed package unpacked privately, or the checkout in ODOO_SRC."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from . import apt, cache, paths
from .errors import SrmError

# Odoo's tree has relative links into /usr/share of the asset packages. Bookworm's
# builds are the ones which have the file names the links expect (Font Awesome 4.7).
PACKAGES: tuple[tuple[str, str], ...] = (
    ("odoo-19", "sid"),
    ("libjs-jquery", "bookworm"),
    ("libjs-underscore", "bookworm"),
    ("libjs-jquery-form", "bookworm"),
    ("fonts-font-awesome", "bookworm"),
    ("fonts-roboto-unhinted", "bookworm"),
    ("fonts-montserrat", "sid"),
    ("fonts-inconsolata", "bookworm"),
    ("fonts-ocr-b", "bookworm"),
)
# Files Debian left out of Odoo's tree, replaced by small ones of our own.
OVERLAY = paths.HERE / "overlay"
DIST = Path("usr/lib/python3/dist-packages")
MEGABYTES = 2200


@dataclass(frozen=True)
class OdooTree:
    """Where Odoo is: a folder for PYTHONPATH and add-on folders outside of it."""

    python_path: Path
    addons: tuple[Path, ...]
    key: str


def prepare() -> OdooTree:
    source = os.environ.get("ODOO_SRC")
    if source:
        return from_source(Path(source).absolute())
    overlay = sorted(p for p in OVERLAY.rglob("*") if p.is_file())
    key = cache.key_of(repr(PACKAGES), *(p.read_bytes() for p in overlay))
    root = cache.tree(
        "odoo", key, _build, megabytes=MEGABYTES, purpose="Odoo with its assets"
    )
    return OdooTree(root / DIST, (), f"debian-{key}")


def _build(root: Path) -> None:
    apt.fetch(PACKAGES, root / "apt", root)
    shutil.copytree(OVERLAY, root / DIST / "odoo", dirs_exist_ok=True)
    check_links(root)
    _check_series(root / DIST)


def check_links(root: Path) -> None:
    """Fail when a link into /usr/share leads nowhere: a style or font would be lost."""
    dangling = sorted(
        str(path.relative_to(root))
        for path in root.rglob("*")
        if path.is_symlink()
        and not os.path.isabs(os.readlink(path))
        and not path.exists()
    )
    if dangling:
        raise SrmError(
            f"Odoo's tree has {len(dangling)} links that lead nowhere, the first is"
            f" {dangling[0]}: the Debian mirror serves asset packages that do not fit;"
            " set SRM_DEBIAN_MIRROR to another one."
        )


def from_source(source: Path) -> OdooTree:
    """An Odoo 19 someone already has: a checkout, or the folder of the package."""
    for base in (source, source / DIST):
        if (base / "odoo" / "release.py").is_file():
            version = _check_series(base)
            extra = base / "addons"
            addons = (extra,) if (extra / "web").is_dir() else ()
            return OdooTree(base, addons, cache.key_of(str(base), version))
    raise SrmError(
        f"ODOO_SRC={source} is no Odoo source tree: it has no odoo/release.py."
    )


def _check_series(base: Path) -> str:
    text = (base / "odoo" / "release.py").read_text()
    match = re.search(r"^version_info\s*=\s*\((\d+), *(\d+), *(\d+)", text, re.M)
    if not match or match.groups()[:2] != ("19", "0"):
        found = ".".join(match.groups()) if match else "an unknown version"
        raise SrmError(f"Odoo in {base} is {found}: the suite needs Odoo 19.0.")
    return text
