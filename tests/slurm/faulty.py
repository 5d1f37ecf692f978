"""Reductions that meet a fault in Slurm, and give what PCA gives; copied beside the scripts.

Each notes its Slurm jobs in faults/NAME, one line an attempt. With no FAULTS in the environment, as
in a local run, nothing goes wrong.
"""

import os
import time
from pathlib import Path

from sklearn.decomposition import PCA


def note_attempt(name):
    """Note this job; return which attempt it is, 0 where no fault is wanted."""
    if "FAULTS" not in os.environ:
        return 0
    path = Path("faults", name)
    path.parent.mkdir(exist_ok=True)
    with path.open("a") as file:
        file.write(f"{os.environ['SLURM_JOB_ID']} {os.getpid()}\n")
    return len(path.read_text().splitlines())


class _Faulty(PCA):
    def __init__(self, n_components=None, random_state=None):
        super().__init__(n_components, random_state=random_state)

    def fit_transform(self, X, y=None):
        self.meet(note_attempt(type(self).__name__))
        return super().fit_transform(X)


class Failing(_Faulty):
    """Fails once."""

    def __init__(self, n_components=None, random_state=None):
        super().__init__(n_components, random_state)

    def meet(self, attempt):
        if attempt == 1:
            raise RuntimeError("a fault of the test")


class Hungry(_Faulty):
    """Takes 700 MB for some seconds."""

    def __init__(self, n_components=None, random_state=None):
        super().__init__(n_components, random_state)

    def meet(self, attempt):
        if attempt:
            block = b"x" * 700_000_000
            time.sleep(6)
            del block


class _Waiting(_Faulty):
    """Waits a minute, once: time to do something to its job or its node."""

    def meet(self, attempt):
        if attempt == 1:
            time.sleep(60)


class Cancelled(_Waiting):
    def __init__(self, n_components=None, random_state=None):
        super().__init__(n_components, random_state)


class Crashed(_Waiting):
    def __init__(self, n_components=None, random_state=None):
        super().__init__(n_components, random_state)


class Isolated(_Waiting):
    def __init__(self, n_components=None, random_state=None):
        super().__init__(n_components, random_state)
