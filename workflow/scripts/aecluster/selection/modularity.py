"""How far the groups of a labelling keep near neighbours together, beyond what their sizes give.

The modularity (Newman and Girvan 2004, Phys. Rev. E 69:026113) of the labelling in the graph of
nearest neighbours. Groups need no shape or scale there, only borders that few neighbours cross; and
groups of unequal size have little to gain, so a few outliers set apart do not score well.
"""

import numpy as np

NEIGHBOURS = 10


def nearest(space: np.ndarray) -> np.ndarray:
    """Return the indices of the nearest neighbours of each image, none of them itself.

    Parameters
    ----------
    space : ndarray, shape (n, D)

    Returns
    -------
    ndarray of int64, shape (n, m)
        m is NEIGHBOURS, or n - 1 where that is less.
    """
    from sklearn.neighbors import NearestNeighbors

    n_neighbours = min(NEIGHBOURS, len(space) - 1)
    if n_neighbours < 1:
        return np.empty((len(space), 0), np.int64)
    return NearestNeighbors(n_neighbors=n_neighbours).fit(space).kneighbors(return_distance=False)


def modularity(neighbours: np.ndarray, clusters: np.ndarray) -> float:
    """Return the modularity of a labelling; higher is better.

    Each pair of an image and one of its neighbours is an edge; two images that are neighbours of
    each other have two.

    Parameters
    ----------
    neighbours : ndarray of int, shape (n, m)
        See `nearest`.
    clusters : ndarray of int, shape (n,)
        An image without a cluster (-1) is a group of its own.

    Returns
    -------
    float
        The part of edges within groups, less the part to be expected if they were drawn at random
        between images that keep their numbers of edges: 0 on average for groups at random and for a
        single one, up to 1 - 1 / k for k groups. Compare labellings of equally many groups. NaN
        with fewer than 2 groups.
    """
    inside = clusters >= 0
    groups, renamed = np.unique(clusters[inside], return_inverse=True)
    if len(groups) < 2:
        return float("nan")
    own = np.arange(len(clusters)) + len(groups)  # numbers for images without a cluster
    own[inside] = renamed
    ends = np.bincount(neighbours.ravel(), minlength=len(own)) + neighbours.shape[1]
    parts = np.bincount(own, weights=ends) / ends.sum()
    return float((own[neighbours] == own[:, None]).mean() - parts @ parts)
