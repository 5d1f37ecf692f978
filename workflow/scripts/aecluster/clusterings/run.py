"""Apply a clusterer by its name, and keep the groups that it finds."""

from pathlib import Path

import numpy as np

from aecluster.errors import InputError
from aecluster.jobs.artifacts import written_whole
from aecluster.jobs.checksums import verified
from aecluster.methods import build, check_sizes


def cluster(
    embedding: np.ndarray, method: str, n_clusters: int | None, params: dict, random_state: int
) -> np.ndarray:
    """Cluster an embedding.

    Parameters
    ----------
    embedding : ndarray of float32, shape (N, dim)
    method, n_clusters, params
        As in the config.
    random_state : int

    Returns
    -------
    clusters : ndarray of int64, shape (N,)
        -1 for an image that the method leaves out.

    Raises
    ------
    InputError
        If the method refuses its input or does not give one label an image.
    """
    check_sizes("clusterings", method, params, n_samples=len(embedding), n_clusters=n_clusters)
    estimator = build("clusterings", method, random_state, params, n_clusters=n_clusters)
    if not hasattr(estimator, "fit_predict"):
        raise InputError(f"method {method} has no fit_predict(X), so it is not a clusterer.")
    try:
        clusters = np.asarray(estimator.fit_predict(embedding))
    except ValueError as error:
        raise InputError(f"method {method} refuses its input: {error}") from error
    if clusters.shape != (len(embedding),) or clusters.dtype.kind not in "iu":
        raise InputError(f"method {method} did not give one label (a whole number) an image.")
    return clusters.astype(np.int64)


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
