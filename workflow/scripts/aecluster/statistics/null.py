"""What accuracy groups have by chance: the same groups, the labels permuted."""

import numpy as np
from scipy.stats import random_table

from aecluster.metrics.matching import n_matched

N_PERMUTATIONS = 999


def null_accuracies(
    clusters: np.ndarray,
    labels: np.ndarray,
    n_permutations: int = N_PERMUTATIONS,
    random_state: int = 0,
) -> np.ndarray:
    """Return the accuracy under permuted labels, each with the matching that suits it best.

    A permutation changes nothing but the table of clusters and classes, whose sums it keeps; so
    the tables are drawn (Patefield 1981), not the permutations.

    Parameters
    ----------
    clusters, labels : ndarray of int64, shape (N,)
        -1 is no cluster, which is never right, or no label, which leaves the image out.

    Returns
    -------
    ndarray of float64, shape (n_permutations,)
    """
    names, groups = np.unique(clusters, return_inverse=True)
    labelled = labels >= 0
    sizes = np.bincount(groups[labelled], minlength=len(names))
    classes = np.unique(labels[labelled], return_counts=True)[1]
    tables = random_table(sizes, classes).rvs(n_permutations, random_state=random_state)
    found = tables[:, names >= 0].astype(np.int64)
    return np.array([n_matched(table) for table in found]) / labelled.sum()


def p_of_null(accuracy: float, null: np.ndarray) -> float:
    """Return the part of permutations that are at least as good, the one observed among them."""
    return float((1 + (null >= accuracy - 1e-12).sum()) / (1 + len(null)))
