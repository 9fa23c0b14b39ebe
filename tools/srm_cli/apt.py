"""Debian packages fetched and unpacked privately, signatures checked.

apt runs with lists, cache, status and sources of its own: the machine's apt is neither
used nor changed, but its mirror, proxies and certificates are honoured.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from . import process
from .errors import SrmError, tool_error

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
SETTING = "SRM_DEBIAN_MIRROR"
# Settings of the machine's apt that say how to reach the network.
_HONOURED = re.compile(r"^Acquire::(https?|ftp|Retries|ForceIPv[46]|Proxy)\b")


def mirror() -> str:
    """Address of the Debian archive: the setting, or what the machine's apt uses."""
    explicit = os.environ.get(SETTING)
    if explicit:
        return explicit.rstrip("/")
    _require_apt()
    status, output = process.capture(
        ["apt-get", "indextargets", "--format", "$(SITE)|$(COMPONENT)|$(RELEASE)"]
    )
    sites = _archive_sites(output) if status == 0 else []
    if not sites:
        raise SrmError(
            "No Debian mirror is configured in this machine's apt: set"
            f" {SETTING}=<address of a Debian archive>, or ODOO_SRC=<Odoo 19 checkout>."
        )
    return sites[0]


def _archive_sites(targets: str) -> list[str]:
    """Sites which serve Debian's main archive, from `apt-get indextargets`.

    >>> _archive_sites("http://a/debian-security|main|bookworm-security\\n"
    ...                "http://a/debian|main|bookworm\\nhttp://b|main|nodistro")
    ['http://a/debian']
    """
    suites = r"(oldstable|stable|testing|sid|unstable|bullseye|bookworm|trixie|forky)$"
    rows = [line.strip().split("|") for line in targets.splitlines()]
    return [
        site.rstrip("/")
        for site, component, release in (row for row in rows if len(row) == 3)
        if component == "main"
        and re.match(suites, release.rsplit("/", 1)[-1])
        and "security" not in site
    ]


def fetch(packages: Sequence[tuple[str, str]], folder: Path, root: Path) -> None:
    """Download (package, suite) pairs into `folder` and unpack them into `root`."""
    _require_apt()
    env = _private_configuration(folder, sorted({suite for _, suite in packages}))
    what = ", ".join(sorted({name for name, _ in packages})[:1]) + " and its assets"
    if len(packages) == 1:
        what = packages[0][0]
    _apt(["update", "-q"], env, folder, "the package lists")
    debs = folder / "debs"
    debs.mkdir()
    wanted = [f"{name}/{suite}" for name, suite in packages]
    _apt(["download", "-q", *wanted], env, debs, what)
    for deb in sorted(debs.glob("*.deb")):
        status, output = process.capture(["dpkg-deb", "-x", deb, root])
        if status:
            raise tool_error("dpkg-deb", deb.name, SETTING, output, "the terminal")
    shutil.rmtree(folder)


def _apt(arguments: list[str], env: dict[str, str], cwd: Path, what: str) -> None:
    status, output = process.capture(["apt-get", *arguments], env=env, cwd=cwd)
    # `update` reports unreachable indexes as warnings ("W: Failed to fetch") and
    # returns 0: without lists the next step would only say "unable to locate".
    if status or re.search(r"^(E:|W: Failed to fetch)", output, re.M):
        raise tool_error("apt", what, SETTING, output, "the terminal")


def _require_apt() -> None:
    missing = [name for name in ("apt-get", "dpkg-deb") if not shutil.which(name)]
    if missing:
        raise SrmError(
            f"This machine has no {missing[0]} to fetch Odoo with:"
            " set ODOO_SRC=<Odoo 19 checkout>."
        )
    if not KEYRING.is_file():
        raise SrmError(
            "Debian's archive keys are missing, so its signatures cannot be checked:"
            " apt-get install debian-archive-keyring, or set ODOO_SRC."
        )


def _private_configuration(folder: Path, suites: Sequence[str]) -> dict[str, str]:
    """Write apt's private configuration in `folder`; the environment that uses it."""
    for name in ("empty", "lists/partial", "cache/archives/partial"):
        (folder / name).mkdir(parents=True)
    (folder / "status").touch()
    site = mirror()
    (folder / "sources.list").write_text(
        "".join(f"deb [signed-by={KEYRING}] {site} {suite} main\n" for suite in suites)
    )
    lines = _machine_settings() + [
        f'Dir::Etc::sourcelist "{folder}/sources.list";',
        f'Dir::Etc::sourceparts "{folder}/empty";',
        f'Dir::Etc::main "{folder}/none";',
        f'Dir::Etc::parts "{folder}/empty";',
        f'Dir::Etc::preferences "{folder}/none";',
        f'Dir::Etc::preferencesparts "{folder}/empty";',
        f'Dir::State::lists "{folder}/lists";',
        f'Dir::State::status "{folder}/status";',
        f'Dir::Cache "{folder}/cache";',
        'Acquire::Languages "none";',
        'Acquire::PDiffs "false";',
        # A frozen copy of the archive has an old date; its signatures still count.
        'Acquire::Check-Valid-Until "false";',
    ]
    if os.geteuid() == 0:
        # The sandbox account could not read a private folder such as /root.
        lines.append('APT::Sandbox::User "root";')
    configuration = folder / "apt.conf"
    configuration.write_text("\n".join(lines) + "\n")
    return {**os.environ, "APT_CONFIG": str(configuration), "LC_ALL": "C.UTF-8"}


def _machine_settings() -> list[str]:
    """How this machine's apt reaches the network (proxies, certificates)."""
    status, output = process.capture(["apt-config", "dump"])
    lines = output.splitlines() if status == 0 else []
    return [line for line in lines if _HONOURED.match(line)]
