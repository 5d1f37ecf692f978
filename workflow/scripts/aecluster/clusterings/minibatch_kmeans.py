"""Mini-batch k-means (Sculley 2010; scikit-learn)."""

CHEAP = 20_000
ONE_OF = {"init": ("k-means++", "random")}
AT_LEAST = {"n_init": 1, "batch_size": 1, "max_iter": 1}


def make(n_clusters=2, random_state=0, n_init=10, batch_size=1024, max_iter=100, init="k-means++"):
    """Return a sklearn.cluster.MiniBatchKMeans with the parameters of the same names."""
    from sklearn.cluster import MiniBatchKMeans

    return MiniBatchKMeans(
        n_clusters,
        init=init,
        n_init=n_init,
        batch_size=batch_size,
        max_iter=max_iter,
        random_state=random_state,
    )
