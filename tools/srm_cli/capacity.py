"""How many processes serve on this machine, and the options that make them.

One process with threads serves a small machine. From some memory on there are worker
processes: one that dies, or works for long, leaves the others alone.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

# Megabytes: the database, the system and Odoo's first process; a worker with its peaks.
BASE = 2000
WORKER = 500
FEWEST, MOST = 2, 16
# Two, so that a long take-on does not hold up the night's figures.
SCHEDULERS = 2


@dataclass(frozen=True)
class Machine:
    """What a machine has."""

    cores: int
    megabytes: int


def this_machine() -> Machine:
    """Cores and memory; inside a container, what it may use of them."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return Machine(len(os.sched_getaffinity(0)), min(pages, _limit()) // 2**20)


def _limit() -> int:
    for name in ("memory.max", "memory/memory.limit_in_bytes"):
        try:
            text = (Path("/sys/fs/cgroup") / name).read_text().strip()
        except OSError:
            continue
        if text.isdigit():
            return int(text)
    return 2**63


def workers(machine: Machine) -> int:
    """Worker processes for pages and jobs; 0: threads.

    >>> workers(Machine(2, 24_000)), workers(Machine(8, 32_000))
    (4, 16)
    >>> workers(Machine(4, 4_000)), workers(Machine(2, 2_048))
    (4, 0)
    """
    room = (machine.megabytes - BASE) // WORKER
    if room < FEWEST:
        return 0
    return min(2 * machine.cores, room, MOST)


def options(wanted: int | None, socket_port: int) -> Mapping[str, str]:
    """Options of Odoo for so many workers (None: as many as the machine carries)."""
    count = workers(this_machine()) if wanted is None else wanted
    if not count:
        return {"workers": "0", "max_cron_threads": "1"}
    return {
        "workers": str(count),
        "max_cron_threads": str(SCHEDULERS),
        "gevent_port": str(socket_port),
    }
