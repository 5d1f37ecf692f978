"""Run a command as a user would, and watch what it takes from outside."""

import contextlib
import resource
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

from aecluster.errors import InputError

_SECONDS_BETWEEN_LOOKS = 0.25


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
    with contextlib.ExitStack() as stack:
        text = None if log is None else stack.enter_context(log.open("w"))
        began = time.time()
        process = subprocess.Popen(command, cwd=cwd, env=env, stdout=text, stderr=text)
        try:
            while process.returncode is None:
                memory.append((time.time(), _resident_mb(process.pid)))
                look()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(_SECONDS_BETWEEN_LOOKS)
            ended = time.time()
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


def _resident_mb(pid: int) -> float:
    total = 0
    for process in _family(pid):
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
