"""How far each image is from all others."""

import numpy as np

from aecluster.properties.table import ranked


def outliers(distances: np.ndarray) -> np.ndarray:
    """Rank images by the mean distance to their nearest neighbours, from 0 to 1 for the farthest.

    Angiulli and Pizzuti 2002, "Fast outlier detection in high dimensional spaces": the sum of the
    distances to k neighbours. Fewer than k strange images that resemble each other are found too.

    Parameters
    ----------
    distances : ndarray, shape (N, k)
        Of the nearest neighbours; infinite where there is none.
    """
    there = np.isfinite(distances)
    sums = np.where(there, distances, 0).sum(1)
    return ranked(sums / np.maximum(there.sum(1), 1))
