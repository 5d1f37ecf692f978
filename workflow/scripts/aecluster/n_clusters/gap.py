"""The gap statistic (Tibshirani, Walther and Hastie 2001)."""

import numpy as np

from aecluster.n_clusters.groups import k_means

N_REFERENCES = 10


def gap_statistic(
    features: np.ndarray, ks: list[int], random_state: int, n_references: int = N_REFERENCES
) -> tuple[np.ndarray, np.ndarray]:
    """Return how much tighter k groups are than in data without groups.

    Parameters
    ----------
    features : ndarray, shape (n, d)
        Along their principal axes.
    ks : list of int
    random_state : int
    n_references : int
        Sets of as many points, uniform in the box around the features (their section 4, b).

    Returns
    -------
    gap, gap_se : ndarray, shape (len(ks),)
        Mean over the references of log W(reference) - log W(features), where W is the sum of
        squared distances to the nearest centre; and s = sd * sqrt(1 + 1 / n_references).
    """
    rng = np.random.default_rng(random_state)
    low, high = features.min(0), features.max(0)
    references = [
        _log_dispersions(rng.uniform(low, high, features.shape), ks, random_state)
        for _ in range(n_references)
    ]
    gap = np.mean(references, axis=0) - _log_dispersions(features, ks, random_state)
    return gap, np.std(references, axis=0) * np.sqrt(1 + 1 / n_references)


def _log_dispersions(features: np.ndarray, ks: list[int], random_state: int) -> np.ndarray:
    dispersions = [k_means(features, k, random_state).inertia_ for k in ks]
    return np.log(np.maximum(dispersions, np.finfo(float).tiny))  # equal images have none
