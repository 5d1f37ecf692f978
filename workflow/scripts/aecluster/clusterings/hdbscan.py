"""Density-based clustering that finds the number of clusters (Campello et al. 2013; scikit-learn).

Images in no dense region are labelled -1. Deterministic: it takes no seed.
"""

from aecluster.clusterings.limits import check_images

MAX_IMAGES = 100_000  # its spanning tree takes time that grows with the square
ONE_OF = {"cluster_selection_method": ("eom", "leaf")}
AT_LEAST = {"min_cluster_size": 2, "min_samples": 1}


def check(*, n_samples: int, min_cluster_size=15, min_samples=None, **params) -> None:
    """Refuse to count more neighbours of an image than there are images."""
    if min_samples is None:
        check_images("min_cluster_size", min_cluster_size, n_samples)
    else:
        check_images("min_samples", min_samples, n_samples)


def make(min_cluster_size=15, min_samples=None, cluster_selection_method="eom"):
    """Return a sklearn.cluster.HDBSCAN with the parameters of the same names."""
    from sklearn.cluster import HDBSCAN

    return HDBSCAN(
        min_cluster_size=min_cluster_size,
        min_samples=min_samples,
        cluster_selection_method=cluster_selection_method,
        copy=True,
    )
