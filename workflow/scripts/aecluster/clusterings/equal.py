"""Equal images in one group, whatever a method makes of them.

The same pixels give embeddings that differ in the last bits, by their place in a batch or in a
matrix, or by a wide margin where each image is laid out for itself (t-SNE, UMAP).
"""

import numpy as np


def united(clusters: np.ndarray, equal: np.ndarray) -> np.ndarray:
    """Return the clusters with equal images in that which most of them are in.

    Parameters
    ----------
    clusters : ndarray of int64, shape (N,)
    equal : ndarray of int64, shape (N,)
        The first image that each is equal to, see `aecluster.sources.equal.first_equal`.

    Returns
    -------
    ndarray of int64, shape (N,)
        Of clusters that hold as many of them that of the earlier image.
    """
    pairs = equal * (clusters.max() + 2) + clusters + 1  # one number for each: clusters from -1 on
    _, first, sizes = np.unique(pairs, return_index=True, return_counts=True)
    ranking = first[np.lexsort((first, -sizes, equal[first]))]
    images, best = np.unique(equal[ranking], return_index=True)
    return clusters[ranking[best]][np.searchsorted(images, equal)]
