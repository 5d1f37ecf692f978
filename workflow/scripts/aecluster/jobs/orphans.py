"""Jobs that a dead run left on a Slurm cluster: ended before the next run of the folder begins.

Snakemake cancels its jobs when it is interrupted, but not when it is killed: they go on, and would
write where the next run's jobs do. The Slurm plugin names each job by the ID of its run (a UUID)
and starts it in the folder of the run, which is how they are found.
"""

import fcntl
import os
import re
import subprocess
import sys
import time
from pathlib import Path

from aecluster.errors import InputError

_RUN_ID = re.compile(r"(\w+_)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def end_orphans(folder: str | os.PathLike, lock: str | os.PathLike, patience: float = 600) -> None:
    """Cancel the Slurm jobs of earlier runs in a folder, and wait until none is left.

    Only for a process that holds the folder's lock (see `lock`), before it starts jobs: then
    whatever is still in Slurm belongs to a run that is dead. Where files cannot be locked nothing
    tells a dead run from a living one, and a person has to.

    Parameters
    ----------
    folder : path
        Where Snakemake was started.
    lock : path
        The file of the lock.
    patience : float
        Seconds to wait for jobs that are cancelled.

    Raises
    ------
    InputError
        If Slurm does not answer, the jobs do not end, or their run may be alive.
    """
    start = time.monotonic()
    told = False
    while jobs := slurm_jobs(folder):
        if not _is_locked(Path(lock)):
            raise InputError(
                f"another run of this folder has jobs in Slurm, and the file system has no locks "
                f"to tell whether it is alive; if it is not, `scancel {' '.join(jobs)}`, and run "
                "the same command again."
            )
        if not told:
            print(
                f"An earlier run left jobs in Slurm, which are cancelled: {', '.join(jobs)}.",
                file=sys.stderr,
                flush=True,
            )
            told = True
        if time.monotonic() - start > patience:
            raise InputError(
                f"jobs that an earlier run of this folder left in Slurm do not end "
                f"({', '.join(jobs)}); wait until `squeue --me` no longer lists them, or ask the "
                "cluster's administrators, and run the same command again."
            )
        # Again in every turn: an sbatch of the dead run may have been under way.
        _slurm("scancel", *jobs)
        time.sleep(1)


def slurm_jobs(folder: str | os.PathLike) -> list[str]:
    """Return the IDs of Snakemake's jobs of a folder that wait or run in Slurm.

    Raises
    ------
    InputError
        If Slurm does not answer.
    """
    folder = Path(folder).resolve()
    # %F is one ID for all tasks of an array; the folder comes last, for it may hold any character.
    lines = _slurm("squeue", "--me", "--noheader", "--format=%F|%j|%Z").splitlines()
    rows = [line.split("|", 2) for line in lines]
    ids = {job for job, name, where in rows if _RUN_ID.fullmatch(name) and _same(where, folder)}
    return sorted(ids, key=int)


def _is_locked(path: Path) -> bool:
    """Return whether a file is locked, be it by this process."""
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return False
    return False


def _same(where: str, folder: Path) -> bool:
    return Path(where).resolve() == folder


def _slurm(*command: str) -> str:
    """Run a command of Slurm; return what it prints."""
    try:
        finished = subprocess.run(command, capture_output=True, text=True, timeout=120)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InputError(
            f"{command[0]} cannot be asked for jobs of an earlier run: {error}."
        ) from None
    if finished.returncode:
        raise InputError(
            f"{command[0]} failed ({finished.stderr.strip()}), so jobs that an earlier run left in "
            "Slurm may still write to results/; run the same command again when Slurm answers."
        )
    return finished.stdout
