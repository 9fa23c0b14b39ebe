"""Check translation files; run with the suite's Python (needs polib).

Prints one line per finding: empty or fuzzy entries, entries that lost a placeholder.
"""

import re
import sys
from pathlib import Path

import polib

PLACEHOLDER = re.compile(r"%\(\w+\)[sdif]|%[sd]|\{\w*\}")


def findings(path: Path) -> list[str]:
    """What is wrong in one file."""
    found = []
    for entry in polib.pofile(str(path)):
        if entry.obsolete:
            continue
        where = f"{path}:{entry.linenum}"
        texts = list(entry.msgstr_plural.values()) or [entry.msgstr]
        if entry.fuzzy:
            found.append(f"{where}: fuzzy: {entry.msgid[:60]!r}")
        elif not all(texts):
            found.append(f"{where}: not translated: {entry.msgid[:60]!r}")
        elif not entry.msgid_plural and _placeholders(entry.msgid) != _placeholders(
            entry.msgstr
        ):
            found.append(f"{where}: placeholders differ: {entry.msgid[:60]!r}")
    return found


def _placeholders(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text))


def main(paths: list[str]) -> int:
    found = [line for name in paths for line in findings(Path(name))]
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
