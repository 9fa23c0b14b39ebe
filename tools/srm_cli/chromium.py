"""The browser of the tests: Debian's chromium, installed when root may."""

from __future__ import annotations

import os
import shutil

from . import process
from .errors import SrmError, tool_error
from .steps import step

SETTING = "SRM_CHROMIUM"


def ensure() -> str:
    """Path of the browser. Without one the tests fail here, they are never skipped."""
    found = os.environ.get(SETTING) or shutil.which("chromium")
    if found and os.access(found, os.X_OK):
        return found
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise SrmError(
            "The browser tests need Debian's chromium, which is not installed:"
            " apt-get install chromium (as root)."
        )
    with step("chromium"):
        _install()
    return shutil.which("chromium") or "/usr/bin/chromium"


def _install() -> None:
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    packages = ("chromium", "fonts-dejavu-core")
    for arguments in (
        ["update", "-q"],
        ["install", "-q", "-y", "--no-install-recommends", *packages],
    ):
        status, output = process.capture(["apt-get", *arguments], env=env)
        if status:
            raise tool_error("apt-get", "chromium", "/etc/apt", output, "the terminal")
