"""`./srm lint`: ruff, pylint-odoo, and checks of XML, CSV and translation files."""

from __future__ import annotations

import ast
import csv
import os
import re
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path

from . import addons, paths, process, venv
from .errors import SrmError
from .steps import say

LANGUAGES = ("fr", "ar")
CONCISE = "--output-format=concise"
# Assembled from pieces: this file must not find itself.
FORBIDDEN: tuple[tuple[str, str, str], ...] = (
    (r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b", "unfinished work", "*"),
    (r"^(<<<<<<<|>>>>>>>) ", "merge conflict", "*"),
    (r"\b(pdb|breakpoint)\(", "debugger call", "*.py"),
    (r"pytest\.(skip|mark\.(skip|xfail))|@unittest\.skip", "skipped test", "*.py"),
    (r"^\s+print\(", "print in an add-on", "addons/*.py"),
    (r"\bconsole\.log\(", "console output in an add-on", "addons/*.js"),
    (r"\.sudo\(\)\.search\(\[\(.id.", "lookup by a user's id with all rights", "*.py"),
    (r"except Exception:\s*pass", "error swallowed", "*.py"),
)
TEXT = {".py", ".js", ".xml", ".scss", ".csv", ".md", ".rst", ".toml", ".conf", ".sh"}


def run() -> int:
    """Run every check; print all findings; status 1 when there is any."""
    python = venv.prepare()
    checks: list[tuple[str, Callable[[], list[str]]]] = [
        ("ruff check", lambda: _ruff(python, "check", CONCISE)),
        ("ruff format", lambda: _ruff(python, "format", "--check", CONCISE)),
        ("pylint-odoo", lambda: _pylint(python)),
        ("XML", _check_xml),
        ("CSV", _check_csv),
        ("translations", lambda: _check_translations(python)),
        ("add-on files", _check_addons),
        ("forbidden strings", _check_forbidden),
    ]
    findings = 0
    for name, check in checks:
        begin = time.monotonic()
        found = check()
        verdict = f"!!  {name}: {len(found)} findings" if found else f"ok  {name}"
        say(f"  {verdict} ({time.monotonic() - begin:.1f} s)")
        for line in found:
            say(f"      {line}")
        findings += len(found)
    say(f"{findings} findings" if findings else "No findings.")
    return 1 if findings else 0


def _ruff(python: venv.Venv, *arguments: str) -> list[str]:
    """Findings of ruff, the entry script without a suffix included."""
    command = [python.root / "bin" / "ruff", *arguments, "--quiet", ".", "srm"]
    status, output = process.capture(command, cwd=paths.ROOT)
    return output.strip().splitlines() if status else []


def _pylint(python: venv.Venv) -> list[str]:
    folders = [str(paths.ADDONS / name) for name in addons.names()]
    if not folders:
        return []
    env = {**os.environ, "PYTHONPATH": str(paths.ENGINE)}
    arguments = (
        *("--rcfile", ".pylintrc", "-j", str(os.cpu_count() or 1)),
        # One model may be split over several files by topic (300 lines a file at most).
        "--disable=consider-merging-classes-inherited",
    )
    command = [python.python, "-m", "pylint", *arguments, *folders]
    status, output = process.capture(command, env=env, cwd=paths.ROOT)
    if status & 32:  # pylint's own usage error
        raise SrmError(f"pylint did not run: {output.strip().splitlines()[-1]}")
    return [line for line in output.splitlines() if re.match(r"\S+:\d+: ", line)]


def sources(pattern: str) -> Iterator[Path]:
    """Files of the repository, private and built folders left out."""
    hidden = {".git", ".srm", "node_modules", "__pycache__"}
    for folder, folders, files in os.walk(paths.ROOT):
        folders[:] = sorted(f for f in folders if f not in hidden)
        for name in sorted(files):
            path = Path(folder, name)
            if path.match(pattern):
                yield path


def _at(path: Path, line: int, text: str) -> str:
    return f"{path.relative_to(paths.ROOT)}:{line}: {text}"


def _check_xml() -> list[str]:
    found = []
    for path in sources("*.xml"):
        try:
            ET.parse(path)
        except ET.ParseError as error:
            found.append(_at(path, error.position[0], f"not well-formed XML: {error}"))
    return found


def _check_csv() -> list[str]:
    return [finding for path in sources("*.csv") for finding in _csv_findings(path)]


def _csv_findings(path: Path) -> Iterator[str]:
    """Every row has as many cells as the header (data files of the add-ons)."""
    if "tests" in path.parts or "samples" in path.parts:
        return
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = csv.reader(stream)
        header = next(rows, [])
        for row in rows:
            if row and len(row) != len(header):
                yield _at(
                    path,
                    rows.line_num,
                    f"{len(row)} cells where the header has {len(header)}",
                )


def _check_translations(python: venv.Venv) -> list[str]:
    """Both languages in every add-on, no empty entry, no fuzzy one."""
    found = []
    files = []
    for name in addons.names():
        for language in LANGUAGES:
            path = paths.ADDONS / name / "i18n" / f"{language}.po"
            if path.is_file():
                files.append(path)
            else:
                found.append(f"{path.relative_to(paths.ROOT)} is missing")
    script = paths.HERE / "scripts" / "check_po.py"
    status, output = process.capture([python.python, script, *files], cwd=paths.ROOT)
    return found + (output.strip().splitlines() if status else [])


def _check_addons() -> list[str]:
    """Each add-on has tests, readme fragments and a complete manifest."""
    found = []
    for name in addons.names():
        folder = paths.ADDONS / name
        manifest = ast.literal_eval((folder / "__manifest__.py").read_text("utf-8"))
        if manifest.get("license") != "AGPL-3":
            found.append(f"addons/{name}/__manifest__.py: the licence is not AGPL-3")
        if not list(folder.glob("tests/test_*.py")):
            found.append(f"addons/{name} has no tests")
        if not list(folder.glob("readme/*.md")):
            found.append(f"addons/{name} has no readme fragments")
    return found


def _check_forbidden() -> list[str]:
    found = []
    for path in sources("*"):
        if path.suffix not in TEXT or path.name == "CHANGELOG.md":
            continue
        rules = [rule for rule in FORBIDDEN if _applies(path, rule[2])]
        lines = path.read_text("utf-8", errors="replace").splitlines()
        for number, line in enumerate(lines, 1):
            for pattern, reason, _ in rules:
                if re.search(pattern, line):
                    found.append(_at(path, number, reason))
    return found


def _applies(path: Path, pattern: str) -> bool:
    folder, _, name = pattern.rpartition("/")
    relative = path.relative_to(paths.ROOT)
    return path.match(name) and (not folder or relative.parts[0] == folder)
