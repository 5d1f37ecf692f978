"""Agglomerative clustering (Ward 1963; scikit-learn). Deterministic: it takes no seed."""


def make(n_clusters=2, linkage="ward", metric="euclidean"):
    """Return a sklearn.cluster.AgglomerativeClustering with the parameters of the same names."""
    from sklearn.cluster import AgglomerativeClustering

    return AgglomerativeClustering(n_clusters, linkage=linkage, metric=metric)
