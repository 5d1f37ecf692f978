"""k-means (Lloyd 1982; scikit-learn)."""

CHEAP = 10_000
ONE_OF = {"init": ("k-means++", "random")}
AT_LEAST = {"n_init": 1, "max_iter": 1}


def make(n_clusters=2, random_state=0, n_init=10, max_iter=300, init="k-means++"):
    """Return a sklearn.cluster.KMeans with the parameters of the same names."""
    from sklearn.cluster import KMeans

    return KMeans(
        n_clusters, init=init, n_init=n_init, max_iter=max_iter, random_state=random_state
    )
