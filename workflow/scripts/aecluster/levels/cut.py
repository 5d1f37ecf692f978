"""Nested groups from a tree: few, some, many."""

import numpy as np

IMAGES_PER_GROUP = 5
LEVELS = (*range(2, 21), 25, 30, 40, 50)


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
