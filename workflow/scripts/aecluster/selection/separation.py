"""How well the groups of a labelling are set apart in a space: three indices.

Each takes coordinates (n, D) and clusters (n,), leaves out images without a cluster (-1), and is
NaN with fewer than 2 clusters.
"""

from collections.abc import Callable

import numpy as np


def silhouette(space: np.ndarray, clusters: np.ndarray) -> float:
    """Return the mean silhouette (Rousseeuw 1987), -1 to 1; higher is better."""
    from sklearn.metrics import silhouette_score

    return _index(silhouette_score, space, clusters)


def calinski_harabasz(space: np.ndarray, clusters: np.ndarray) -> float:
    """Return the ratio of the spread between and within (Calinski and Harabasz 1974); higher is
    better."""
    from sklearn.metrics import calinski_harabasz_score

    return _index(calinski_harabasz_score, space, clusters)


def davies_bouldin(space: np.ndarray, clusters: np.ndarray) -> float:
    """Return the mean similarity of each group to its nearest (Davies and Bouldin 1979); lower is
    better."""
    from sklearn.metrics import davies_bouldin_score

    return _index(davies_bouldin_score, space, clusters)


def _index(score: Callable, space: np.ndarray, clusters: np.ndarray) -> float:
    inside = clusters >= 0
    if not 2 <= len(np.unique(clusters[inside])) < inside.sum():
        return float("nan")
    return float(score(space[inside], clusters[inside]))
