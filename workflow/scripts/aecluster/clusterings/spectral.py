"""Spectral clustering of the graph of nearest neighbours (Ng, Jordan and Weiss 2002; scikit-learn).

Its labels are read from the eigenvectors by pivoted QR (Damle, Minden and Ying 2019), which draws
nothing at random.
"""

from aecluster.clusterings.limits import check_images

MAX_IMAGES = 100_000  # the neighbours of each are sought among all
ONE_OF = {"assign_labels": ("kmeans", "discretize", "cluster_qr")}
AT_LEAST = {"n_neighbors": 1}


def check(*, n_samples: int, n_neighbors=15, **params) -> None:
    """Refuse more neighbours than images."""
    check_images("n_neighbors", n_neighbors, n_samples)


def make(n_clusters=2, random_state=0, n_neighbors=15, assign_labels="cluster_qr"):
    """Return a sklearn.cluster.SpectralClustering with the parameters of the same names."""
    from sklearn.cluster import SpectralClustering

    return SpectralClustering(
        n_clusters,
        affinity="nearest_neighbors",
        n_neighbors=n_neighbors,
        assign_labels=assign_labels,
        random_state=random_state,
        n_jobs=1,
    )
