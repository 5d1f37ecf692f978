"""Whether the same groups come again from another sample (Ben-Hur, Elisseeff and Guyon 2002)."""

import numpy as np

from aecluster.n_clusters.groups import k_means

N_PAIRS = 5
SHARE = 0.8


def stability(features: np.ndarray, k: int, random_state: int, n_pairs: int = N_PAIRS) -> float:
    """Return the mean adjusted Rand index of groups found in pairs of samples.

    Parameters
    ----------
    features : ndarray, shape (n, d)
    k : int
    random_state : int
    n_pairs : int
        Of samples of 80 % of the images, compared on the images that are in both.
    """
    from sklearn.metrics import adjusted_rand_score

    rng = np.random.default_rng([random_state, k])
    scores = []
    for _ in range(n_pairs):
        one, other = (_sampled_groups(features, k, rng) for _ in range(2))
        both = (one >= 0) & (other >= 0)
        scores.append(adjusted_rand_score(one[both], other[both]))
    return float(np.mean(scores))


def _sampled_groups(features: np.ndarray, k: int, rng: np.random.Generator) -> np.ndarray:
    """Return the group of each image, -1 for those that are not in the sample."""
    sample = rng.permutation(len(features))[: max(k, round(SHARE * len(features)))]
    groups = np.full(len(features), -1)
    groups[sample] = k_means(features[sample], k, int(rng.integers(2**31))).labels_
    return groups
