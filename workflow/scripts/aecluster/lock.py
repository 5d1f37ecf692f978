"""One run at a time in a folder: a lock that ends with the process that holds it."""

import fcntl
import os
from pathlib import Path

from aecluster.errors import InputError

_held = []


def hold_lock(path: str | Path) -> None:
    """Take a lock for as long as this process lives, however it ends.

    Raises
    ------
    InputError
        If another process holds it.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        raise InputError(
            f"another run (process {file.read().strip() or 'unknown'}) is at work in this folder; "
            "wait until it ends, or work in a copy of the folder."
        ) from None
    except OSError:
        return  # a file system that has no locks (Lustre without `flock`, some NFS)
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    _held.append(file)
