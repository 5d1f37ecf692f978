"""Numbers of clusters by which the same group has the same number, and so the same colour."""

import numpy as np


def numbered_like(clusters: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Return clusters under the numbers of the groups that they share most images with.

    One to one (Hungarian method); clusters that are left over get the next numbers.

    Parameters
    ----------
    clusters, groups : ndarray of int, shape (N,)
        Numbered from 0; -1 is none.

    Returns
    -------
    ndarray of int64, shape (N,)
    """
    from scipy.optimize import linear_sum_assignment

    n_clusters, n_groups = clusters.max(initial=-1) + 1, groups.max(initial=-1) + 1
    both = (clusters >= 0) & (groups >= 0)
    shared = np.zeros((n_clusters, n_groups), int)
    np.add.at(shared, (clusters[both], groups[both]), 1)
    own, matched = linear_sum_assignment(shared, maximize=True)
    numbers = np.full(n_clusters + 1, -1)  # the last one is for -1
    numbers[own] = matched
    left = np.setdiff1d(np.arange(n_clusters), own)
    numbers[left] = n_groups + np.arange(len(left))
    return numbers[clusters]
