"""The groups that the curves are made of."""

import numpy as np


def k_means(features: np.ndarray, k: int, random_state: int):
    """Return a fitted sklearn.cluster.KMeans, the best of three starts."""
    from sklearn.cluster import KMeans

    return KMeans(k, n_init=3, random_state=random_state).fit(features)
