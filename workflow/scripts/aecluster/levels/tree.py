"""A tree of groups that can be cut at any number of them (Ward 1963)."""

import numpy as np

CENTRES = 4000  # the tree of n points takes 4 n^2 bytes and more


def ward_tree(features: np.ndarray, random_state: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the merges of Ward's method, and the leaf of each image.

    Parameters
    ----------
    features : ndarray, shape (N, d)
        May be memory-mapped.
    random_state : int
        Of the centres, which only more than CENTRES images need.

    Returns
    -------
    merges : ndarray of float64, shape (L - 1, 4)
        As of scipy.cluster.hierarchy.linkage. A leaf is an image; of more than CENTRES images, a
        centre of mini-batch k-means, whatever the number of its images.
    leaves : ndarray of int, shape (N,)
    """
    from scipy.cluster.hierarchy import ward

    if len(features) <= CENTRES:
        return ward(np.asarray(features, np.float64)), np.arange(len(features))
    from sklearn.cluster import MiniBatchKMeans

    centres = MiniBatchKMeans(
        CENTRES, batch_size=4 * CENTRES, n_init=1, max_iter=10, random_state=random_state
    ).fit(features)
    used, leaves = np.unique(centres.labels_, return_inverse=True)
    return ward(centres.cluster_centers_[used].astype(np.float64)), leaves
