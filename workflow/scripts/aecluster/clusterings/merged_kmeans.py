"""Many small clusters by k-means, merged by their distance to few: groups may have any shape.

Two-stage clustering as of Murtagh and Raftery 1984 and of BIRCH (Zhang et al. 1996): the small
clusters stand for their images in an agglomerative clustering.
"""

from aecluster.errors import InputError

ONE_OF = {"linkage": ("ward", "complete", "average", "single")}
AT_LEAST = {"n_small": 2}


def check(*, n_clusters: int | None, n_small=64, **params) -> None:
    """Refuse to merge small clusters to more than there are."""
    if n_clusters is not None and n_small < n_clusters:
        raise InputError(
            f"params.n_small is {n_small}, but must be at least n_clusters ({n_clusters}); "
            "raise it."
        )


def make(n_clusters=2, random_state=0, n_small=64, linkage="ward"):
    """Return a clusterer.

    Parameters
    ----------
    n_clusters, random_state : int
    n_small : int
        Clusters of k-means; as many as there are images, if those are fewer.
    linkage : {"ward", "average", "complete", "single"}
        How clusters are merged, as in sklearn.cluster.AgglomerativeClustering.
    """
    return MergedKMeans(n_clusters, n_small, linkage, random_state)


class MergedKMeans:
    """Parameters as in `make`; `fit_predict` as in scikit-learn."""

    def __init__(self, n_clusters, n_small, linkage, random_state):
        self.n_clusters = n_clusters
        self.n_small = n_small
        self.linkage = linkage
        self.random_state = random_state

    def fit_predict(self, X):
        """Return the cluster of each row of X (n, d), int64 (n,)."""
        from sklearn.cluster import AgglomerativeClustering, KMeans

        n_small = min(self.n_small, len(X))
        small = KMeans(n_small, n_init=3, random_state=self.random_state).fit(X)
        merge = AgglomerativeClustering(self.n_clusters, linkage=self.linkage)
        return merge.fit_predict(small.cluster_centers_)[small.labels_]
