"""`./srm lock`: compile requirements.in into requirements.txt (for maintainers)."""

from __future__ import annotations

import os
import re
import sys
import tempfile
import venv as stdlib_venv
import zipfile
from pathlib import Path

from . import paths, process
from .errors import SrmError, tool_error
from .steps import say, step
from .venv import REQUIREMENTS, SETTING

# Required by name in metadata but not wanted: Odoo is not on the index, and only the
# command line of num2words uses docopt.
PLACEHOLDERS = {"odoo": "19.0.0", "docopt": "0.6.2"}
LEFT_OUT = {*PLACEHOLDERS, "colorama"}  # colorama is for Windows
HEADER = """\
# Complete set of Python packages, compiled from requirements.in by `./srm lock`.
# Wheels only, checksums required; installed with --no-deps (see requirements.in).

"""


def run() -> int:
    with tempfile.TemporaryDirectory(prefix="srm-lock-") as name:
        folder = Path(name)
        with step("compiling requirements.in"):
            compiled = _compile(folder)
    REQUIREMENTS.write_text(HEADER + _without_placeholders(compiled))
    say(f"{REQUIREMENTS.name} is up to date.")
    return 0


def _compile(folder: Path) -> str:
    stdlib_venv.EnvBuilder(symlinks=True, with_pip=True).create(folder / "venv")
    python = folder / "venv/bin/python"
    _checked([python, "-m", "pip", "install", "-q", "uv"])
    for package, version in PLACEHOLDERS.items():
        _placeholder(folder, package, version)
    result = folder / "requirements.txt"
    previous = re.sub(r"(?m)^#.*\n", "", REQUIREMENTS.read_text())
    result.write_text(previous)  # versions stay unless requirements.in forces a change
    command = [
        *(folder / "venv/bin/uv", "pip", "compile", "--quiet", "--no-config"),
        *("--universal", "--python-version", "3.11", "--only-binary", ":all:"),
        *("--generate-hashes", "--no-header", "--no-annotate"),
        *("--no-emit-index-url", "--find-links", folder),
        *("--output-file", result, paths.ROOT / "requirements.in"),
    ]
    _checked(command)
    return result.read_text()


def _checked(command: list[str | Path]) -> None:
    env = {k: v for k, v in os.environ.items() if k != "PIP_FIND_LINKS"}
    status, output = process.capture(command, env=env)
    if status:
        raise tool_error("uv", "the package list", SETTING, output, "the terminal")


def _placeholder(folder: Path, name: str, version: str) -> None:
    """An empty wheel which satisfies a requirement while compiling."""
    info = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    wheel = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as z:
        z.writestr(f"{info}/METADATA", metadata)
        z.writestr(f"{info}/WHEEL", wheel)
        z.writestr(f"{info}/RECORD", "")


def _without_placeholders(text: str) -> str:
    """Drop the blocks (a requirement and its hashes) that nothing may install.

    >>> _without_placeholders("a==1\\n    --hash=x\\nodoo==19\\n    --hash=y\\n")
    'a==1\\n    --hash=x\\n'
    """
    blocks = re.split(r"(?m)^(?=[A-Za-z])", text)
    kept = [b for b in blocks if re.split(r"[=\s]", b, maxsplit=1)[0] not in LEFT_OUT]
    if not any(block.strip() for block in kept):
        raise SrmError("requirements.in compiled to nothing.")
    return "".join(kept)


if __name__ == "__main__":
    sys.exit(run())
