"""Agglomerative clustering (Ward 1963; scikit-learn). Deterministic: it takes no seed."""

MAX_IMAGES = 40_000  # 8 n^2 / 2 bytes of distances: 6.4 GB
SQUARE_MATRICES = 2


def make(n_clusters=2, linkage="ward", metric="euclidean"):
    """Return a sklearn.cluster.AgglomerativeClustering with the parameters of the same names."""
    from sklearn.cluster import AgglomerativeClustering

    return AgglomerativeClustering(n_clusters, linkage=linkage, metric=metric)
