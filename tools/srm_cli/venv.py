"""The Python packages, pinned with checksums, in a virtual environment of ours."""

from __future__ import annotations

import importlib.util
import os
import sys
import venv as stdlib_venv
from dataclasses import dataclass
from pathlib import Path

from . import apt, cache, paths, process
from .errors import SrmError, tool_error

REQUIREMENTS = paths.ROOT / "requirements.txt"
SETTING = "pip's configuration (PIP_INDEX_URL)"
MEGABYTES = 1500


@dataclass(frozen=True)
class Venv:
    """A built environment; `key` changes with the pinned packages."""

    root: Path
    key: str

    @property
    def python(self) -> Path:
        return self.root / "bin" / "python"

    @property
    def site(self) -> Path:
        name = f"python{sys.version_info[0]}.{sys.version_info[1]}"
        return self.root / "lib" / name / "site-packages"


def prepare() -> Venv:
    key = cache.key_of(
        REQUIREMENTS.read_bytes(), sys.version, os.path.realpath(sys.executable)
    )
    root = cache.tree(
        "venv", key, _build, megabytes=MEGABYTES, purpose="the Python packages"
    )
    return Venv(root, key)


def _build(root: Path) -> None:
    # Debian ships `venv` without `ensurepip` unless python3-venv is installed.
    has_pip = importlib.util.find_spec("ensurepip") is not None
    builder = stdlib_venv.EnvBuilder(symlinks=True, with_pip=False)
    builder.create(root)
    built = Venv(root, "")
    pip = _bundled_pip() if has_pip else _debian_pip()
    _install(built, pip)
    _relocate(root)


def _bundled_pip() -> Path:
    """The pip wheel that ships inside Python."""
    import ensurepip

    found = sorted((Path(ensurepip.__file__).parent / "_bundled").glob("pip-*.whl"))
    return found[-1] if found else _debian_pip()


def _debian_pip() -> Path:
    """The pip wheel of Debian's python3-pip-whl, unpacked privately."""

    def build(root: Path) -> None:
        apt.fetch([("python3-pip-whl", "bookworm")], root / "apt", root)

    key = cache.key_of("python3-pip-whl", "bookworm")
    root = cache.tree("pip", key, build, megabytes=100, purpose="pip")
    found = sorted(root.glob("usr/share/python-wheels/pip-*.whl"))
    if not found:
        raise SrmError("Debian's python3-pip-whl holds no pip: install python3-venv.")
    return found[-1]


def _install(built: Venv, pip: Path) -> None:
    log = paths.state_file("log", "pip.log")
    log.unlink(missing_ok=True)
    env = {**os.environ, "PYTHONNOUSERSITE": "1"}
    env.pop("PYTHONPATH", None)
    # The OCA add-ons require a package named `odoo`, which the index does not have:
    # the complete set is pinned, so nothing has to be resolved.
    command = [
        *(built.python, f"{pip}/pip", "install", "--quiet", "--no-deps"),
        *("--require-hashes", "--only-binary", ":all:", "--no-input", "--no-compile"),
        *("--disable-pip-version-check", "--retries", "2", "--log", log),
        *("-r", REQUIREMENTS),
    ]
    status, output = process.capture(command, env=env, cwd=paths.ROOT)
    if status:
        # Why an index could not be read only stands in pip's log.
        reasons = _index_failures(log)
        raise tool_error(
            *("pip", "the Python packages", SETTING), reasons + output, str(log)
        )
    process.capture([built.python, "-m", "compileall", "-q", "-j", "0", built.site])


def _index_failures(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return "".join(f"{line}\n" for line in lines if "Could not fetch URL" in line)


def _relocate(root: Path) -> None:
    """Scripts name the interpreter of the temporary folder: take the one on PATH."""
    first_line = b"#!" + os.fsencode(root / "bin")
    for script in (root / "bin").iterdir():
        if script.is_symlink() or not script.is_file():
            continue
        data = script.read_bytes()
        if data.startswith(first_line):
            rest = data.partition(b"\n")[2]
            script.write_bytes(b"#!/usr/bin/env python\n" + rest)
