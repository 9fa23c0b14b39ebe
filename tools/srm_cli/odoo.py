"""Running Odoo's own command line."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from . import paths, process
from .database import Connection
from .errors import SrmError, cause_of
from .platform import Platform

SCRIPT = paths.HERE / "scripts" / "odoo"

# Odoo only warns when demo data fail, and goes on without.
_BAD_LINE = re.compile(
    r"^\S+ \S+ \d+ (ERROR |CRITICAL |WARNING .* demo data failed to install)"
)
_EXCEPTION = re.compile(r"^[\w.]*(Error|Exception|Warning|Violation)\b.*")


def command(platform: Platform, conf: Path, *arguments: str) -> list[str]:
    """Odoo with a configuration; a sub-command has to come first."""
    base = [platform.python, str(SCRIPT)]
    if arguments and not arguments[0].startswith("-"):
        return [*base, arguments[0], "-c", str(conf), *arguments[1:]]
    return [*base, "-c", str(conf), *arguments]


def run_logged(
    platform: Platform,
    connection: Connection,
    conf: Path,
    arguments: Sequence[str],
    purpose: str,
    log_name: str,
) -> None:
    """Run Odoo to the end; any error it logs makes the step fail."""
    log = paths.state_file("log", f"{log_name}.log")
    env = platform.env(connection)
    # Nothing is promised to be kept until the step is complete.
    env["PGOPTIONS"] = "-c synchronous_commit=off"
    status, output = process.capture(
        command(platform, conf, *arguments), env=env, cwd=paths.ROOT
    )
    log.write_text(output)
    bad = [line for line in output.splitlines() if _BAD_LINE.match(line)]
    if status or bad:
        raise SrmError(_failure(purpose, output, bad, log))


def _failure(purpose: str, output: str, bad: list[str], log: Path) -> str:
    if cause_of(output) == "disk":
        return (
            f"The disk is full while {purpose}: free some space and run the same"
            " command again."
        )
    reasons = [line for line in output.splitlines() if _EXCEPTION.match(line)]
    reason = (reasons or bad or output.strip().splitlines() or ["no message"])[-1]
    return f"Odoo failed while {purpose}: {reason.strip()} (full log in {log})."


def pass_through(
    platform: Platform, connection: Connection, conf: Path, arguments: Sequence[str]
) -> int:
    """Run Odoo on the terminal; its exit status."""
    env = {**platform.env(connection), "ODOO_RC": str(conf)}
    return subprocess.call(command(platform, conf, *arguments), env=env, cwd=paths.ROOT)
