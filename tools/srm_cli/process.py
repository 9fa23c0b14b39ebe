"""Child processes: run, capture, and stop those still running when we fail."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

# What a killed `./srm` had started must not go on behind the back of the next one.
_TIED = ("setpriv", "--pdeathsig", "KILL", "--") if shutil.which("setpriv") else ()
_children: set[subprocess.Popen[str]] = set()
_guard = threading.Lock()
_stopping = threading.Event()


def capture(
    command: Sequence[str | os.PathLike[str]],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    stdin: str | None = None,
    **popen: Any,
) -> tuple[int, str]:
    """Exit status and mixed output of a command; it dies if we are told to stop."""
    if _stopping.is_set():
        raise InterruptedError("another step failed")
    child = subprocess.Popen(
        [*_TIED, *(os.fspath(part) for part in command)],
        env=dict(env) if env is not None else None,
        cwd=cwd,
        stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
        **popen,
    )
    with _guard:
        _children.add(child)
    try:
        output, _ = child.communicate(stdin)
    except BaseException:
        _kill(child)
        raise
    finally:
        with _guard:
            _children.discard(child)
    return child.returncode, output


def _kill(child: subprocess.Popen[str]) -> None:
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def kill_children() -> None:
    """Stop every command still captured, with its own children."""
    _stopping.set()
    with _guard:
        running = list(_children)
    for child in running:
        _kill(child)


def in_parallel(jobs: Sequence[Callable[[], Any]]) -> list[Any]:
    """Results of independent jobs run at once; the first failure stops the others."""
    with ThreadPoolExecutor(max_workers=len(jobs)) as pool:
        futures: list[Future[Any]] = [pool.submit(job) for job in jobs]
        try:
            done, _ = wait(futures, return_when=FIRST_EXCEPTION)
            failed = [f for f in done if f.exception() is not None]
            if failed:
                kill_children()
                raise failed[0].exception()  # type: ignore[misc]
        except BaseException:
            kill_children()
            raise
        return [future.result() for future in futures]


def die_with_parent() -> None:
    """For `preexec_fn`: ask the kernel for SIGTERM when the parent is killed."""
    import ctypes

    pr_set_pdeathsig = 1
    ctypes.CDLL(None, use_errno=True).prctl(pr_set_pdeathsig, signal.SIGTERM)
