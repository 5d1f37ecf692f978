"""How reconstruction and groups change while a model is trained, as a file; needs no torch.

Of many images a sample is followed that stands for all.
"""

from pathlib import Path

import numpy as np

from aecluster.errors import InputError
from aecluster.jobs.artifacts import load_array, save_array
from aecluster.sampling import sample_of

SAMPLE = 1_000


def followed(n_images: int) -> np.ndarray:
    """Return the sorted indices of at most SAMPLE images, drawn at random; all if there are fewer.

    They are encoded with the weights of up to ten epochs: a sample of all does for a curve.
    """
    return sample_of(n_images, SAMPLE)


def save_progress(path: str | Path, progress: dict[str, np.ndarray]) -> None:
    """Save what `cluster_snapshots` gives as one array: a row an epoch, [epoch, mse, clusters]."""
    table = np.column_stack([progress["epochs"], progress["mse"], progress["clusters"]])
    save_array(path, table.astype(np.float64))


def load_progress(path: str | Path, n_images: int) -> dict[str, np.ndarray]:
    """Load what `save_progress` wrote of a data set of `n_images`.

    Raises
    ------
    InputError
        If the file is damaged or of another number of images.
    """
    table = load_array(path)
    if table.ndim != 2 or table.shape[1] != min(n_images, SAMPLE) + 2:
        raise InputError(f"{path} is not a table for {n_images} images; delete it and run again.")
    return {
        "epochs": table[:, 0].astype(np.int64),
        "mse": table[:, 1],
        "clusters": table[:, 2:].astype(np.int64),
    }
