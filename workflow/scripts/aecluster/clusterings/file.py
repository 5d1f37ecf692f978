"""The file of a clustering: the cluster of each image."""

from pathlib import Path

import numpy as np

from aecluster.errors import InputError
from aecluster.jobs.artifacts import written_whole
from aecluster.jobs.checksums import verified


def save_clusters(path: str | Path, clusters: np.ndarray) -> None:
    """Save as CSV with the columns id (index of the image) and label (its cluster)."""
    with written_whole(path) as draft:
        rows = np.column_stack([np.arange(len(clusters)), clusters])
        np.savetxt(draft, rows, fmt="%d", delimiter=",", header="id,label", comments="")


def load_clusters(path: str | Path, n_images: int) -> np.ndarray:
    """Load what `save_clusters` wrote: int64 (n_images,).

    Raises
    ------
    InputError
        If the file is damaged or has another number of rows.
    """
    try:
        rows = np.loadtxt(verified(path), dtype=np.int64, delimiter=",", skiprows=1, ndmin=2)
        whole = np.array_equal(rows[:, 0], np.arange(n_images)) and rows.shape[1] == 2
    except (ValueError, IndexError):
        whole = False
    if not whole:
        raise InputError(
            f"{path} is not a whole table of {n_images} clusters; delete it and run again."
        )
    return rows[:, 1]
