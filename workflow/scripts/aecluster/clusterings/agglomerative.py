"""Agglomerative clustering (Ward 1963; scikit-learn). Deterministic: it takes no seed."""

from aecluster.errors import InputError

MAX_IMAGES = 40_000  # 8 n^2 / 2 bytes of distances: 6.4 GB
SQUARE_MATRICES = 2
ONE_OF = {
    "linkage": ("ward", "complete", "average", "single"),
    "metric": ("euclidean", "l1", "l2", "manhattan", "cosine"),
}


def check(*, linkage="ward", metric="euclidean", **sizes) -> None:
    """Refuse distances that are not Ward's."""
    if linkage == "ward" and metric != "euclidean":
        raise InputError(
            f"params.metric is {metric}, but linkage ward merges by euclidean distances; "
            "set another linkage, or remove the metric."
        )


def make(n_clusters=2, linkage="ward", metric="euclidean"):
    """Return a sklearn.cluster.AgglomerativeClustering with the parameters of the same names."""
    from sklearn.cluster import AgglomerativeClustering

    return AgglomerativeClustering(n_clusters, linkage=linkage, metric=metric)
