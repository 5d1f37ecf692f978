"""One run at a time in a folder, and no job that outlives its run.

A run holds a lock for as long as its process lives, however that ends. Its jobs share a second
lock while they are at work. A job whose run has ended ends itself, and a run begins only when no
job of an earlier one is left. Locks end with their processes; nothing has to be cleared by hand.
"""

import contextlib
import fcntl
import os
import signal
import socket
import sys
import threading
import time
from pathlib import Path

from aecluster.errors import InputError

# Tells jobs whose they are; not set for a script that is started by hand.
_RUN = "AECLUSTER_RUN"
LOCK = ".snakemake/aecluster.lock"  # of the runs in a folder
_SECONDS_BETWEEN_LOOKS = 1
_NO_LOCKS = "This file system has no locks: see to it that only one run is at work in this folder."
_held = []


def hold_lock(path: str | os.PathLike) -> None:
    """Take the lock of a run for as long as this process lives.

    Waits for jobs that a killed run left behind.

    Raises
    ------
    InputError
        If another run holds it.
    """
    path = Path(path).absolute()
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("a+")
    try:
        _take(file, fcntl.LOCK_EX)
    except OSError:  # Lustre without `flock`, some NFS
        print(_NO_LOCKS, file=sys.stderr, flush=True)
        return
    holder = f"{os.getpid()} on {_place()}"
    file.truncate(0)
    file.write(holder)
    file.flush()
    _held.append(file)
    os.environ[_RUN] = f"{path}:{holder}"
    with _jobs_of(path).open("a") as jobs:
        if not _lock(jobs, fcntl.LOCK_EX):
            print("Waiting for jobs of an earlier run to end.", file=sys.stderr, flush=True)
            fcntl.flock(jobs, fcntl.LOCK_EX)


def check_free(path: str | os.PathLike) -> None:
    """Raise InputError where another run holds the lock, as `hold_lock` does; take nothing."""
    with contextlib.suppress(OSError), Path(path).open() as file:
        _take(file, fcntl.LOCK_SH)


def end_with_run() -> None:
    """End this process, by SIGKILL, soon after the run that started it has ended.

    Nothing happens where no run with a lock started it, or one on another machine or by way of
    Slurm: locks may not reach that far, and Slurm is asked for such jobs (see `orphans`).
    """
    path, _, holder = os.environ.get(_RUN, "").rpartition(":")
    if not holder.endswith(f" on {_place()}"):
        return
    jobs = _jobs_of(Path(path)).open("a")
    _held.append(jobs)
    fcntl.flock(jobs, fcntl.LOCK_SH)
    threading.Thread(target=_end_after, args=(Path(path), holder), daemon=True).start()


def _end_after(path: Path, holder: str) -> None:
    with path.open("r+") as file:
        # The lock is free when the run has ended, and names another holder when the next began.
        while not _lock(file, fcntl.LOCK_SH) and path.read_text() == holder:
            time.sleep(_SECONDS_BETWEEN_LOOKS)
        os.kill(os.getpid(), signal.SIGKILL)


def _place() -> str:
    """Return the name of this machine, and of the Slurm job that this process is a part of."""
    slurm_job = os.environ.get("SLURM_JOB_ID")
    return socket.gethostname() + (f" (Slurm job {slurm_job})" if slurm_job else "")


def _jobs_of(path: Path) -> Path:
    return path.with_suffix(".jobs")


def _take(file, how: int) -> None:
    """Take the lock of a run; raise InputError if another one has it."""
    # Again, since a job that looks for the end of its run takes it for a moment.
    if not any(_lock(file, how) or time.sleep(0.1) for _ in range(3)):
        file.seek(0)
        raise InputError(
            f"another run (process {file.read().strip() or 'unknown'}) is at work in this folder; "
            "wait until it ends, or work in a copy of the folder."
        )


def _lock(file, how: int) -> bool:
    """Try to take a lock; return whether it was free."""
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
