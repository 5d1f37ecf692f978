"""Faults at a chosen moment: when an artifact is about to get its name.

Python imports this at its start where this folder is on PYTHONPATH; AECLUSTER_FAULT says what
happens, such as `kill model.pt`:

- kill: the whole process group is killed, Snakemake too;
- fail: the job fails, the first time only;
- pause: the job waits until the file `paused`, which it writes, is removed.
"""

import errno
import os
import signal
import sys
import time
from pathlib import Path

fault, _, name = os.environ.get("AECLUSTER_FAULT", "").partition(" ")


def strike(event: str, arguments: tuple) -> None:
    """Audit hook (see sys.addaudithook): os.replace says "os.rename" before it renames."""
    if event != "os.rename" or Path(arguments[1]).name != name:
        return
    if fault == "kill":
        os.killpg(0, signal.SIGKILL)
    elif fault == "fail" and not Path("failed").exists():
        Path("failed").touch()
        raise OSError(errno.EIO, os.strerror(errno.EIO), name)
    elif fault == "pause":
        Path("paused").write_text(str(os.getpid()))
        while Path("paused").exists():
            time.sleep(0.05)


if fault:
    sys.addaudithook(strike)
