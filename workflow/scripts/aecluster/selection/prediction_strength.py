"""How well the groups of one half of the images foretell those of the other half."""

import numpy as np


def prediction_strength(space: np.ndarray, clusters: np.ndarray, random_state: int = 0) -> float:
    """Return the prediction strength of a labelling, 0 to 1; higher is better.

    Tibshirani and Walther (2005, J. Comput. Graph. Stat. 14:511). The images are halved at random.
    Each image of one half is put to the nearest mean of the groups in the other half, and the part
    of a group's pairs that stay together says how well it is foretold; the weakest group decides.
    The mean of both directions is returned. In the paper the groups are found anew in each half;
    here they are those of the labelling. Fewer groups are easier: compare labellings of equally
    many.

    Parameters
    ----------
    space : ndarray, shape (n, D)
    clusters : ndarray of int, shape (n,)
        Images without a cluster (-1) are left out.

    Returns
    -------
    float
        1 where all pairs stay together; about 1 / k for k groups of equal size at random; 0 where
        a group has no pair in a half; NaN with fewer than 2 groups in a half.
    """
    inside = clusters >= 0
    space, clusters = space[inside], clusters[inside]
    in_first = np.random.default_rng(random_state).permutation(len(clusters)) % 2 == 0
    return (
        _strength(space, clusters, known=in_first) + _strength(space, clusters, known=~in_first)
    ) / 2


def _strength(space: np.ndarray, clusters: np.ndarray, known: np.ndarray) -> float:
    """Return the part of pairs that stay together, of the weakest group of the other half."""
    from scipy.spatial.distance import cdist

    groups, others = np.unique(clusters[known]), clusters[~known]
    if min(len(groups), len(np.unique(others))) < 2:
        return float("nan")
    means = [space[known & (clusters == group)].mean(0) for group in groups]
    foretold = cdist(space[~known], means).argmin(1)
    parts = []
    for group in np.unique(others):
        together = np.bincount(foretold[others == group])
        pairs = _pairs(together.sum())
        parts.append(_pairs(together).sum() / pairs if pairs else 0.0)
    return float(min(parts))


def _pairs(count):
    return count * (count - 1) / 2
