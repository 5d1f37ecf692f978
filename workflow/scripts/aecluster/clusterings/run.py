"""Apply a clusterer by its name."""

import numpy as np

from aecluster.errors import InputError
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
