"""How far each image is from all others."""

import numpy as np


def mean_distances(distances: np.ndarray) -> np.ndarray:
    """Return the mean distance of each image to its nearest neighbours, 0 where it has none.

    Angiulli and Pizzuti 2002, "Fast outlier detection in high dimensional spaces": the sum of the
    distances to k neighbours. Fewer than k strange images that resemble each other are found too.

    Parameters
    ----------
    distances : ndarray, shape (N, k)
        Of the nearest neighbours; infinite where there is none.
    """
    there = np.isfinite(distances)
    sums = np.where(there, distances, 0).sum(1)
    return sums / np.maximum(there.sum(1), 1)
