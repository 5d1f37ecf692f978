"""Density-based clustering that finds the number of clusters (Campello et al. 2013; scikit-learn).

Images in no dense region are labelled -1. Deterministic: it takes no seed.
"""

MAX_IMAGES = 100_000  # its spanning tree takes time that grows with the square


def make(min_cluster_size=15, min_samples=None, cluster_selection_method="eom"):
    """Return a sklearn.cluster.HDBSCAN with the parameters of the same names."""
    from sklearn.cluster import HDBSCAN

    return HDBSCAN(
        min_cluster_size=min_cluster_size,
        min_samples=min_samples,
        cluster_selection_method=cluster_selection_method,
        copy=True,
    )
