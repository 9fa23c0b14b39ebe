"""Progress on the terminal: one line per step with its name and its time."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()


def say(text: str = "") -> None:
    """One line on standard output, at once, whole even from several threads.

    A reader who has seen enough (`./srm start | head`) does not stop the work.
    """
    with _lock:
        try:
            print(text, flush=True)
        except BrokenPipeError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, sys.stdout.fileno())
            os.close(nowhere)


def warn(text: str) -> None:
    with _lock:
        print(text, file=sys.stderr, flush=True)


@contextmanager
def step(name: str) -> Iterator[None]:
    """Print `name` when the step starts and again, with its time, when it ends."""
    begin = time.monotonic()
    say(f"  ... {name}")
    try:
        yield
    except BaseException:
        say(f"  !!  {name} failed after {time.monotonic() - begin:.1f} s")
        raise
    say(f"  ok  {name} ({time.monotonic() - begin:.1f} s)")
