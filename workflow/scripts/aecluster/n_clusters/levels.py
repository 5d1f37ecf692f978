"""Nested groups, few, some or many: a tree that is cut at any number of them (Ward 1963)."""

import numpy as np

IMAGES_PER_GROUP = 5
LEVELS = (*range(2, 21), 25, 30, 40, 50)
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


def levels_of(n_images: int) -> list[int]:
    """Return the numbers of groups that so many images are cut into, 2 at least."""
    return [k for k in LEVELS if k == 2 or k * IMAGES_PER_GROUP <= n_images]


def nested(merges: np.ndarray, levels: list[int]) -> np.ndarray:
    """Return the groups of each leaf at each level.

    Where a group splits, the part with more leaves keeps its number and the other takes the next
    new one: the groups 0 to k - 1 of one level keep their numbers at the next.

    Parameters
    ----------
    merges : ndarray, shape (L - 1, 4)
        As of scipy.cluster.hierarchy.linkage.
    levels : list of int
        Rising. A level above L has L groups.

    Returns
    -------
    ndarray of int64, shape (L, len(levels))
    """
    from scipy.cluster.hierarchy import leaves_list

    n_leaves = len(merges) + 1
    order = leaves_list(merges)
    # the leaves below a node are neighbours in this order: start and number of each node
    start, size = np.empty(2 * n_leaves - 1, int), np.ones(2 * n_leaves - 1, int)
    start[order] = np.arange(n_leaves)
    for node, (left, right, _, count) in enumerate(merges, start=n_leaves):
        start[node], size[node] = min(start[int(left)], start[int(right)]), count
    groups, found, columns = np.zeros(n_leaves, int), 1, []
    for k in levels:
        while found < min(k, n_leaves):  # the last merge is the first split
            parts = merges[n_leaves - 1 - found, :2].astype(int)
            smaller = min(parts, key=lambda node: (size[node], -start[node]))
            groups[order[start[smaller] : start[smaller] + size[smaller]]] = found
            found += 1
        columns.append(groups.copy())
    return np.stack(columns, axis=1)
