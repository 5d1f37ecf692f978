"""The nearest neighbours of each image among its latents."""

import numpy as np
from sklearn.neighbors import NearestNeighbors

N_NEIGHBOURS = 10


def nearest(latents: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the nearest other images by the cosine of their latents, and how far they are.

    Returns
    -------
    neighbours : ndarray of int64, shape (N, 10)
        Nearest first; -1 where there are fewer images.
    distances : ndarray of float64, shape (N, 10)
        1 - cosine; infinite where there is no neighbour.
    """
    n = len(latents)
    k = min(N_NEIGHBOURS, n - 1)
    neighbours = np.full((n, N_NEIGHBOURS), -1)
    distances = np.full((n, N_NEIGHBOURS), np.inf)
    if k:
        found = NearestNeighbors(n_neighbors=k, metric="cosine", algorithm="brute").fit(latents)
        distances[:, :k], neighbours[:, :k] = found.kneighbors()  # not the image itself
    return neighbours, distances
