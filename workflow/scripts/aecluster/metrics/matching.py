"""Which cluster stands for which class, or for which other group: one matching for all images."""

import numpy as np

UNASSIGNED = -1


def contingency(
    clusters: np.ndarray, labels: np.ndarray, n_clusters: int, n_classes: int
) -> np.ndarray:
    """Return counts (n_clusters, n_classes); clusters and labels (N,) are 0, 1, 2, ..."""
    flat = np.bincount(clusters * n_classes + labels, minlength=n_clusters * n_classes)
    return flat.reshape(n_clusters, n_classes)


def match(counts: np.ndarray) -> np.ndarray:
    """Return the class of each cluster, (n_clusters,), -1 for a cluster without one.

    Up to as many clusters as classes: one to one, so that most images agree (Kuhn 1955, the
    Hungarian method), as the clustering literature defines accuracy (Yang et al. 2010). More
    clusters than classes: each cluster to its most frequent class (purity). A cluster that holds
    no labelled image has no class.
    """
    from scipy.optimize import linear_sum_assignment

    n_clusters, n_classes = counts.shape
    if n_clusters > n_classes:
        classes = counts.argmax(1)
    else:
        classes = np.full(n_clusters, -1)
        rows, columns = linear_sum_assignment(counts, maximize=True)
        classes[rows] = columns
    return np.where(counts.any(1), classes, -1)


def n_matched(counts: np.ndarray) -> int:
    """Return how many images are in a cluster of their class, of counts (n_clusters, n_classes)."""
    class_of = match(counts)
    rows = np.flatnonzero(class_of >= 0)
    return int(counts[rows, class_of[rows]].sum())


def numbered_like(clusters: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Return clusters under the numbers of the groups that they share most images with, so that the
    same group has the same colour.

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
    shared = contingency(clusters[both], groups[both], n_clusters, n_groups)
    own, matched = linear_sum_assignment(shared, maximize=True)
    numbers = np.full(n_clusters + 1, -1)  # the last one is for -1
    numbers[own] = matched
    left = np.setdiff1d(np.arange(n_clusters), own)
    numbers[left] = n_groups + np.arange(len(left))
    return numbers[clusters]
