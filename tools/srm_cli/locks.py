"""Advisory locks (flock): released by the kernel whatever kills their holder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class FileLock:
    """A lock on one file; the file stays, only the lock comes and goes."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def acquire(self, *, shared: bool = False, wait: bool = True) -> bool:
        """Take (or convert) the lock; False when held elsewhere and not waiting."""
        operation = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(self.fd, operation | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            return False
        return True

    def close(self) -> None:
        os.close(self.fd)


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold the lock on `path` alone for the time of the block."""
    lock = FileLock(path)
    try:
        lock.acquire()
        yield
    finally:
        lock.close()
