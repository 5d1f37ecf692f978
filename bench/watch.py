"""Run a command as a user would, and watch what it takes from outside."""

import contextlib
import ctypes
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from aecluster.errors import InputError

_SECONDS_BETWEEN_LOOKS = 0.25
_SECONDS_FOR_THE_LAST = 5.0
_PR_SET_CHILD_SUBREAPER = 36  # <linux/prctl.h>


@dataclass(frozen=True)
class Watched:
    """What a finished command took.

    `began` and `ended` as time.time() says it; `cpu_seconds` of all its processes; `memory`: pairs
    of a time and the resident memory of all its processes then, in MB (2^20 bytes).
    """

    began: float
    ended: float
    cpu_seconds: float
    memory: list[tuple[float, float]]

    def peak_mb(self, began: float | None = None, ended: float | None = None) -> float:
        """Return the most memory that was seen, in all or between two times."""
        began, ended = began or self.began, ended or self.ended
        # A step that is shorter than the time between two looks has what was seen around it.
        margin = _SECONDS_BETWEEN_LOOKS
        return max(
            (mb for time_, mb in self.memory if began - margin <= time_ <= ended + margin),
            default=0.0,
        )


def watch(
    command: list[str],
    *,
    cwd: Path,
    env: dict[str, str] | None = None,
    log: Path | None = None,
    look: Callable[[], None] = lambda: None,
) -> Watched:
    """Run a command to its end.

    Parameters
    ----------
    command : list of str
    cwd : path
        Where it runs.
    env : dict, optional
        Its environment.
    log : path, optional
        Where its text goes; to the screen without one.
    look : function
        Called a few times a second meanwhile.

    Raises
    ------
    InputError
        If it ends with an error.
    """
    cpu = _cpu_seconds()
    memory = []
    family: set[int] = set()
    with contextlib.ExitStack() as stack:
        stack.enter_context(_parent_of_orphans())
        text = None if log is None else stack.enter_context(log.open("w"))
        began = time.time()
        process = subprocess.Popen(command, cwd=cwd, env=env, stdout=text, stderr=text)
        try:
            while process.returncode is None:
                members = _family(process.pid)
                family.update(member.pid for member in members)
                memory.append((time.time(), _resident_mb(members)))
                look()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(_SECONDS_BETWEEN_LOOKS)
            ended = time.time()
            _collect(family - {process.pid})
        finally:
            _end(process)
    look()
    if process.returncode:
        told = f" (log: {log})" if log else ""
        raise InputError(f"`{' '.join(command)}` ended with an error{told}.")
    return Watched(began, ended, _cpu_seconds() - cpu, memory)


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextlib.contextmanager
def _parent_of_orphans() -> Iterator[None]:
    """Make processes whose parent ends first, like the workflow's warm one, children of this one.

    What they took would be counted nowhere otherwise. On Linux alone.
    """
    if sys.platform != "linux":
        yield
        return
    library = ctypes.CDLL(None)
    library.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        yield
    finally:
        library.prctl(_PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)


def _collect(pids: set[int]) -> None:
    """Wait a little for those of these processes that are children of this one by now."""
    until = time.monotonic() + _SECONDS_FOR_THE_LAST
    while pids and time.monotonic() < until:
        for pid in list(pids):
            try:
                if os.waitpid(pid, os.WNOHANG)[0]:
                    pids.discard(pid)
            except ChildProcessError:
                if not psutil.pid_exists(pid):  # else a parent that ends may leave it to this one
                    pids.discard(pid)
        time.sleep(0.01)


def _resident_mb(family: list[psutil.Process]) -> float:
    total = 0
    for process in family:
        with contextlib.suppress(psutil.Error):
            total += process.memory_info().rss
    return total / 1024**2


def _family(pid: int) -> list[psutil.Process]:
    try:
        parent = psutil.Process(pid)
        return [parent, *parent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _end(process: subprocess.Popen) -> None:
    """End a process and its children, where it was left in the middle."""
    if process.returncode is None:
        for member in _family(process.pid):
            with contextlib.suppress(psutil.NoSuchProcess):
                member.kill()
        process.wait()
