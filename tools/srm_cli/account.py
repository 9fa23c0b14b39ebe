"""The account PostgreSQL runs under: root must step down, anyone else stays."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import SrmError

SETTING = "SRM_PG_ACCOUNT"


@dataclass(frozen=True)
class Account:
    """A system account; `switch` says whether we have to change to it."""

    name: str
    uid: int
    gid: int
    switch: bool

    def popen(self) -> dict[str, Any]:
        """Arguments for subprocess that make the child run under this account."""
        if not self.switch:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        if self.switch:
            os.chown(path, self.uid, self.gid)

    def own_tree(self, path: Path) -> None:
        self.own(path)
        for folder, folders, files in os.walk(path):
            for name in folders + files:
                if self.switch:
                    os.lchown(os.path.join(folder, name), self.uid, self.gid)

    def can_traverse(self, folder: Path) -> bool:
        """Whether the account may pass through `folder` and everything above it."""
        if not self.switch:
            return True
        command = ["/usr/bin/test", "-x", str(folder)]
        return subprocess.run(command, cwd="/", **self.popen()).returncode == 0


def current_user() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        raise SrmError(
            f"The user id {os.geteuid()} has no name on this machine and PostgreSQL"
            " needs one: add it to /etc/passwd, or set PGHOST to a PostgreSQL server."
        ) from None


def for_postgres() -> Account:
    """Ourselves, or an unprivileged account when we are root."""
    if os.geteuid() != 0:
        entry = pwd.getpwnam(current_user())
        return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, switch=False)
    wanted = os.environ.get(SETTING)
    for name in [wanted] if wanted else ["postgres", "nobody"]:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, switch=True)
    raise SrmError(
        f"PostgreSQL refuses to run as root and no account is left to run it:"
        f" set {SETTING} to an existing unprivileged account."
    )
