"""Silhouette coefficient (Rousseeuw 1987), on a seeded sample of large data."""

import numpy as np

SAMPLE = 4000


def silhouette(embedding: np.ndarray, clusters: np.ndarray, random_state: int = 0) -> float:
    """Return the mean silhouette of at most SAMPLE images, NaN with fewer than 2 clusters.

    Parameters
    ----------
    embedding : ndarray of float, shape (N, D)
    clusters : ndarray of int64, shape (N,)
        Images without a cluster (-1) are left out.
    """
    from sklearn.metrics import silhouette_score

    chosen = np.flatnonzero(clusters >= 0)
    if len(chosen) > SAMPLE:
        rng = np.random.default_rng(random_state)
        chosen = np.sort(rng.choice(chosen, SAMPLE, replace=False))
    n_clusters = len(np.unique(clusters[chosen]))
    if not 2 <= n_clusters < len(chosen):
        return float("nan")
    return float(silhouette_score(embedding[chosen], clusters[chosen]))
