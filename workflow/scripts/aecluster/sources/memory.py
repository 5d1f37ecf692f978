"""How much memory there is for images."""

import math
import resource

import numpy as np

from aecluster.errors import InputError
from aecluster.jobs.machine import memory

_PART_OF_ALL = 0.75  # the rest is for everything else that runs


def check_memory(shape: tuple[int, ...], dtype: np.dtype | type, what: str, instead: str) -> None:
    """Refuse an array that does not fit in memory, before any of it is read.

    Parameters
    ----------
    shape, dtype
        Of the array.
    what, instead : str
        What the array is called in the error, and what to do about it.

    Raises
    ------
    InputError
    """
    needed = math.prod(shape) * np.dtype(dtype).itemsize
    there_is = _memory()
    if needed > _PART_OF_ALL * there_is:
        raise InputError(
            f"{what} need {needed / 1e9:,.1f} GB of memory, but only {there_is / 1e9:,.1f} GB are "
            f"available; {instead}."
        )


def _memory() -> int:
    """Return the bytes that this process may use."""
    allowed, _ = resource.getrlimit(resource.RLIMIT_AS)
    return memory() if allowed == resource.RLIM_INFINITY else min(memory(), allowed)
