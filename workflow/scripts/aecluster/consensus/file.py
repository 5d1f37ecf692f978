"""The file of a consensus: the group of each image, and how sure it is."""

from pathlib import Path

import numpy as np

from aecluster.errors import InputError
from aecluster.jobs.artifacts import written_whole
from aecluster.jobs.checksums import verified


def save_consensus(path: str | Path, labels: np.ndarray, confidence: np.ndarray) -> None:
    """Save as CSV with the columns id (index of the image), label and confidence (0 to 1)."""
    with written_whole(path) as draft:
        rows = np.column_stack([np.arange(len(labels)), labels, confidence])
        header = "id,label,confidence"
        np.savetxt(draft, rows, fmt="%d,%d,%.6f", header=header, comments="")


def load_consensus(path: str | Path, n_images: int) -> tuple[np.ndarray, np.ndarray]:
    """Load what `save_consensus` wrote: labels int64 (n_images,), confidence float64 (n_images,).

    Raises
    ------
    InputError
        If the file is damaged or has another number of rows.
    """
    try:
        rows = np.loadtxt(verified(path), delimiter=",", skiprows=1, ndmin=2)
        whole = rows.shape[1] == 3 and np.array_equal(rows[:, 0], np.arange(n_images))
    except (ValueError, IndexError):
        whole = False
    if not whole:
        raise InputError(
            f"{path} is not a whole consensus of {n_images} images; delete it and run again."
        )
    return rows[:, 1].astype(np.int64), rows[:, 2]
