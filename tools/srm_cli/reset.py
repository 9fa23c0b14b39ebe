"""`./srm reset`: drop the private state of this clone. The shared cache stays."""

from __future__ import annotations

from . import cache, locks, paths, postgres, server
from .errors import SrmError
from .steps import say


def run() -> int:
    server.stop()
    _require_idle()
    for note in paths.state_dir().glob("*.home"):
        postgres.destroy(note.stem)
    cache.remove(paths.state_dir())
    say("The private state of this clone is gone; downloads stay in the cache.")
    return 0


def _require_idle() -> None:
    """Refuse while another command of this clone works in the folder."""
    for name in ("server.lock", "test.lock"):
        lock = locks.FileLock(paths.state_file(name))
        try:
            if not lock.acquire(wait=False):
                raise SrmError("Another `./srm` works in this clone: stop it first.")
        finally:
            lock.close()
