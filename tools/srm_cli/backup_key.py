"""Encryption of backups: for a public key, so that the server cannot read its own."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from . import paths, platform, process
from .errors import SrmError
from .platform import Platform
from .steps import say

SCRIPT = paths.HERE / "scripts" / "age.py"
HEADER = b"age-encryption.org/v1\n"
PUBLIC = re.compile(r"age1[a-z0-9]{58}")
#: Settings: public keys every backup is encrypted for; file of the private key.
PUBLIC_SETTING, PRIVATE_SETTING = "SRM_BACKUP_KEY", "SRM_RESTORE_KEY"


def make(file: Path) -> int:
    """A new pair of keys: the private one into a file, the public one shown."""
    if file.exists():
        raise SrmError(f"{file} exists already: choose another name.")
    public = _run(platform.prepare(), "key", str(file)).strip()
    say(
        f"{file}: the private key. Keep it away from this machine: whoever has it reads"
    )
    say("the backups, and without it nobody does. Encrypt backups with")
    say(f"  ./srm backup FILE --encrypt {public}")
    return 0


def recipients(asked: Sequence[str]) -> list[str]:
    """Public keys to encrypt for: those asked for, else those of the setting."""
    keys = list(asked) or os.environ.get(PUBLIC_SETTING, "").split()
    for key in keys:
        if not PUBLIC.fullmatch(key):
            raise SrmError(
                f"{key!r} is no public key: `./srm backup-key FILE` makes a pair and"
                " shows the public one (age1...)."
            )
    return keys


def encrypt(parts: Platform, source: Path, target: Path, keys: Sequence[str]) -> None:
    _run(parts, "encrypt", str(source), str(target), *keys)
    if not is_encrypted(target) or target.stat().st_size <= source.stat().st_size:
        raise SrmError(f"{target} was not written to its end.")


def is_encrypted(file: Path) -> bool:
    with file.open("rb") as stream:
        return stream.read(len(HEADER)) == HEADER


def decrypt(parts: Platform, source: Path, target: Path, key: Path | None) -> None:
    """:param key: file of the private key, else that of the setting"""
    named = key or Path(os.environ.get(PRIVATE_SETTING, ""))
    if not named.is_file():
        raise SrmError(
            f"{source} is encrypted: give the file of its private key with --key."
        )
    try:
        _run(parts, "decrypt", str(source), str(target), str(named))
    except SrmError as error:
        raise SrmError(
            f"{source} is no intact backup, or {named} is not its key ({error}):"
            " nothing was changed."
        ) from error


def _run(parts: Platform, *arguments: str) -> str:
    status, output = process.capture([parts.python, SCRIPT, *arguments])
    if status:
        raise SrmError((output.strip().splitlines() or ["no message"])[-1])
    return output
